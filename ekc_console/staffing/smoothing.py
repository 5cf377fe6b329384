"""Exponential smoothing (Holt and Winters) of the calls of a day, by statsmodels: level, a trend
that fades and the week; a day's calls are spread over its half-hours as they usually are."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from ekc_console.staffing.history import Day, Grid, History, open_halves
from ekc_console.staffing.seasonal import seasons

LEAST_DAYS = 21
"""Fewer hold three of no weekday: nothing to smooth."""
WEEK = 7


class NotSmoothed(Exception):
    """The model found no way through these days."""


def available() -> bool:
    """Whether the library is installed (the extra ``staffing``)."""
    return find_spec("statsmodels") is not None


def expected(history: History, ahead: Sequence[Day]) -> Grid:
    """As ``seasonal.expected``; ``ahead`` begins on the day after the history. Raises
    NotSmoothed."""
    found = seasons(history)
    usual = found.usual.sum(axis=1)
    foreseen = _foreseen(_totals(history, found.usual), len(ahead) + WEEK)
    level = float(foreseen[:WEEK].sum() / usual.sum()) if usual.sum() > 0 else 1.0
    rows = []
    for n, day in enumerate(ahead):
        shape, total = found.usual[day.like], usual[day.like]
        if day.kind == "usual" and total > 0:
            rows.append(shape * (foreseen[n] / total))
        else:
            rows.append(shape * level * (found.off_share if day.kind == "off" else 1.0))
    return np.where(open_halves(ahead), np.array(rows), 0.0)


def _totals(history: History, usual: Grid) -> NDArray[np.float64]:
    """Calls of each day; what is not known, and whole days that are not usual, as usual for the
    weekday of the date."""
    rows = np.array([usual[d.day.weekday()] for d in history.days])
    plain = np.array([[d.kind == "usual"] for d in history.days])
    known = np.isfinite(history.calls) & plain
    return np.asarray(np.where(known, history.calls, rows).sum(axis=1), dtype=np.float64)


def _foreseen(totals: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    if len(totals) < LEAST_DAYS:
        raise NotSmoothed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge: held-out weeks tell how good
        try:
            model = ExponentialSmoothing(
                totals,
                trend="add",
                damped_trend=True,
                seasonal="add",
                seasonal_periods=WEEK,
                initialization_method="heuristic",  # as near as an estimate, in half the time
            )
            foreseen = np.asarray(model.fit().forecast(days), dtype=np.float64)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            raise NotSmoothed from error
    if not np.isfinite(foreseen).all():
        raise NotSmoothed
    return np.maximum(foreseen, 0.0)
