"""How the supervisor's screens look. After a change that is meant: look at the report, then
``pytest tests/tui/supervisor/test_pictures.py --snapshot-update``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.face import SupervisorFace
from ekc_console.wire.centre.alarms import GetAlarmLog
from tests.support.day import ANSWERS, ASKED
from tests.support.supervisor import ALARM_LOG, HELP, ScriptedSupervisor
from tests.support.sweep import sweep
from tests.tui.steps import log_in, press, settle
from tests.tui.supervisor.test_queue_day import rests

SIZES = ("80x24", "120x40", "200x50")
STATES: dict[str, tuple[str, ...]] = {
    "now": (),
    "queue": ("enter",),
    "person": ("tab", "enter"),
    "callback": ("shift+tab", "down", "z"),
    "move": ("tab", "tab", "m"),
    "call": ("tab", "tab", "end", "enter"),
    "queue-day": ("e",),
    "queue-calls": ("e", "enter"),
    "alarm-log": ("j",),
    "snooze": ("s",),
    "month": ("f",),
    "month-calls": ("f", "down", "enter"),
}


def opening(desk: ScriptedSupervisor, state: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """The way to this state."""

    async def steps(pilot: Pilot[Any]) -> None:
        await log_in(pilot)
        desk.results.update(ANSWERS)
        desk.results[GetAlarmLog] = ALARM_LOG
        desk.month.asked = ASKED
        desk.put(HELP)
        await settle(pilot)
        await press(pilot, *STATES[state])

    return steps


@pytest.mark.parametrize(
    ("state", "size"), sweep([(state, size) for size in SIZES for state in STATES], every=4)
)
def test_looks(
    app: EkcApp, desk: ScriptedSupervisor, snap_compare: Any, state: str, size: str
) -> None:
    width, height = map(int, size.split("x"))
    assert snap_compare(app, terminal_size=(width, height), run_before=opening(desk, state))


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_looks_in_a_light_room(
    app: EkcApp, desk: ScriptedSupervisor, snap_compare: Any, state: str
) -> None:
    app.theme = "ekc-light"
    assert snap_compare(app, terminal_size=(80, 24), run_before=opening(desk, state))


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_looks_without_colours(
    desk: ScriptedSupervisor,
    snap_compare: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    state: str,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = EkcApp(desk, server="127.0.0.1", state_dir=tmp_path, face=SupervisorFace())
    assert snap_compare(app, terminal_size=(80, 24), run_before=opening(desk, state))


def test_data_that_are_old_look_old(
    app: EkcApp, desk: ScriptedSupervisor, snap_compare: Any
) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await log_in(pilot)
        desk.time += 15
        app._tick()
        await settle(pilot)

    assert snap_compare(app, terminal_size=(120, 40), run_before=steps)


@pytest.mark.long
def test_the_day_of_a_queue_is_plotted_beside_the_queues(
    app: EkcApp, desk: ScriptedSupervisor, snap_compare: Any
) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await log_in(pilot)
        desk.results.update(ANSWERS)
        await rests(pilot, desk)

    assert snap_compare(app, terminal_size=(200, 50), run_before=steps)
