"""The fault of a demonstration, made by a letter that other lists have a use for."""

from __future__ import annotations

import os
import signal

import pytest

from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.tui.supervisor.actions import demo
from tests.tui.steps import log_in, press, shown


async def test_one_letter_stops_no_telephony(app: EkcApp, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[int] = []
    monkeypatch.setenv(demo.PID, str(os.getpid()))
    before = signal.signal(signal.SIGUSR1, lambda number, _frame: stopped.append(number))
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await log_in(pilot)
            await press(pilot, "x")
            assert isinstance(app.screen, Confirm)
            assert app.screen.question == "Остановить телефонию?"
            await press(pilot, "enter")
            assert not stopped
            await press(pilot, "x", "right", "enter")
            assert stopped == [signal.SIGUSR1]
            assert "Телефония остановлена" in shown(pilot, "#message")
    finally:
        signal.signal(signal.SIGUSR1, before)
