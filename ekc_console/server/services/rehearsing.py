"""The process of a rehearsal, seen from the server: one at a time, and ended when it takes too
long, when it is not wanted any more, and with the server."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import structlog

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.services.rehearsal_process import Work
from ekc_console.simulation.rehearsal import Pair

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "ekc_console.server.services.rehearsal_process")
LIMIT_S = 600.0
LINE_LIMIT = 4 * 1024 * 1024
"""Bytes of what is said of one seed."""

State = Literal["running", "done", "stopped", "failed"]


@dataclass(slots=True)
class Run:
    work: Work
    state: State = "running"
    pairs: list[Pair] = field(default_factory=list)
    """What is lived through."""


class Rehearsing:
    """``close`` at the end."""

    def __init__(self, command: Sequence[str] = COMMAND, limit_s: float = LIMIT_S) -> None:
        self._command = command
        self._limit_s = limit_s
        self._task: asyncio.Task[None] | None = None
        self._run: Run | None = None

    @property
    def running(self) -> bool:
        return self._run is not None and self._run.state == "running"

    def start(self, work: Work) -> Run:
        """The run, which goes on by itself. None must be running."""
        assert not self.running
        self._run = run = Run(work)
        self._task = asyncio.create_task(self._follow(run))
        self._task.add_done_callback(lambda _task: _over(run))
        return run

    async def stop(self) -> None:
        """What is lived through stays."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        await self.stop()

    async def _follow(self, run: Run) -> None:
        try:
            async with asyncio.timeout(self._limit_s):
                await self._lived(run)
            run.state = "done" if len(run.pairs) == run.work.seeds else "failed"
        except TimeoutError:
            log.warning("a rehearsal took too long", limit_s=self._limit_s, seeds=len(run.pairs))
        except (OSError, ValueError, *NOT_JSON) as error:
            log.error("a rehearsal broke", error=repr(error))
            run.state = "failed"

    async def _lived(self, run: Run) -> None:
        """Raises OSError, ValueError."""
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
            start_new_session=True,  # what the terminal sends is for the server
        )
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(pickle.dumps(run.work))
            await child.stdin.drain()
            async for line in child.stdout:
                run.pairs.append(msgspec.json.decode(line, type=Pair))
            child.stdin.close()
            await child.wait()
        except BaseException:
            if child.returncode is None:
                child.kill()
            await child.wait()
            raise


def _over(run: Run) -> None:
    """Whatever ended it, also before its first step."""
    if run.state == "running":
        run.state = "stopped"
