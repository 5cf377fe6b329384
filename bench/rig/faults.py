"""Faults of mixed kinds at random moments, each undone after a while."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass

from rig.centre import Centre
from rig.clock import StepClock
from rig.crew import Crew
from rig.disk import SmallDisk
from rig.link import Link
from rig.node import ExternalNode

GAP_S = (0.8, 3.0)
"""Between two faults."""
AWAY_S = (0.1, 1.5)
"""Until whoever runs the router or the console starts it again."""
HANGS_S = (0.3, 2.0)
CUT_S = (0.5, 8.0)
FULL_S = (1.0, 5.0)
STALL_S = (0.5, 4.0)
STEPS_S = (-86400.0, -3600.0, -90.0, 90.0, 3600.0, 86400.0)

KILLS = ("kill router", "kill engine", "kill console", "kill softphone")
EVERY = (
    *KILLS,
    "hang router",
    "hang engine",
    "cut console",
    "cut node",
    "fill disk",
    "stall disk",
    "step clock",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What faults can be done to; None where this run has none of it."""

    centre: Centre
    crew: Crew
    console_link: Link
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
    def __init__(self, scene: Scene, kinds: tuple[str, ...], source: random.Random) -> None:
        self._scene = scene
        self._kinds = kinds
        self._source = source
        self.done: Counter[str] = Counter()
        self.engine_deaths: list[float] = []
        """Moments of the monotonic clock at which an engine was killed or hung."""

    async def run(self, count: int) -> None:
        while self.done.total() < count:
            await asyncio.sleep(self._source.uniform(*GAP_S))
            kind = self._source.choice(self._kinds)
            if await self._do(kind):
                self.done[kind] += 1

    async def _do(self, kind: str) -> bool:
        scene, between = self._scene, self._source.uniform
        login = self._source.choice(scene.crew.logins)
        match kind:
            case "kill router":
                scene.centre.kill_server()
                await asyncio.sleep(between(*AWAY_S))
                await asyncio.to_thread(scene.centre.start_server)
            case "kill engine":
                self.engine_deaths.append(time.monotonic())
                return _signal(scene.centre.engine_pid(), signal.SIGKILL)
            case "kill console":
                if not _signal(scene.crew.console(login), signal.SIGKILL):
                    return False
                await scene.crew.reap(login)
                await asyncio.sleep(between(*AWAY_S))
                await scene.crew.begin(login)
            case "kill softphone":
                return _signal(scene.crew.softphone(login), signal.SIGKILL)
            case "hang router":
                return await self._hang(scene.centre.pids["server"])
            case "hang engine":
                self.engine_deaths.append(time.monotonic())
                return await self._hang(scene.centre.engine_pid())
            case "cut console":
                scene.console_link.cut()
                await asyncio.sleep(between(*CUT_S))
                scene.console_link.mend()
            case "cut node" if scene.node:
                scene.node.cut()
                await asyncio.sleep(between(*CUT_S))
                scene.node.mend()
            case "fill disk" if scene.disk:
                await asyncio.to_thread(scene.disk.fill)
                await asyncio.sleep(between(*FULL_S))
                await asyncio.to_thread(scene.disk.free)
            case "stall disk" if scene.disk:
                await asyncio.to_thread(scene.disk.freeze)
                await asyncio.sleep(between(*STALL_S))
                await asyncio.to_thread(scene.disk.thaw)
            case "step clock" if scene.clock:
                scene.clock.step(self._source.choice(STEPS_S))
            case _:
                raise ValueError(kind)
        return True

    async def _hang(self, pid: int | None) -> bool:
        if not _signal(pid, signal.SIGSTOP):
            return False
        await asyncio.sleep(self._source.uniform(*HANGS_S))
        return _signal(pid, signal.SIGCONT)


def _signal(pid: int | None, number: signal.Signals) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
