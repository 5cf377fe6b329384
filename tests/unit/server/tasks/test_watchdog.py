"""The watchdog over a real event loop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ekc_console.server.tasks.watchdog import Watchdog

HANGS = """
import asyncio, time
from ekc_console.server.tasks.watchdog import Watchdog
async def main():
    Watchdog(limit_s=0.4).start()
    await asyncio.sleep(0.1)
    time.sleep(30)
asyncio.run(main())
"""


async def test_a_loop_that_turns_is_left_alone() -> None:
    barked = threading.Event()
    watchdog = Watchdog(0.2, barked.set)
    watchdog.start()
    await asyncio.sleep(0.6)
    watchdog.stop()
    assert not barked.is_set()


async def test_a_loop_that_hangs_is_noticed() -> None:
    barked = threading.Event()
    watchdog = Watchdog(0.2, barked.set)
    watchdog.start()
    await asyncio.sleep(0.05)
    deadline = time.monotonic() + 5
    while not barked.is_set() and time.monotonic() < deadline:
        time.sleep(0.02)  # noqa: ASYNC251 - this is the hang
    watchdog.stop()
    assert barked.is_set()


def test_a_hung_process_ends_with_its_stacks_in_the_output() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS],
        capture_output=True,
        text=True,
        timeout=20,
        cwd=Path(__file__).parents[4],
    )
    assert done.returncode == -signal.SIGABRT
    assert "in main" in done.stderr


async def test_work_that_stands_still_while_the_loop_turns_is_noticed() -> None:
    barked = threading.Event()
    watchdog = Watchdog(0.4, barked.set, {"facts": lambda: 60.0})
    watchdog.start()
    assert await asyncio.to_thread(barked.wait, 10)
    watchdog.stop()


async def test_it_beats_while_the_work_moves() -> None:
    """Work that stands still for less than half the limit, or whose age cannot be told."""
    waited: list[float] = [0.0]
    watchdog = Watchdog(60.0, progress={"other": lambda: 0.0, "facts": lambda: waited[0]})
    for age, beats in ((29.0, True), (31.0, False), (0.0, True)):
        waited[0] = age
        watchdog._last = 0.0
        watchdog._beat()
        assert (watchdog._last > 0.0) is beats
    waited.clear()
    watchdog._last = 0.0
    watchdog._beat()
    assert watchdog._last == 0.0
    watchdog.stop()


async def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(os.fspath(tmp_path / "notify"))
        inbox.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", os.fspath(tmp_path / "notify"))
        watchdog = Watchdog()
        watchdog.start()
        told = {inbox.recv(100) for _ in range(2)}
        watchdog.stop()
        assert told == {b"WATCHDOG=1", b"READY=1"}
        assert inbox.recv(100) == b"STOPPING=1"
