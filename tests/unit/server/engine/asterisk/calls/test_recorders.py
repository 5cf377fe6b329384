"""A recorder is begun anew when the stopped one has let go of its leg, and not one that was stopped
for good meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.server.engine.asterisk.calls.legs import Leg
from ekc_console.server.engine.asterisk.calls.recorders import Recorders
from ekc_console.server.engine.asterisk.control.ari import AriError
from tests.support import virtual_time


class Node:
    """ARI and AMI of a node through whose leg no packet passes until the test says so."""

    def __init__(self) -> None:
        self.ordered: list[str] = []
        self.passed = 100
        self.asked = asyncio.Event()
        self.statistics = True

    async def action(self, action: str, **_headers: Any) -> None:
        if action != "Setvar":
            self.ordered.append(action)

    async def packets(self, _leg: str) -> int:
        self.asked.set()
        if not self.statistics:
            raise AriError(404, "GET", "no such channel")
        return self.passed


class Recorded:
    def __init__(self) -> None:
        self.node = Node()
        table: Any = None  # asked of company only
        node: Any = self.node

        async def ami() -> Any:
            return node

        self.recorders = Recorders(lambda: table, lambda: node, ami)
        self.leg = Leg("c", "PJSIP/c-1", "caller", bridge="first")

    async def moves(self) -> asyncio.Task[None]:
        await self.recorders.start(self.leg, Path("/r/1"))
        self.leg.bridge = "second"
        moving = asyncio.create_task(self.recorders.moved(self.leg))
        await self.node.asked.wait()
        return moving


def tried(trial: Callable[[Recorded], Awaitable[None]]) -> None:
    async def main() -> None:
        await trial(Recorded())

    virtual_time.run(main)


def test_not_begun_before_packets_have_passed() -> None:
    async def trial(recorded: Recorded) -> None:
        moving = await recorded.moves()
        await asyncio.sleep(0.2)
        assert recorded.node.ordered == ["MixMonitor", "StopMixMonitor"]
        recorded.node.passed += 3
        await moving
        assert recorded.node.ordered == ["MixMonitor", "StopMixMonitor", "MixMonitor"]

    tried(trial)


@pytest.mark.parametrize("statistics", [True, False], ids=["silent", "no statistics"])
def test_a_leg_of_which_no_packet_is_known_is_recorded_on(statistics: bool) -> None:
    async def trial(recorded: Recorded) -> None:
        recorded.node.statistics = statistics
        await (await recorded.moves())
        assert recorded.node.ordered[-1] == "MixMonitor"

    tried(trial)


def test_what_is_stopped_meanwhile_stays_stopped() -> None:
    async def trial(recorded: Recorded) -> None:
        moving = await recorded.moves()
        stopping = asyncio.create_task(recorded.recorders.stop(recorded.leg))
        await asyncio.sleep(0)
        recorded.node.passed += 3
        await moving
        await stopping
        assert recorded.node.ordered == ["MixMonitor", "StopMixMonitor", "StopMixMonitor"]

    tried(trial)


def test_two_reasons_to_begin_anew_come_one_after_the_other() -> None:
    async def trial(recorded: Recorded) -> None:
        moving = await recorded.moves()
        recorded.leg.bridge = "third"
        again = asyncio.create_task(recorded.recorders.moved(recorded.leg))
        await asyncio.sleep(0.1)
        recorded.node.passed += 3
        await moving
        await asyncio.sleep(0.1)
        recorded.node.passed += 3
        await again
        assert recorded.node.ordered == ["MixMonitor", *["StopMixMonitor", "MixMonitor"] * 2]

    tried(trial)


def test_stopped_and_begun_again_meanwhile_it_is_begun_once() -> None:
    async def trial(recorded: Recorded) -> None:
        moving = await recorded.moves()
        stopping = asyncio.create_task(recorded.recorders.stop(recorded.leg))
        await asyncio.sleep(0)
        starting = asyncio.create_task(recorded.recorders.start(recorded.leg, Path("/r/2")))
        await asyncio.sleep(0)
        recorded.node.passed += 3
        await asyncio.gather(moving, stopping, starting)
        assert recorded.node.ordered[2:] == ["StopMixMonitor", "MixMonitor"]
        assert recorded.leg.recording == Path("/r/2")

    tried(trial)
