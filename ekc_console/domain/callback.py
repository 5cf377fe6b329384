"""A callback owed to a person who did not reach us: states, record, table, rules of retry."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ekc_console.domain.facts import CallbackResult
from ekc_console.domain.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.state_table import IGNORED, START, STAY, Rule, StateTable

RETRY_S = 300.0
"""Rest of the number after a dial that reached nobody."""

MAX_ATTEMPTS = 3
"""Dials that reached nobody before the callback is closed as failed."""

RANG_ENOUGH_S = 15.0
"""A dial that the agent breaks off counts as an attempt if it rang for at least this long."""


@dataclass(frozen=True, slots=True)
class Open:
    not_before: float
    """Earliest time of the next dial."""


@dataclass(frozen=True, slots=True)
class Dialing:
    call: CallId
    agent: AgentId
    since: float


@dataclass(frozen=True, slots=True)
class Closed:
    result: CallbackResult
    at: float
    by: AgentId | None


CallbackState = Open | Dialing | Closed


@dataclass(frozen=True, slots=True)
class Callback:
    id: CallbackId
    number: str
    state: CallbackState
    wanted_since: float
    """Arrival of the earliest call that is owed; the place in the list."""
    first_call: CallId
    last_call: CallId
    queue: QueueId | None = None
    """The queue where the person waited; None if the menu was not left."""
    topic: str = ""
    calls: int = 1
    """Times the person tried to reach us."""
    attempts: int = 0
    """Dials of ours that reached nobody."""


CALLBACK_TABLE = StateTable(
    "Callback",
    (
        Rule(START, "call lost", (Open,)),
        Rule((Open, Dialing), "call lost", STAY),
        Rule((Open,), "CallPlaced", (Dialing,)),
        Rule((Open, Dialing), "CallBridged", (Closed,)),
        Rule((Dialing,), "CallEnded", (Open, Closed)),
        Rule((Open,), "CallbackClosed", (Closed,)),
        Rule((Closed,), "CallbackClosed", IGNORED),
    ),
)


def after_dial(callback: Callback, result: CallbackResult, now: float) -> Callback:
    """The callback after a dial that reached nobody. ``cancelled`` is not an attempt."""
    if result == "cancelled":
        return replace(callback, state=Open(not_before=now))
    attempts = callback.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        return replace(callback, attempts=attempts, state=Closed("failed", now, None))
    return replace(callback, attempts=attempts, state=Open(not_before=now + RETRY_S))
