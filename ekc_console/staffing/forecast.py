"""A forecast of one queue: by the way that was nearer on weeks that were held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ekc_console.staffing import seasonal, smoothing
from ekc_console.staffing.history import Day, Grid, History

Method = Literal["mean", "smoothing"]
METHODS: tuple[Method, ...] = get_args(Method)
LEAST_DAYS = 14
"""With fewer a forecast would be of no weekday more than one."""
MOST_HELD_OUT = 4
"""Weeks."""
_WEEK = 7
_WAYS: Mapping[Method, Callable[[History, Sequence[Day]], Grid]] = {
    "mean": seasonal.expected,
    "smoothing": smoothing.expected,
}


class TooShort(Exception):
    """``known`` days of calls, ``LEAST_DAYS`` are needed."""

    def __init__(self, known: int) -> None:
        super().__init__(known)
        self.known = known


@dataclass(frozen=True, slots=True)
class Error:
    """Over the half-hours of the weeks that were held out, each foreseen from what was before."""

    wape: float | None
    """Sum of the errors to the sum of the calls; None: no call came."""
    mae: float
    """Calls a half-hour."""


@dataclass(frozen=True, slots=True)
class Forecast:
    calls: Grid
    """Of each half-hour of the days that were asked for."""
    used: Method
    errors: Mapping[Method, Error]
    """Of each way that could be tried; none: too few weeks to hold one out."""
    held_out: int
    """Weeks."""
    known_days: int
    off_days: int
    """Days off in what is known."""


def forecast(
    history: History,
    ahead: Sequence[Day],
    *,
    smooth: bool,
    on: Callable[[], None] = lambda: None,
) -> Forecast:
    """``ahead`` begins on the day after the history; ``smooth``: smoothing may be tried too;
    ``on`` is called between steps and may raise to end it. Raises TooShort."""
    if history.known_days < LEAST_DAYS:
        raise TooShort(history.known_days)
    ways = METHODS if smooth else METHODS[:1]
    held_out = max(0, min(MOST_HELD_OUT, (len(history.days) - LEAST_DAYS) // _WEEK))
    errors = {}
    for way in ways:
        if (error := _error(history, held_out, way, on)) is not None:
            errors[way] = error
    for used in _by_error(errors):
        on()
        try:
            calls = _WAYS[used](history, ahead)
        except smoothing.NotSmoothed:
            continue
        break
    return Forecast(
        calls=calls,
        used=used,
        errors=errors,
        held_out=held_out,
        known_days=history.known_days,
        off_days=seasonal.seasons(history).off_days,
    )


def _by_error(errors: Mapping[Method, Error]) -> list[Method]:
    """The nearest first; the plain one, which always comes to an end, is in it."""
    return sorted({"mean": None, **errors}, key=lambda way: _rank(errors.get(way), way))


def _rank(error: Error | None, way: Method) -> tuple[float, int]:
    return error.mae if error else np.inf, METHODS.index(way)


def _error(history: History, weeks: int, way: Method, on: Callable[[], None]) -> Error | None:
    """None: there is nothing to hold out, or the way comes to no end."""
    differences, calls = [], []
    for back in range(weeks, 0, -1):
        on()
        end = len(history.days) - back * _WEEK
        actual = history.calls[end : end + _WEEK]
        try:
            foreseen = _WAYS[way](history.until(end), history.days[end : end + _WEEK])
        except smoothing.NotSmoothed:
            return None
        known = np.isfinite(actual)
        differences.append(np.abs(foreseen - actual)[known])
        calls.append(actual[known])
    if not calls or not (count := sum(map(len, calls))):
        return None
    missed = float(sum(part.sum() for part in differences))
    came = float(sum(part.sum() for part in calls))
    return Error(missed / came if came else None, missed / count)
