"""Weeks of calls that a centre could have had."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ekc_console.staffing.history import HALVES, Day, Grid, History

MONDAY = date(2026, 6, 15)
SHAPE = np.where((np.arange(HALVES) >= 16) & (np.arange(HALVES) < 40), 20.0, 0.5)
"""Busy from eight to eight."""
WEEK = (1.4, 1.1, 1.0, 1.0, 1.0, 0.5, 0.4)


def days(count: int, first: date = MONDAY) -> tuple[Day, ...]:
    found = (first + timedelta(days=n) for n in range(count))
    return tuple(Day(day, day.weekday()) for day in found)


def due(of: tuple[Day, ...], growth: float = 0.0) -> Grid:
    """Calls on average; ``growth`` of a week."""
    rows = [SHAPE * WEEK[d.like] * (1 + growth) ** (n / 7) for n, d in enumerate(of)]
    return np.array(rows)


def came(weeks: int, growth: float = 0.0, seed: int = 1) -> History:
    of = days(weeks * 7)
    return History(of, np.random.default_rng(seed).poisson(due(of, growth)).astype(float))
