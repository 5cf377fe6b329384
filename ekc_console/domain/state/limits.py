"""What closes the way in: blocked numbers, calls of one number at a time, closed queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ekc_console.domain.effects import QueueChanged
from ekc_console.domain.facts import (
    AnnouncementSet,
    NumberBlocked,
    NumberUnblocked,
    QueueClosed,
    QueueOpened,
)
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.deadlines import Deadline, Due
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.state_table import IllegalFact

if TYPE_CHECKING:
    from ekc_console.domain.state.centre import Centre


@dataclass(frozen=True, slots=True)
class Blocked:
    """A number whose calls are refused."""

    id: str
    """The number."""
    until: float | None
    by: str
    why: str
    since: float


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


def refusal(c: Centre, number: str | None) -> Literal["blocked", "too_many"] | None:
    """Why a new call of the number is not taken; None when it is."""
    if number is None:
        return None
    if is_blocked(c, number):
        return "blocked"
    limit = c.settings.calls_per_number
    if not limit:
        return None
    calls = (c.calls[call] for call in c.reach.lines_of(number))
    live = sum(x.direction == "in" and not isinstance(x.state, cl.Ending) for x in calls)
    return "too_many" if live >= limit else None


def is_blocked(c: Centre, number: str) -> bool:
    blocked = c.blocked.get(number)
    return blocked is not None and (blocked.until is None or blocked.until > c.now)


def is_closed(c: Centre, queue: QueueId) -> bool:
    door = c.doors.get(queue)
    return door is not None and not door.open


# -- orders ------------------------------------------------------------------


def number_blocked(c: Centre, f: NumberBlocked) -> None:
    if f.until is not None and f.until <= c.now:
        raise IllegalFact("bad_time", "the end of the block has passed")
    c.blocked[f.number] = Blocked(f.number, f.until, f.by, f.why, c.now)


def number_unblocked(c: Centre, f: NumberUnblocked) -> None:
    c.blocked.pop(f.number, None)


def queue_opened(c: Centre, f: QueueOpened) -> None:
    _turn(c, Door(f.queue, True, f.by, f.why, c.now))


def queue_closed(c: Centre, f: QueueClosed) -> None:
    if f.until is not None and f.until <= c.now:
        raise IllegalFact("bad_time", "the moment of reopening has passed")
    _turn(c, Door(f.queue, False, f.by, f.why, c.now, f.until))


def _turn(c: Centre, door: Door) -> None:
    if door.id not in c.queues:
        raise IllegalFact("unknown_queue", f"no queue {door.id}")
    c.doors[door.id] = door
    if door.until is not None:
        c.deadlines.add(Deadline(door.until, Due.REOPENING, door.id))
    c.emit(QueueChanged(door.id))


def reopen(c: Centre, queue: QueueId) -> None:
    """The time for which a queue was closed by hand is over."""
    _turn(c, Door(queue, True, "system", "", c.now))


def announcement_set(c: Centre, f: AnnouncementSet) -> None:
    c.announcement = f.text
