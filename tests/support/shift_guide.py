"""The pictures of the guides of the shift's leader and the administrator, over the scripted centre
that the tests of their screens have.

    python -m tests.support.shift_guide [docs/img/shift]

Each is named in ``docs/supervisor.md`` or ``docs/administrator.md``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ekc_console.client.admin_desk import SettingsFile
from ekc_console.tui.admin.face import AdminFace
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.face import SupervisorFace
from ekc_console.wire.centre.alarms import GetAlarmLog
from tests.support import guide
from tests.support.admin import CHANGE, ScriptedAdmin
from tests.support.day import ANSWERS
from tests.support.supervisor import ALARM_LOG, HELP, ScriptedSupervisor
from tests.tui.steps import log_in, press, settle

SIZE = (120, 36)
SHIFT = {
    "now": (),
    "person": ("tab", "enter"),
    "queue-day": ("e",),
    "call": ("tab", "tab", "end", "enter"),
    "alarm-log": ("j",),
}
"""Screen of the shift by the keys that lead to it."""
REHEARSED = ("tab", "tab", "r")
"""Keys that lead to what a rehearsal told."""


async def pictures() -> dict[str, str]:
    """SVG by the picture's name."""
    made = {name: await _of_the_shift(keys) for name, keys in SHIFT.items()}
    return made | {"accounts": await _of_the_admin(), "rehearsal": await _of_the_admin(*REHEARSED)}


async def _of_the_shift(keys: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as place:
        desk = ScriptedSupervisor(Path(place))
        desk.results.update(ANSWERS)
        desk.results[GetAlarmLog] = ALARM_LOG
        app = EkcApp(desk, server="127.0.0.1", state_dir=Path(place), face=SupervisorFace())
        async with app.run_test(size=SIZE) as pilot:
            await log_in(pilot)
            desk.put(HELP)
            await settle(pilot)
            await press(pilot, *keys)
            await settle(pilot)
            return guide.picture(app)


async def _of_the_admin(*keys: str) -> str:
    with tempfile.TemporaryDirectory() as place:
        desk = ScriptedAdmin(Path(place))
        desk.file = SettingsFile("ekc.yaml", "")
        desk.change = CHANGE
        app = EkcApp(desk, server="127.0.0.1", state_dir=Path(place), face=AdminFace())
        async with app.run_test(size=SIZE) as pilot:
            await log_in(pilot)
            await press(pilot, *keys)
            await settle(pilot)
            return guide.picture(app)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/img/shift"))
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in guide.run(pictures).items():
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(folder / f"{name}.svg")


if __name__ == "__main__":
    main()
