"""When a report of the day, the week or the month that has ended is due, and of which days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Literal

from ekc_console.domain.terms.localtime import day_of, start_of


@dataclass(frozen=True, slots=True)
class Due:
    at: float
    """Seconds since the epoch."""
    first: date
    last: date


def due(
    every: Literal["day", "week", "month"], at_s: float, zone: tzinfo, after: float, now: float
) -> Iterator[Due]:
    """Those that fell due later than ``after`` and not later than ``now``, in order. ``at_s``:
    seconds after midnight."""
    day, today = day_of(after, zone), day_of(now, zone)
    while day <= today:
        at = start_of(day, zone) + at_s
        if after < at <= now and _begins(day, every):
            last = day - timedelta(days=1)
            yield Due(at, _first(last, every), last)
        day += timedelta(days=1)


def _begins(day: date, every: str) -> bool:
    return {"day": True, "week": day.weekday() == 0, "month": day.day == 1}[every]


def _first(last: date, every: str) -> date:
    match every:
        case "week":
            return last - timedelta(days=6)
        case "month":
            return last.replace(day=1)
    return last
