"""The calls behind a report, one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.calls.day_calls import CallRow
from ekc_console.server.store.figures.by_calls import Only, conditions


@dataclass(frozen=True, slots=True)
class CallLine:
    """Moments in seconds since the epoch; empty texts and None: there was none."""

    id: str
    arrived_at: float
    direction: str
    number: str
    called: str
    trunk: str
    queue: str
    topic: str
    agent: str
    """Who talked last."""
    wait_s: float | None
    talk_s: float
    held_s: float
    wrap_up_s: float
    outcome: str
    disposition: str
    """Of the call's card."""


def calls(conn: sqlite3.Connection, span: Span, only: Only) -> Iterator[CallLine]:
    """The newest first, read as they are asked for; those that a report of ``span`` counts."""
    where, values = conditions(only)
    rows = conn.execute(
        "SELECT calls.id, calls.arrived_at, calls.direction, coalesce(calls.number, ''),"
        " calls.called, calls.trunk, coalesce(calls.queue, ''), calls.topic,"
        " coalesce(calls.agent, ''), calls.wait_s, calls.talk_s, calls.held_s, calls.wrap_up_s,"
        " coalesce(calls.outcome, 'answered'), coalesce(cards.disposition, '')"
        f" FROM calls LEFT JOIN cards ON cards.call = calls.id WHERE {where}"
        " ORDER BY calls.arrived_at DESC",
        {**values, "since": span.since, "until": span.until},
    )
    return (CallLine(*row) for row in rows)


def latest(conn: sqlite3.Connection, span: Span, only: Only, most: int) -> list[CallRow]:
    """The newest ones, no more than ``most``."""
    where, values = conditions(only)
    of_cards = {"clinic", "disposition"} & set(only)
    join = " LEFT JOIN cards ON cards.call = calls.id" if of_cards else ""
    rows = conn.execute(
        "SELECT calls.id, calls.direction, coalesce(calls.number, ''), calls.arrived_at,"
        " calls.queued_at, calls.wait_s, calls.talk_s, calls.held_s, calls.ended_at,"
        " coalesce(calls.outcome, 'answered'), coalesce(calls.queue, ''), calls.topic,"
        f" coalesce(calls.agent, '') FROM calls{join} WHERE {where}"
        " ORDER BY calls.arrived_at DESC LIMIT :most",
        {**values, "since": span.since, "until": span.until, "most": most},
    )
    return [CallRow(*row) for row in rows]
