"""The server's clock does not follow steps of the system's clock."""

from __future__ import annotations

import time

import pytest

from ekc_console.server.clock import Clock


def test_a_step_of_the_wall_clock_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    before = clock.now()
    assert before == pytest.approx(time.time(), abs=1)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() == pytest.approx(before, abs=1)
    assert clock.now() >= before


def test_a_delay_is_never_negative() -> None:
    clock = Clock()
    assert clock.delay_until(clock.now() - 10) == 0.0
    assert clock.delay_until(clock.now() + 10) == pytest.approx(10, abs=0.5)
