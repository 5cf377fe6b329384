"""``ekc server``: what ends it, and that it ends."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from ekc_console.commands.admin import server as module
from ekc_console.commands.shared.end_in_time import EndInTime
from ekc_console.server.build import gathering
from ekc_console.server.start import startup
from ekc_console.server.tasks import essential
from tests.support import virtual_time
from tests.support.simulated_centre import Centre, LoopClock


class Ending(EndInTime):
    """Notes that the end began, and cuts nobody off."""

    begun = False

    def begin(self) -> None:
        self.begun = True


def serve(folder: Path, story: Any) -> tuple[str, Ending, Centre]:
    """``ekc server`` in virtual time until ``story`` has ended it."""
    ending = Ending()

    async def main() -> tuple[str, Centre]:
        centre = Centre(folder)
        loop = asyncio.get_running_loop()
        with (
            mock.patch.object(startup, "configured_engine", return_value=centre.engine),
            mock.patch.object(gathering, "Clock", LoopClock),
            mock.patch.object(gc, "freeze"),
        ):
            serving = loop.create_task(module._serve(centre._config(), False, ending))
            await centre.until(lambda: centre.engine._up, "the engine is up")
            await asyncio.sleep(1)
            await story(centre)
            async with asyncio.timeout(60):
                return await serving, centre

    broken, centre = virtual_time.run(main)
    return broken, ending, centre


def test_an_essential_task_that_ends_ends_the_server_in_order_and_no_talk(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.caller_calls("+79000000012")
        await asyncio.sleep(1)
        (task,) = (task for task in essential.tasks() if task.get_name() == "journal")
        task.cancel()

    broken, ending, centre = serve(tmp_path, story)
    assert broken == "journal"
    assert ending.begun
    assert centre.engine._legs, "the calls are left to the next server"


def test_a_signal_ends_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.caller_calls("+79000000012")
        await asyncio.sleep(1)
        signal.raise_signal(signal.SIGTERM)

    broken, ending, centre = serve(tmp_path, story)
    assert broken == ""
    assert ending.begun
    assert not centre.engine._legs


HANGS = """
import threading, sys
from concurrent.futures import ThreadPoolExecutor
from ekc_console.commands.shared.end_in_time import EndInTime
ThreadPoolExecutor(1).submit(threading.Event().wait)
ending = EndInTime(0.5)
ending.begin()
ending.begin()
"""


@pytest.mark.parametrize("more", ["", "threading.Event().wait()"])
def test_a_process_that_a_thread_holds_ends_all_the_same(more: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS + more],
        capture_output=True,
        text=True,
        timeout=20,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 1
    assert "Thread" in done.stderr, "where it stood"
