"""A stretch of time cut into half-hours, hours, days, weeks or months of the centre's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from typing import Literal

from ekc_console.domain.terms.localtime import HALF_HOUR_S, day_of, start_of

Every = Literal["half_hour", "hour", "day", "week", "month"]
_STEPS_S: dict[Every, float] = {"half_hour": HALF_HOUR_S, "hour": 2 * HALF_HOUR_S}


@dataclass(frozen=True, slots=True)
class Span:
    """``since`` ≤ moment < ``until``, in seconds since the Unix epoch."""

    since: float
    until: float


def cut(whole: Span, every: Every, zone: tzinfo) -> tuple[Span, ...]:
    """Parts of ``whole`` in order, without gaps; the first and the last are cut to it. A day has
    as many hours as its clocks show: 23 or 25 where they are set. An empty ``whole`` has none."""
    edges = [whole.since]
    for edge in _edges(day_of(whole.since, zone), every, zone):
        if edge >= whole.until:
            break
        if edge > whole.since:
            edges.append(edge)
    edges.append(whole.until)
    return tuple(Span(*pair) for pair in pairwise(edges) if pair[0] < pair[1])


def _edges(day: date, every: Every, zone: tzinfo) -> Iterator[float]:
    """Where parts begin, without end, from the one in which ``day`` begins."""
    first = _begin(day, every)
    while True:
        following = _next(first, every)
        at, end = start_of(first, zone), start_of(following, zone)
        step = _STEPS_S.get(every, end - at)
        while at < end:
            yield at
            at += step
        first = following


def _begin(day: date, every: Every) -> date:
    match every:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
    return day


def _next(day: date, every: Every) -> date:
    match every:
        case "week":
            return day + timedelta(days=7)
        case "month":
            return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=1)
