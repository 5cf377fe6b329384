"""Hours: when people may be called back, and when a queue is open.

Pure arithmetic on seconds since the epoch, by the local time of the zone that is given. Where
clocks are set twice a year, hours are what clocks on the wall show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import pairwise

from ekc_console.domain.terms.localtime import (
    DAY_S,
    day_of,
    local,
    moments_at,
    second_of_day,
    transitions,
)
from ekc_console.domain.terms.settings import CentreSettings, Span

LOOK_AHEAD_DAYS = 400
"""A schedule that does not change for so long does not change at all."""
CALLING_DAYS = 3
"""Within so many the calling hours begin and end, even where clocks jump over an edge of them."""
EVENING_H = (18, 17, 16)
"""Hours of the evening, the one that is wanted first."""


# -- calling hours -----------------------------------------------------------


def calling_from(now: float, centre: CentreSettings) -> float:
    """The earliest moment from ``now`` on at which people may be called back."""
    if _may_call(now, centre):
        return now
    opening = _first(
        now,
        centre.zone,
        CALLING_DAYS,
        lambda day: (centre.callback_from_s,),
        lambda at: _may_call(at, centre),
    )
    return now + DAY_S if opening is None else opening


def calling_until(now: float, centre: CentreSettings) -> float | None:
    """When the calling hours that hold ``now`` end; ``now`` itself outside of them, None when
    people may be called at any time."""
    if centre.callback_from_s == centre.callback_until_s:
        return None
    if not _may_call(now, centre):
        return now
    return _first(
        now,
        centre.zone,
        CALLING_DAYS,
        lambda day: (centre.callback_until_s,),
        lambda at: not _may_call(at, centre),
    )


def opens_calling(at: float, centre: CentreSettings) -> bool:
    """Calling hours begin at this very moment."""
    return _may_call(at, centre) and not _may_call(at - 1.0, centre)


def _may_call(now: float, centre: CentreSettings) -> bool:
    first, last = centre.callback_from_s, centre.callback_until_s
    if first == last:
        return True
    second = second_of_day(now, centre.zone)
    if first < last:
        return first <= second < last
    return second >= first or second < last


def _first(
    now: float,
    zone: tzinfo,
    days: int,
    edges: Callable[[date], Iterable[float]],
    wanted: Callable[[float], bool],
) -> float | None:
    """The first moment after ``now`` that is wanted, of those at which clocks show an edge of the
    day or are set; None if there is none in so many days."""
    today = day_of(now, zone)
    for day in (today + timedelta(days=ahead) for ahead in range(days)):
        moments = {at for edge in edges(day) for at in moments_at(day, edge, zone)}
        for at in sorted(moments.union(transitions(day, zone))):
            if at > now and wanted(at):
                return at
    return None


# -- working hours -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a queue is open: by weekday, corrected by the calendar, corrected by exceptions."""

    weekly: tuple[tuple[Span, ...], ...] = (((0.0, DAY_S),),) * 7
    """Monday to Sunday."""
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    """Hours of single days instead of all else; no spans: closed."""
    days_off: frozenset[date] = frozenset()
    """Public holidays and days off that were moved to a working day: closed."""
    moved_workdays: frozenset[date] = frozenset()
    """Saturdays and Sundays that are worked: the hours of a Monday."""

    def spans(self, day: date) -> tuple[Span, ...]:
        if day in self.exceptions:
            return self.exceptions[day]
        if day in self.days_off:
            return ()
        return self.weekly[0 if day in self.moved_workdays else day.weekday()]


def is_open(schedule: Schedule, now: float, zone: tzinfo) -> bool:
    here = local(now, zone)
    second = here.hour * 3600 + here.minute * 60 + here.second + here.microsecond / 1e6
    return any(a <= second < b for a, b in schedule.spans(here.date()))


def next_change(schedule: Schedule, now: float, zone: tzinfo) -> float | None:
    """The first moment after ``now`` at which the queue opens or closes; None if it never does."""
    state = is_open(schedule, now, zone)
    return _first(
        now,
        zone,
        LOOK_AHEAD_DAYS,
        lambda day: {0.0, *(edge for span in schedule.spans(day) for edge in span)},
        lambda at: is_open(schedule, at, zone) != state,
    )


def evening(schedule: Schedule | None, now: float, centre: CentreSettings) -> float | None:
    """The latest full hour of this day's evening, not after 18:00, from which on the line is open
    and people may be called back for an hour; None: there is none."""
    day, zone = day_of(now, centre.zone), centre.zone

    def fits(at: float) -> bool:
        open_then = schedule is None or is_open(schedule, at, zone)
        return open_then and _may_call(at, centre)

    for hour in EVENING_H:
        at = max(moments_at(day, hour * 3600.0, zone), default=None)
        if at is not None and fits(at) and fits(at + 3599.0):
            return at
    return None


def overlap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Two spans of one day that share a moment, if there are any."""
    ordered = sorted(spans)
    return next(((a, b) for a, b in pairwise(ordered) if b[0] < a[1]), None)
