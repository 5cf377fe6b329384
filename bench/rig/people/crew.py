"""Automatic operators as console processes of their own, started again when they die."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from rig.machine.processes import children
from rig.server.centre import PASSWORD, Centre

_PROGRAM = Path(__file__).with_name("auto_operator.py")
_ROOT = Path(__file__).parents[3]


class Crew:
    """``url``: where the consoles find the server (a link that can be cut)."""

    def __init__(self, centre: Centre, url: str, folder: Path, seed: int) -> None:
        self._url = url
        self._folder = folder
        self._seed = seed
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self.logins = tuple(centre.tokens)

    async def start(self) -> None:
        for login in self.logins:
            await self.begin(login)

    async def begin(self, login: str) -> None:
        self._processes[login] = await asyncio.create_subprocess_exec(
            sys.executable, str(_PROGRAM), self._url,
            login, PASSWORD, str(self._folder / login), str(self._seed),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip

    def console(self, login: str) -> int:
        return self._processes[login].pid

    def softphone(self, login: str) -> int | None:
        with contextlib.suppress(OSError):
            return next(iter(children(self.console(login))), None)
        return None

    async def reap(self, login: str) -> None:
        await self._processes[login].wait()

    async def stop(self) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self._processes.values():
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
