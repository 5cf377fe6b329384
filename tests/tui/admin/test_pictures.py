"""How the administrator's screens look. After a change that is meant: look at the report, then
``pytest tests/tui/admin/test_pictures.py --snapshot-update``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shell.app import EkcApp
from tests.support.sweep import sweep
from tests.tui.steps import log_in, press

SIZES = ("80x24", "120x40")
FILE = "ekc.yaml"
STATES: dict[str, tuple[str, ...]] = {
    "accounts": (),
    "account": ("enter",),
    "change": ("e",),
    "audit": ("tab", "down"),
    "what": ("tab", "d"),
    "code": ("k", "right", "enter"),
    "settings": ("tab", "tab", "o", FILE, "enter"),
    "machine": ("tab", "tab", "tab"),
    "history": ("tab", "tab", "h"),
    "rehearsal": ("tab", "tab", "o", FILE, "enter", "r"),
}


@pytest.mark.parametrize(
    ("state", "size"), sweep([(state, size) for size in SIZES for state in STATES], every=3)
)
def test_looks(
    app: EkcApp, snap_compare: Any, state: str, size: str, monkeypatch: Any, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text("queues: []")
    monkeypatch.chdir(tmp_path)

    async def steps(pilot: Pilot[Any]) -> None:
        await log_in(pilot)
        await press(pilot, *STATES[state])

    width, height = map(int, size.split("x"))
    assert snap_compare(app, terminal_size=(width, height), run_before=steps)
