"""Steps of the system's clock, with both its sources in our hands."""

from __future__ import annotations

import pytest

from ekc_console.server.core.clock import SLEW, Clock

NOON = 1_800_000_000.0


class Time:
    def __init__(self) -> None:
        self.wall_s = NOON
        self.monotonic_s = 50.0

    def pass_by(self, seconds: float) -> None:
        self.wall_s += seconds
        self.monotonic_s += seconds

    def clock(self, not_before: float = 0.0) -> Clock:
        return Clock(not_before, lambda: self.wall_s, lambda: self.monotonic_s)


def test_without_steps_it_is_the_wall_clock() -> None:
    time = Time()
    clock = time.clock()
    time.pass_by(100)
    assert clock.now() == pytest.approx(NOON + 100)
    assert clock.delay_until(NOON + 130) == pytest.approx(30)
    assert clock.delay_until(NOON) == 0


@pytest.mark.parametrize("step", [-86400.0, -3600.0, -5.0, 5.0, 3600.0, 86400.0])
def test_a_step_moves_no_deadline_by_its_size(step: float) -> None:
    time = Time()
    clock = time.clock()
    deadline = clock.now() + 15
    time.wall_s += step
    assert clock.delay_until(deadline) == pytest.approx(15, abs=0.01)
    time.pass_by(10)
    assert clock.delay_until(deadline) == pytest.approx(5, abs=10 * SLEW + 0.01)
    time.pass_by(10)
    assert clock.delay_until(deadline) == 0


@pytest.mark.parametrize("step", [-60.0, 60.0])
def test_it_never_goes_back_and_meets_the_wall_clock_in_the_end(step: float) -> None:
    time = Time()
    clock = time.clock()
    time.wall_s += step
    before = clock.now()
    for _ in range(700):
        time.pass_by(1)
        now = clock.now()
        assert now > before
        before = now
    assert before == pytest.approx(time.wall_s)


def test_a_clock_set_back_while_the_server_was_away() -> None:
    time = Time()
    clock = time.clock(not_before=NOON + 3600)
    assert clock.delay_until(NOON + 3610) == pytest.approx(10)
