"""The operator's console over the scripted desk, on the terminal it is started on.

    python -m tests.support.console <folder> <state>

``state`` names a function of :mod:`tests.tui.steps`; the console stays in it until it is ended.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import ScriptedDesk
from tests.tui import steps


def main(folder: Path, state: str) -> None:
    async def walk(pilot: Pilot[Any]) -> None:
        await getattr(steps, state)(pilot)

    EkcApp(ScriptedDesk(folder), server="127.0.0.1", state_dir=folder).run(auto_pilot=walk)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
