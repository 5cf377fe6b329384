"""A callback as a row of the read models."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.domain.facts import CallEnded, CallMissed, Fact
from ekc_console.domain.state import callback as cb

Value = str | float | int | None
Row = Mapping[str, Value]


def callback_row(callback: cb.Callback, fact: Fact) -> Row:
    state = callback.state
    closed = state if isinstance(state, cb.Closed) else None
    return {
        "id": callback.id,
        "number": callback.number,
        "state": type(state).__name__.lower(),
        "since": callback.wanted_since,
        "where_lost": _where_lost(callback, fact),
        "queue": callback.queue,
        "topic": callback.topic,
        "first_call": callback.first_call,
        "last_call": callback.last_call,
        "calls": callback.calls,
        "attempts": callback.attempts,
        "not_before": state.not_before if isinstance(state, cb.Open) else None,
        "result": closed.result if closed else None,
        "closed_at": closed.at if closed else None,
        "closed_by": closed.by if closed else None,
    }


def _where_lost(callback: cb.Callback, fact: Fact) -> str:
    """Where the first call was lost: ``cut`` by the engine, in a ``queue`` or in the ``menu``."""
    lost = isinstance(fact, CallMissed) and fact.left is None
    if lost or (isinstance(fact, CallEnded) and fact.by == "engine"):
        return "cut"
    return "menu" if callback.queue is None else "queue"
