"""Outside programs as child processes: started with a log, ended by their process id."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

STOP_S = 15.0
_LOOK_S = 0.05
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def program(name: str) -> str:
    """Full path. Fails with what to do when the program is not there."""
    found = shutil.which(name, path=_PATH)
    assert found, f"{name} is not installed: run sh tests/interop/install-peers.sh"
    return found


class Process:
    """One child with its output in ``log``."""

    def __init__(self, child: asyncio.subprocess.Process, log: Path) -> None:
        self.child = child
        self.log = log

    @classmethod
    async def start(
        cls,
        *command: str,
        log: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Process:
        with log.open("wb") as output:
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                cwd=cwd,
                env=None if env is None else {**os.environ, **env},
                start_new_session=True,
            )
        return cls(child, log)

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def says(self, words: str, limit_s: float) -> None:
        """Wait until the log has these words."""
        await true_within(limit_s, lambda: words in self.text, lambda: self._trouble(words))

    async def ends(self, limit_s: float) -> int:
        """Exit code. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            return await self.child.wait()

    async def stop(self) -> None:
        """Ask, then kill. Idempotent."""
        if self.child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.child.send_signal(signal.SIGTERM)
        try:
            await self.ends(STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()
            await self.child.wait()

    def _trouble(self, words: str) -> str:
        return f"not said: {words}; exit code {self.child.returncode}; log:\n{self.text[-3000:]}"


async def run(*command: str, log: Path, limit_s: float = 10.0) -> None:
    """A program that must succeed."""
    process = await Process.start(*command, log=log)
    assert await process.ends(limit_s) == 0, f"{' '.join(command)}: {process.text}"


async def true_within(
    limit_s: float, condition: Callable[[], bool], trouble: Callable[[], str]
) -> None:
    """Wait for something outside this process that gives no event of its own."""
    try:
        async with asyncio.timeout(limit_s):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        raise AssertionError(trouble()) from None
