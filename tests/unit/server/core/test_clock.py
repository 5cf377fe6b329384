"""Steps of the system's clock, with both its sources in our hands."""

from __future__ import annotations

import pytest

from ekc_console.server.core.clock import SLEW, STEP_S, Clock

NOON = 1_800_000_000.0
STEPS = [-10 * 366 * 86400.0, -86400.0, -3600.0, -5.0, 5.0, 3600.0, 86400.0, 10 * 366 * 86400.0]


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
    assert clock.away() == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_step_moves_no_deadline(step: float) -> None:
    time = Time()
    clock = time.clock()
    deadline = clock.now() + 15
    time.wall_s += step
    assert clock.delay_until(deadline) == pytest.approx(15)
    time.pass_by(10)
    assert clock.delay_until(deadline) == pytest.approx(5)
    time.pass_by(10)
    assert clock.delay_until(deadline) == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_told_and_the_clock_is_set_at_once(step: float) -> None:
    time = Time()
    clock = time.clock()
    time.pass_by(10)
    time.wall_s += step
    assert clock.away() == pytest.approx(step)
    assert clock.wall() == pytest.approx(time.wall_s)
    clock.set_by(clock.away())
    assert clock.away() == 0
    assert clock.now() == pytest.approx(time.wall_s)


def test_a_machine_that_slept() -> None:
    """The monotonic clock stands still meanwhile."""
    time = Time()
    clock = time.clock()
    time.wall_s += 8 * 3600
    assert clock.now() == pytest.approx(NOON)
    assert clock.away() == pytest.approx(8 * 3600)


@pytest.mark.parametrize("difference", [-STEP_S, -0.5, 0.5, STEP_S])
def test_a_near_wall_clock_is_met_slowly_and_never_by_going_back(difference: float) -> None:
    time = Time()
    clock = time.clock()
    time.wall_s += difference
    before = clock.now()
    for _ in range(30):
        assert clock.away() == 0
        time.pass_by(1)
        now = clock.now()
        assert 1 - SLEW - 1e-6 <= now - before <= 1 + SLEW + 1e-6
        before = now
    assert before == pytest.approx(time.wall_s)


def test_a_clock_set_back_while_the_server_was_away() -> None:
    time = Time()
    clock = time.clock(not_before=NOON + 3600)
    assert clock.delay_until(NOON + 3610) == pytest.approx(10)
    assert clock.away() == pytest.approx(-3600)


@pytest.mark.parametrize("years", [1, 10])
def test_a_start_in_the_future_binds_no_later_one(years: int) -> None:
    time = Time()
    clock = time.clock(not_before=NOON + years * 365 * 86400)
    clock.set_by(clock.away())
    assert clock.now() == pytest.approx(NOON)
    time.pass_by(3600)
    assert clock.now() == pytest.approx(NOON + 3600)


def test_a_pause_between_two_readings_is_no_step() -> None:
    time = Time()
    pauses = iter([30.0, 0.0, 0.0])

    def wall() -> float:
        shown = time.wall_s
        time.pass_by(next(pauses, 0.0))
        return shown

    clock = Clock(0.0, lambda: time.wall_s, lambda: time.monotonic_s)
    clock._wall = wall
    assert clock.away() == 0
