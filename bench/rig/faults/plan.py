"""Faults of mixed kinds at random moments, each undone after a while."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from rig.faults.clock import StepClock
from rig.faults.disk import SmallDisk
from rig.machine.processes import lives
from rig.people.crew import Crew
from rig.server.centre import Centre
from rig.server.node import ExternalNode
from tests.support.cut_link import CutLink

GAP_S = (0.8, 3.0)
"""Between two faults."""
LASTS_S = {
    "kill router": (0.1, 1.5),  # until whoever runs it starts it again; so with a console
    "kill engine": (0.0, 0.0),
    "kill console": (0.1, 1.5),
    "kill softphone": (0.0, 0.0),
    "hang router": (0.3, 2.0),
    "hang engine": (0.3, 2.0),
    "cut console": (0.5, 8.0),
    "cut node": (0.5, 8.0),
    "fill disk": (1.0, 5.0),
    "stall disk": (0.5, 4.0),
    "step clock": (0.0, 0.0),
}
EVERY = tuple(LASTS_S)
STEPS_S = (-86400, -3600, -90, 90, 3600, 86400)
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Scene:
    """What faults can be done to; None where this run has none of it."""

    centre: Centre
    crew: Crew
    console_link: CutLink
    node: ExternalNode | None = None
    disk: SmallDisk | None = None
    clock: StepClock | None = None

    def possible(self) -> tuple[str, ...]:
        left_out = {
            "kill engine": self.node is not None,
            "hang engine": self.node is not None,
            "cut node": self.node is None,
            "fill disk": self.disk is None,
            "stall disk": self.disk is None,
            "step clock": self.clock is None,
        }
        return tuple(kind for kind in EVERY if not left_out.get(kind, False))


class Faults:
    """``run``, and ``watch`` beside it: that starts the router again when it ends by itself, as the
    service manager would."""

    def __init__(self, scene: Scene, kinds: tuple[str, ...], source: random.Random) -> None:
        self._scene = scene
        self._kinds = kinds
        self._source = source
        self._router = asyncio.Lock()
        self.done: Counter[str] = Counter()
        self.engine_deaths: list[float] = []
        """Moments of the monotonic clock."""
        self.router_exits: list[int] = []
        """Of its own accord: the codes."""

    async def run(self, count: int) -> None:
        while self.done.total() < count:
            await asyncio.sleep(self._source.uniform(*GAP_S))
            kind = self._source.choice(self._kinds)
            if await self._do(kind):
                self.done[kind] += 1

    async def watch(self) -> None:
        engine = self._scene.centre.engine_pid()
        while True:
            await asyncio.sleep(LOOK_S)
            if engine and not lives(engine):
                self.engine_deaths.append(time.monotonic())
                engine = None
            else:
                engine = self._scene.centre.engine_pid() or engine
            async with self._router:
                if (code := self._scene.centre.server_exit()) is not None:
                    self.router_exits.append(code)
                    await to_the_end(self._scene.centre.start_server)

    async def _do(self, kind: str) -> bool:
        scene, away_s = self._scene, self._source.uniform(*LASTS_S[kind])
        login = self._source.choice(scene.crew.logins)
        match kind:
            case "kill router":
                async with self._router:
                    scene.centre.kill_server()
                    await asyncio.sleep(away_s)
                    await to_the_end(scene.centre.start_server)
            case "kill engine":
                self.engine_deaths.append(time.monotonic())
                return _signal(scene.centre.engine_pid(), signal.SIGKILL)
            case "kill console":
                if not _signal(scene.crew.console(login), signal.SIGKILL):
                    return False
                await scene.crew.reap(login)
                await asyncio.sleep(away_s)
                await scene.crew.begin(login)
            case "kill softphone":
                return _signal(scene.crew.softphone(login), signal.SIGKILL)
            case "hang router":
                return await _hang(scene.centre.pids["server"], away_s)
            case "hang engine":
                return await _hang(scene.centre.engine_pid(), away_s)
            case "cut console":
                await _while(scene.console_link.cut, scene.console_link.mend, away_s)
            case "cut node" if scene.node:
                await _while(scene.node.cut, scene.node.mend, away_s)
            case "fill disk" if scene.disk:
                await _while(scene.disk.fill, scene.disk.free, away_s)
            case "stall disk" if scene.disk:
                await _while(scene.disk.freeze, scene.disk.thaw, away_s)
            case "step clock" if scene.clock:
                scene.clock.step(self._source.choice(STEPS_S))
            case _:
                raise ValueError(kind)
        return True


async def _while(begin: Callable[[], None], undo: Callable[[], None], seconds: float) -> None:
    try:
        await to_the_end(begin)
        await asyncio.sleep(seconds)
    finally:
        await to_the_end(undo)


async def _hang(pid: int | None, seconds: float) -> bool:
    if not _signal(pid, signal.SIGSTOP):
        return False
    try:
        await asyncio.sleep(seconds)
    finally:
        _signal(pid, signal.SIGCONT)
    return True


async def to_the_end(work: Callable[[], None]) -> None:
    """In a thread; who is cancelled meanwhile goes only when it is done."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _signal(pid: int | None, number: signal.Signals) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
