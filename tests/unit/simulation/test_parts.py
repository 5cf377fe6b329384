"""Durations, shifts and intervals of confidence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ekc_console.domain.terms.ids import QueueId
from ekc_console.simulation.durations import Endless, Parametric, of_cv, patience_of
from ekc_console.simulation.figures import estimate, student_95
from ekc_console.simulation.plan import Slot, shifts_of


@pytest.mark.parametrize(
    "duration",
    [
        of_cv(180, 1),
        of_cv(180, 0.5),
        of_cv(180, 1.4),
        Parametric(90, "weibull", 0.6),
        Parametric(90, "weibull", 2.0),
    ],
)
def test_draws_have_the_mean_and_the_spread_that_were_asked_for(duration: Parametric) -> None:
    drawn = duration.draw(np.random.default_rng(1), 200_000)
    assert drawn.mean() == pytest.approx(duration.mean_s, rel=0.02)
    assert drawn.std() / drawn.mean() == pytest.approx(duration.cv, rel=0.05)
    assert of_cv(60, 0).draw(np.random.default_rng(1), 3).tolist() == [60, 60, 60]


def test_patience_is_estimated_from_those_who_were_answered_too() -> None:
    rng = np.random.default_rng(3)
    patience, served = rng.exponential(100, 50_000), rng.exponential(40, 50_000)
    waits = np.minimum(patience, served)
    found = patience_of(waits.tolist(), int((patience < served).sum()))
    assert found.mean_s == pytest.approx(100, rel=0.02)
    assert patience_of([1.0], 0) == Endless()


def test_shifts_put_as_many_agents_into_each_slot_as_it_asks_for() -> None:
    counts = [2, 4, 0, 1, 3]
    slots = tuple(Slot(i * 10.0, i * 10.0 + 10, 1.0, n) for i, n in enumerate(counts))
    shifts = shifts_of(slots, (QueueId("q"),))
    assert len({s.agent for s in shifts}) == len(shifts)
    for slot in slots:
        assert sum(s.from_s <= slot.from_s and s.to_s >= slot.to_s for s in shifts) == slot.agents


@pytest.mark.parametrize(("df", "value"), [(1, 12.706), (9, 2.262), (30, 2.042), (120, 1.980)])
def test_student(df: int, value: float) -> None:
    assert student_95(df) == pytest.approx(value, abs=1e-3)


def test_an_interval_holds_the_mean_at_the_stated_rate() -> None:
    rng, held = np.random.default_rng(5), 0
    for _ in range(1000):
        found = estimate(rng.normal(7, 2, 5).tolist())
        assert found is not None
        assert found.half is not None
        held += abs(found.mean - 7) <= found.half
    assert held / 1000 == pytest.approx(0.95, abs=0.03)
    assert estimate([None, None]) is None
    only = estimate([3.0, None])
    assert only is not None
    assert (only.mean, only.half) == (3.0, None)
    assert not math.isnan(only.mean)
