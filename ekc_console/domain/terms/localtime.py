"""Local time of the centre: the one place where a moment becomes a date or a time of day.

A moment is in seconds since the Unix epoch; a zone is always given, so that nothing depends on
the zone of the machine. Pure but for the tables of time zones, which the interpreter reads once.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

USUAL_ZONE = "Europe/Moscow"
DAY_S = 86_400.0
HALF_HOUR_S = 1800.0
LATEST = 1e11
"""In the year 5138: moments up to here, and the sum of two of them, are dates in every zone."""
DAYS_KEPT = 4096
"""What was worked out for so many days and times of day is remembered: schedules look a year
ahead each time."""

_OFFSET = re.compile(r"UTC([+-])(\d\d):(\d\d)")
_USUAL_DAY = datetime(2026, 1, 15)
"""By it a zone is told by one offset where only one can be said."""


@functools.lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """``Europe/Moscow``, or a fixed ``UTC+03:00``. Raises ValueError for an unknown name."""
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3])
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:  # OSError: the name of a folder
        raise ValueError(f"no time zone {name!r}") from error


def offset_name(offset_s: float) -> str:
    """Name of the zone that is always so far from UTC, for ``zone_named``."""
    minutes = round(offset_s / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def usual_offset_s(zone: tzinfo) -> float:
    """Local time less UTC in winter."""
    offset = zone.utcoffset(_USUAL_DAY)
    assert offset is not None
    return offset.total_seconds()


# -- a moment ----------------------------------------------------------------


def local(at: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at, zone)


def day_of(at: float, zone: tzinfo) -> date:
    return local(at, zone).date()


def said(at: float, zone: tzinfo, pattern: str) -> str:
    """By ``strftime``."""
    return local(at, zone).strftime(pattern)


def second_of_day(at: float, zone: tzinfo) -> float:
    """What a clock on the wall shows, in seconds after 0:00."""
    here = local(at, zone)
    return here.hour * 3600 + here.minute * 60 + here.second + here.microsecond / 1e6


# -- back to a moment ----------------------------------------------------------


def moment_of(here: datetime, zone: tzinfo) -> float:
    """Of a local date and time; with an offset of its own that one counts. Of a time that clocks
    show twice the first moment; one that they jump over is read as if they did not."""
    if here.tzinfo is not None:
        return here.timestamp()
    return here.replace(tzinfo=zone).timestamp()


def start_of(day: date, zone: tzinfo) -> float:
    """The first moment of a day."""
    return moments_at(day, 0.0, zone)[0]


@functools.lru_cache(maxsize=DAYS_KEPT)
def moments_at(day: date, second: float, zone: tzinfo) -> tuple[float, ...]:
    """When clocks show ``second`` (0 … 86,400) of a day, at the transition where they jump over
    it: one moment, or two in the order of time where they are set back over it."""
    if second >= DAY_S:
        return moments_at(day + timedelta(days=1), second - DAY_S, zone)
    here = datetime.combine(day, time()) + timedelta(seconds=second)
    first = here.replace(tzinfo=zone, fold=0).timestamp()
    last = here.replace(tzinfo=zone, fold=1).timestamp()
    if first == last:
        return (first,)
    if first < last:
        return first, last
    return (_transition(last, first, zone),)  # last < first: they jump over it


@functools.lru_cache(maxsize=DAYS_KEPT)
def transitions(day: date, zone: tzinfo) -> tuple[float, ...]:
    """When clocks are set within a day; at most one is found."""
    noon = datetime.combine(day, time(12), UTC).timestamp()
    first, last = noon - DAY_S, noon + DAY_S
    if local(first, zone).utcoffset() != local(last, zone).utcoffset():
        at = _transition(first, last, zone)
        if day_of(at, zone) == day or day_of(at - 1, zone) == day:
            return (at,)
    return ()


def _transition(first: float, last: float, zone: tzinfo) -> float:
    """The moment between the two at which the offset becomes the later one; whole seconds."""
    before, low, high = local(first, zone).utcoffset(), int(first), int(last)
    while high - low > 1:
        middle = (low + high) // 2
        if local(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return float(high)
