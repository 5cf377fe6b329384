"""Hours: when people may be called back, and when a queue is open.

Pure arithmetic on seconds since the epoch. Local time is UTC plus a fixed offset (Russia has no
summer time).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ekc_console.domain.terms.settings import CentreSettings, Span

DAY_S = 86_400.0
LOOK_AHEAD_DAYS = 400
"""A schedule that does not change for so long does not change at all."""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


# -- calling hours -----------------------------------------------------------


def calling_from(now: float, centre: CentreSettings) -> float:
    """The earliest moment from ``now`` on at which people may be called back."""
    if _may_call(now, centre):
        return now
    midnight = _midnight(now, centre.utc_offset_s)
    opening = midnight + centre.callback_from_s
    return opening if opening > now else opening + DAY_S


def calling_until(now: float, centre: CentreSettings) -> float | None:
    """When the calling hours that hold ``now`` end; ``now`` itself outside of them, None when
    people may be called at any time."""
    if centre.callback_from_s == centre.callback_until_s:
        return None
    if not _may_call(now, centre):
        return now
    end = _midnight(now, centre.utc_offset_s) + centre.callback_until_s
    return end if end > now else end + DAY_S


def _may_call(now: float, centre: CentreSettings) -> bool:
    first, last = centre.callback_from_s, centre.callback_until_s
    second = now - _midnight(now, centre.utc_offset_s)
    if first == last:
        return True
    if first < last:
        return first <= second < last
    return second >= first or second < last


def _midnight(now: float, utc_offset_s: float) -> float:
    """The local midnight before ``now``, in seconds since the epoch."""
    return (now + utc_offset_s) // DAY_S * DAY_S - utc_offset_s


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


def is_open(schedule: Schedule, now: float, utc_offset_s: float) -> bool:
    midnight = _midnight(now, utc_offset_s)
    second = now - midnight
    return any(a <= second < b for a, b in schedule.spans(_day(midnight, utc_offset_s)))


def next_change(schedule: Schedule, now: float, utc_offset_s: float) -> float | None:
    """The first moment after ``now`` at which the queue opens or closes; None if it never does."""
    state = is_open(schedule, now, utc_offset_s)
    midnight = _midnight(now, utc_offset_s)
    for _ in range(LOOK_AHEAD_DAYS):
        spans = schedule.spans(_day(midnight, utc_offset_s))
        edges = sorted({0.0, *(edge for span in spans for edge in span)})
        for moment in (midnight + edge for edge in edges):
            if moment > now and is_open(schedule, moment, utc_offset_s) != state:
                return moment
        midnight += DAY_S
    return None


def overlap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Two spans of one day that share a moment, if there are any."""
    ordered = sorted(spans)
    return next(((a, b) for a, b in pairwise(ordered) if b[0] < a[1]), None)


def _day(midnight: float, utc_offset_s: float) -> date:
    return date.fromordinal(_EPOCH_ORDINAL + round((midnight + utc_offset_s) / DAY_S))
