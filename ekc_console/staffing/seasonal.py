"""The plain forecast: a half-hour is as busy as the same half-hour of the last weeks was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ekc_console.staffing.history import Day, Grid, History, open_halves

WEEKS = 8
"""So far back a mean goes: longer ago other things were usual."""
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Seasons:
    """What is usual."""

    usual: Grid
    """Seven rows from Monday, without days off and weekends that are worked."""
    off_share: float
    """Calls of a day off to those of a Sunday."""
    off_days: int
    """So many days off it was seen on; none: it is taken as one."""


def seasons(history: History) -> Seasons:
    usual = np.array([_mean_of(history, like) for like in range(7)])
    usual = np.where(np.isfinite(usual), usual, np.nan_to_num(_mean(history.calls)))
    return Seasons(usual, *_off(history, usual[_SUNDAY]))


def expected(history: History, ahead: Sequence[Day]) -> Grid:
    """Calls of each half-hour of the days ``ahead``; none where the queue is closed."""
    found = seasons(history)
    rows = [found.usual[d.like] * (found.off_share if d.kind == "off" else 1.0) for d in ahead]
    return np.where(open_halves(ahead), np.array(rows), 0.0)


def _mean_of(history: History, like: int) -> Grid:
    rows = [n for n, d in enumerate(history.days) if d.kind == "usual" and d.like == like]
    return _mean(history.calls[rows[-WEEKS:]])


def _mean(grid: Grid) -> Grid:
    """By columns; nan where nothing is known."""
    known = np.isfinite(grid)
    count = known.sum(axis=0)
    return np.where(count > 0, np.nansum(grid, axis=0) / np.maximum(count, 1), np.nan)


def _off(history: History, sunday: Grid) -> tuple[float, int]:
    """Over the half-hours that are known of both."""
    rows = [n for n, d in enumerate(history.days) if d.kind == "off"]
    calls = history.calls[rows]
    known = np.isfinite(calls)
    due = float(np.where(known, sunday, 0.0).sum())
    seen = int(known.any(axis=1).sum())
    return (float(np.nansum(calls)) / due, seen) if due > 0 else (1.0, 0)
