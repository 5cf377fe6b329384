"""Calls that came, by half-hours of the clock on the wall: a row for each day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ekc_console.domain.terms.localtime import day_of, second_of_day, start_of, transitions
from ekc_console.domain.terms.settings import Span

BIN_S = 900
"""Calls are counted by such parts of the time since the epoch: in every zone of today two of them
make a half-hour of its clock."""
HALVES = 48
HALF_S = 1800.0
_BINS_IN_HALF = HALF_S / BIN_S
SURE_GAP = 20.0
"""So many calls were due and none came into any queue: by chance once in 500 million times, so that
nobody was counting."""
WORTH_TELLING = 5.0
"""Calls due in the part of a gap that lies in a day."""

Grid = NDArray[np.float64]
"""A row for each day, 48 half-hours in each."""
Bins = Mapping[int, int]
"""Calls by the number of the part of the time, from the epoch."""
Kind = Literal["usual", "off", "moved"]


@dataclass(frozen=True, slots=True)
class Day:
    """What the centre's calendar says of a day, and when the queue is open."""

    day: date
    like: int
    """The weekday (Monday is 0) whose calls it has."""
    kind: Kind = "usual"
    """``off``: a holiday or a day off that was moved here, ``moved``: a weekend that is worked."""
    spans: tuple[Span, ...] = ((0.0, 86_400.0),)
    """Seconds after midnight."""


@dataclass(frozen=True, slots=True)
class History:
    days: tuple[Day, ...]
    """In order, without gaps."""
    calls: Grid
    """In a whole half-hour; nan: not known, or the queue was closed."""

    def until(self, days: int) -> History:
        """The first ones."""
        return History(self.days[:days], self.calls[:days])

    @property
    def known_days(self) -> int:
        return int(np.isfinite(self.calls).any(axis=1).sum())


def history(bins: Bins, days: Sequence[Day], zone: tzinfo) -> History:
    """Calls of one queue; not known are closed half-hours, and days before its first call: then it
    may not have been there."""
    counted = _counted(bins, [d.day for d in days], zone)
    came = np.flatnonzero(counted.any(axis=1))
    counted[: came[0] if len(came) else len(days)] = np.nan
    return History(tuple(days), np.where(open_halves(days), counted, np.nan))


def open_halves(days: Sequence[Day]) -> NDArray[np.bool_]:
    """Half-hours in which the queue is open at any moment."""
    begins = np.arange(HALVES) * HALF_S
    rows = [
        np.any([(begins < b) & (begins + HALF_S > a) for a, b in d.spans], axis=0)
        if d.spans
        else np.zeros(HALVES, dtype=bool)
        for d in days
    ]
    return np.array(rows, dtype=bool).reshape(len(days), HALVES)


def _counted(bins: Bins, days: Sequence[date], zone: tzinfo) -> Grid:
    """Where clocks are set back a half-hour comes twice and counts as the mean of both; one that
    they jump over is not known."""
    calls = np.zeros((len(days), HALVES))
    row_of = {day: n for n, day in enumerate(days)}
    for number, count in bins.items():
        row = row_of.get(day_of(number * BIN_S, zone))
        if row is not None:
            calls[row, _half(number, zone)] += count
    for day, row in row_of.items():
        if transitions(day, zone):
            parts = np.bincount(
                [_half(n, zone) for n in _bins_of(day, zone)], minlength=HALVES
            ).astype(float)
            parts[parts == 0] = np.nan
            calls[row] *= _BINS_IN_HALF / parts
    return calls


def _half(number: int, zone: tzinfo) -> int:
    return int(second_of_day(number * BIN_S, zone) // HALF_S)


def _bins_of(day: date, zone: tzinfo) -> range:
    first, end = start_of(day, zone), start_of(day + timedelta(days=1), zone)
    return range(int(first // BIN_S), int(end // BIN_S))


# -- when nobody counted -----------------------------------------------------------


def without_gaps(queues: Mapping[str, History]) -> tuple[dict[str, History], list[date]]:
    """The same with what lies in a gap not known; and the days with a gap. A gap is a stretch
    without a call in any queue in which so many were due as ``SURE_GAP``."""
    if not queues:
        return {}, []
    days = next(iter(queues.values())).days
    grids = np.array([one.calls for one in queues.values()])
    known = np.isfinite(grids).any(axis=0)
    total = np.where(known, np.nansum(grids, axis=0), np.nan)
    due = _usual(total, days)
    missing = _empty_stretches(total, due)
    found = {
        queue: replace(one, calls=np.where(missing, np.nan, one.calls))
        for queue, one in queues.items()
    }
    told = (due * missing).sum(axis=1) >= WORTH_TELLING
    return found, [days[n].day for n in np.flatnonzero(told)]


def _usual(total: Grid, days: Sequence[Day]) -> Grid:
    """Calls due in each half-hour: the middle of those of its weekday."""
    likes = np.array([d.like for d in days])
    due = np.zeros_like(total)
    for like in set(likes.tolist()):
        rows = likes == like
        with np.errstate(all="ignore"):
            due[rows] = np.nan_to_num(middle(total[rows]))
    return due


def middle(grid: Grid) -> Grid:
    """Median by columns; nan where nothing is known."""
    known = np.isfinite(grid).any(axis=0)
    found = np.full(grid.shape[1], np.nan)
    found[known] = np.nanmedian(grid[:, known], axis=0)
    return found


def _empty_stretches(total: Grid, due: Grid) -> NDArray[np.bool_]:
    calls, expected = total.ravel(), due.ravel()
    missing = np.zeros(calls.size, dtype=bool)
    for first, end in _runs(~(calls > 0)):
        if expected[first:end][np.isfinite(calls[first:end])].sum() >= SURE_GAP:
            missing[first:end] = True
    return missing.reshape(total.shape)


def _runs(true: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], true.astype(int), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
