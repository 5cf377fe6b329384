"""How the screen of a clinic's desk looks. After a change that is meant: look at the report, then
``pytest tests/tui/clinic/test_pictures.py --snapshot-update``."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.client.clinic_lists import AGAIN_S
from ekc_console.tui.shell.app import EkcApp
from tests.support.clinic import LATER, VISITS, ScriptedClinic
from tests.support.sweep import sweep
from tests.tui.steps import log_in, press, settle

SIZES = ("80x24", "120x40")
STATES: dict[str, tuple[str, ...]] = {
    "visits": (),
    "cards": ("tab",),
    "closing": ("down", "delete"),
    "card": ("tab", "enter"),
    "empty": (),
}


@pytest.mark.parametrize(
    ("state", "size"), sweep([(state, size) for state in STATES for size in SIZES], every=100)
)
def test_looks(app: EkcApp, desk: ScriptedClinic, snap_compare: Any, state: str, size: str) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        if state == "empty":
            desk.open_visits, desk.found = (), ()
        await log_in(pilot)
        if state == "visits":
            desk.open_visits = (*VISITS, LATER)
            desk.time += AGAIN_S
            app._tick()
            await settle(pilot)
        await press(pilot, *STATES[state])

    width, height = map(int, size.split("x"))
    assert snap_compare(app, terminal_size=(width, height), run_before=steps)
