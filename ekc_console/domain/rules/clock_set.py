"""The clock is set: every moment that the core remembers moves along.

The core's time is counted by a clock that never jumps, so that deadlines and durations are what
they are; on its face stands the time of the wall clock, which people read. When the wall clock is
corrected, or the machine has slept, only the face is set: each record gets its moments anew, so
that what was to happen in 12 s still happens in 12 s, and who has waited 40 s has waited 40 s.

What goes by the calendar does not move: when a queue that was closed until a time of day opens,
until when a callback was put off, when a number that is blocked until a date is free, when calling
hours begin and end. A queue that was closed, or a number that was blocked, for so many minutes is
for so many minutes all the same.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from ekc_console.domain.effects import AgentChanged, CallbackChanged, CallChanged
from ekc_console.domain.facts import ClockSet
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.limits import Blocked, Door
from ekc_console.domain.terms import hours
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact

MOMENTS = frozenset(
    {
        "again_at",
        "announce_at",
        "answered_at",
        "arrived_at",
        "away_since",
        "began_at",
        "cancelled_at",
        "cut_off_at",
        "at",
        "ended_at",
        "entered_at",
        "expires_at",
        "forwarded_at",
        "handed_at",
        "idle_since",
        "logged_in_at",
        "made_at",
        "next_ring",
        "not_before",
        "overflow_at",
        "pending_began_at",
        "place",
        "put_off_until",
        "queued_at",
        "since",
        "step_at",
        "until",
        "wanted_since",
    }
)
"""Fields of records that hold a moment or None. All other numbers are durations and counts."""
MOMENTS_OF_AGENTS = frozenset({"kept_for", "resting"})
"""Fields that hold a pair of an agent and a moment, or a tuple of such pairs."""
BY_CALENDAR = {
    Blocked: frozenset({"until"}),
    Door: frozenset({"until"}),
    cb.Dialing: frozenset({"put_off_until"}),
}
"""Moments that people chose by the wall clock, unless the record ``lasts``."""

END_OF_TIME = 2.5e11
"""Calendars end with the year 9999."""

_RECORDS = (
    "calls",
    "agents",
    "callbacks",
    "recently_ended",
    "recently_settled",
    "blocked",
    "doors",
    "listenings",
    "paces",
)


def clock_set(c: Centre, f: ClockSet) -> None:
    if not f.by_s or not 0 <= c.now + f.by_s < END_OF_TIME:  # false for what is no number, too
        raise IllegalFact("bad_time", f"the clock cannot be set by {f.by_s}")
    at_opening = [
        callback.id
        for callback in c.callbacks.values()
        if isinstance(callback.state, cb.Open)
        and not callback.state.chosen
        and hours.opens_calling(callback.state.not_before, c.settings)
    ]
    chosen = {
        callback.id: callback.state
        for callback in c.callbacks.values()
        if isinstance(callback.state, cb.Open) and callback.state.chosen
    }
    c.now += f.by_s
    for name in _RECORDS:
        records = getattr(c, name)
        for key, record in records.items():
            records[key] = moved(record, f.by_s)
    c.no_way = c.no_way and moved(c.no_way, f.by_s)
    _move_spans(c.blocked, f.by_s)
    _move_spans(c.doors, f.by_s)
    for owed in at_opening:
        again = cb.Open(hours.calling_from(c.now, c.settings))
        c.callbacks[owed] = replace(c.callbacks[owed], state=again)
    for owed, until in chosen.items():
        c.callbacks[owed] = replace(c.callbacks[owed], state=until)
    c.restore()
    c.reach.hopeful = dict.fromkeys(c.reach.due_queues())
    _show_all(c)


def _move_spans(records: dict[Any, Any], by_s: float) -> None:
    for key, record in records.items():
        if record.lasts and record.until is not None:
            records[key] = replace(record, until=record.until + by_s)


def _show_all(c: Centre) -> None:
    for call in c.calls:
        c.emit(CallChanged(call))
    for agent in c.agents.values():
        if not isinstance(agent.state, ag.Offline):
            c.emit(AgentChanged(agent.id))
    for callback in c.callbacks:
        c.emit(CallbackChanged(callback))


def moved(record: Any, by_s: float) -> Any:
    """The record, and the records in it, with every moment that is not of the calendar moved."""
    kind: type = type(record)
    read, movers = _shape(kind)
    if not movers:
        return record
    values = list(read(record))
    for place, move in movers:
        if (value := values[place]) is not None:
            values[place] = move(value, by_s)
    return kind(*values)


Mover = Callable[[Any, float], Any]


@functools.cache
def _shape(kind: type) -> tuple[Callable[[Any], Iterable[Any]], tuple[tuple[int, Mover], ...]]:
    """How to read all fields of a kind of record, and how those move that ever do, by their places.
    A centre has thousands of records, and nobody is served meanwhile."""
    hints, names = get_type_hints(kind), [field.name for field in fields(kind)]
    movers = ((place, _mover(kind, name, hints[name])) for place, name in enumerate(names))
    read = operator.attrgetter(*names) if len(names) > 1 else _read_one(names)
    return read, tuple((place, move) for place, move in movers if move is not None)


def _read_one(names: list[str]) -> Callable[[Any], Iterable[Any]]:
    return lambda record: [getattr(record, name) for name in names]


def _mover(kind: type, name: str, hint: Any) -> Mover | None:
    if name in BY_CALENDAR.get(kind, ()):
        return None
    if name in MOMENTS:
        return operator.add
    if name in MOMENTS_OF_AGENTS:
        return _moved_pairs
    if not any(_shape(inner)[1] for inner in _kinds_in(hint)):
        return None
    return _all_moved if get_origin(hint) is tuple else moved


def _kinds_in(hint: Any) -> Iterator[type]:
    """Kinds of records that a field of this type may hold."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _kinds_in(inner)


def _moved_pairs(value: Any, by_s: float) -> Any:
    if not value:
        return value
    if isinstance(value[0], tuple):
        return tuple((agent, until + by_s) for agent, until in value)
    agent, until = value
    return agent, until + by_s


def _all_moved(records: tuple[Any, ...], by_s: float) -> tuple[Any, ...]:
    return tuple(moved(record, by_s) for record in records)
