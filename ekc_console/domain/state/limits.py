"""What closes the way in or out: blocked numbers, queues closed by order, trunks that fail, callers
who come before the list."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.terms.ids import QueueId


@dataclass(frozen=True, slots=True)
class Blocked:
    """A number whose calls are refused."""

    id: str
    """The number."""
    until: float | None
    by: str
    why: str
    since: float
    lasts: bool = False
    """``until`` ends a span; else it is a time of day or a date."""

    def holds(self, now: float) -> bool:
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class Door:
    """The last order that opened or closed a queue. A queue without one is open."""

    id: QueueId
    open: bool
    by: str
    why: str
    since: float
    until: float | None = None
    """When a closed one opens by itself."""
    lasts: bool = False
    """As ``Blocked.lasts``."""


@dataclass(frozen=True, slots=True)
class NoWay:
    """Calls out find no way: the trunks refuse them, or do not answer, before anybody is rung."""

    since: float
    again_at: float | None
    """Until then no callback is offered; None: they try it."""
    failed: int
    """Dials in a row that found none, of those at the same time one."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Of a queue whose callers and callbacks take turns."""

    id: QueueId
    callers_owed: float
    """So many callers on the line come before its next callback, if any wait; from 1 on the turn is
    theirs. Never more than 1 / ``callback_share``."""
