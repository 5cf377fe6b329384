"""What a report counts of calls: sums that add up, and the figures that follow from them.

A figure is computed from the sums of its row alone, so that a row of parts and the row of the whole
go by one formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Literal

from ekc_console.domain.insight.metrics import ABANDONED, FLOWED_OUT, CallRecord, Counts, share

Unit = Literal["count", "share", "seconds"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over calls; durations in seconds. ``a + b`` is the tally of both lots of calls."""

    calls: int = 0
    """All of them, in and out."""
    outgoing: int = 0
    outgoing_answered: int = 0
    menu_served: int = 0
    menu_left: int = 0
    """Incoming calls given up before any queue."""
    answered: int = 0
    """From here on to ``longest_wait_s``: incoming calls that came into a queue."""
    abandoned: int = 0
    """Short ones included."""
    short_abandoned: int = 0
    flowed_out: int = 0
    answered_in_time: int = 0
    """Within the threshold of the call's queue, the threshold included."""
    abandoned_in_time: int = 0
    wait_s: float = 0.0
    """Of the answered ones, from the first queue to the first talk."""
    longest_wait_s: float = 0.0
    """Whatever became of the call."""
    handled: int = 0
    """Calls of either direction in which an agent talked and which have ended; the times are
    theirs."""
    talk_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        sums = {name: getattr(self, name) + getattr(other, name) for name in ADDED}
        return Tally(**sums, longest_wait_s=max(self.longest_wait_s, other.longest_wait_s))

    @property
    def counts(self) -> Counts:
        return Counts(self.answered, self.abandoned, self.short_abandoned, self.flowed_out)


ADDED = tuple(field.name for field in fields(Tally) if field.name != "longest_wait_s")
"""Of the sums all but the greatest wait."""
WHOLE = frozenset(field.name for field in fields(Tally) if field.type == "int")
"""Those that count; the others are of seconds."""


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def tally_of(record: CallRecord, threshold_s: float, ended: bool = True) -> Tally:
    """Of one call; ``ended``: its handling is over."""
    out, answered = record.direction == "out", record.outcome == "answered"
    queued = record.queued and not out
    waited = record.wait_s if queued else 0.0
    lost, soon = record.outcome in ABANDONED, record.wait_s <= threshold_s
    handled = answered and ended
    return Tally(
        calls=1,
        outgoing=int(out),
        outgoing_answered=int(out and answered),
        menu_served=int(not out and record.outcome == "served_by_menu"),
        menu_left=int(not out and record.outcome == "abandoned_menu"),
        answered=int(queued and answered),
        abandoned=int(queued and lost),
        short_abandoned=int(queued and record.outcome == "short_abandoned"),
        flowed_out=int(queued and record.outcome in FLOWED_OUT),
        answered_in_time=int(queued and answered and soon),
        abandoned_in_time=int(queued and lost and soon),
        wait_s=waited if answered else 0.0,
        longest_wait_s=waited,
        handled=int(handled),
        talk_s=record.talk_s if handled else 0.0,
        held_s=record.held_s if handled else 0.0,
        wrap_up_s=record.wrap_up_s if handled else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of a report; None where there is nothing to compute it from."""

    id: str
    unit: Unit
    of: Callable[[Tally], float | None]


def _counted(name: str) -> Figure:
    return Figure(name, "count", lambda t: float(getattr(t, name)))


FIGURES: tuple[Figure, ...] = (
    _counted("calls"),
    Figure("offered", "count", lambda t: float(t.counts.offered)),
    _counted("answered"),
    _counted("abandoned"),
    _counted("short_abandoned"),
    _counted("flowed_out"),
    Figure(
        "level", "share",
        lambda t: share(t.answered_in_time, t.counts.offered - t.short_abandoned),
    ),
    Figure("level_of_answered", "share", lambda t: share(t.answered_in_time, t.answered)),
    Figure(
        "level_with_abandons", "share",
        lambda t: share(t.answered_in_time + t.abandoned_in_time, t.answered + t.abandoned),
    ),
    Figure("level_of_offered", "share", lambda t: share(t.answered_in_time, t.counts.offered)),
    Figure("abandonment", "share", lambda t: t.counts.abandonment),
    Figure("abandonment_without_short", "share", lambda t: t.counts.abandonment_without_short),
    Figure("asa", "seconds", lambda t: share(t.wait_s, t.answered)),
    Figure("longest_wait", "seconds", lambda t: t.longest_wait_s if t.counts.offered else None),
    _counted("handled"),
    Figure("aht", "seconds", lambda t: share(t.talk_s + t.held_s + t.wrap_up_s, t.handled)),
    Figure("talk", "seconds", lambda t: share(t.talk_s, t.handled)),
    Figure("held", "seconds", lambda t: share(t.held_s, t.handled)),
    Figure("wrap_up", "seconds", lambda t: share(t.wrap_up_s, t.handled)),
    _counted("outgoing"),
    _counted("outgoing_answered"),
    _counted("menu_served"),
    _counted("menu_left"),
)  # fmt: skip
BY_ID = {figure.id: figure for figure in FIGURES}
USUAL = (
    "offered", "answered", "abandoned", "short_abandoned", "level", "asa", "longest_wait", "aht",
    "outgoing",
)  # fmt: skip
"""The figures of a report that names none."""
