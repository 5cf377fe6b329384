"""Trunks are probed: a dead one is passed over before a call has to find out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ekc_console.server.engine.protocol import NO_ANSWER, LegAnswered, LegEnded, TrunkCalls
from tests.support.engine import AsteriskWorld, SimulatedWorld, World, asterisk_program

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", params=["simulated", "asterisk"])
async def probed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Not open yet: those behind the trunks are to be there before the first probe."""
    world: SimulatedWorld | AsteriskWorld
    if request.param == "simulated":
        world = SimulatedWorld(tmp_path)
    else:
        world = AsteriskWorld(tmp_path, asterisk_program(), probe_every_s=1)
    yield world
    await world.close()


@pytest.mark.long
async def test_a_trunk_that_does_not_answer_is_tried_last_until_it_answers(probed: World) -> None:
    world = probed
    town = await world.outside("answer")
    await world.outside("busy", trunk="reserve")
    await world.open()
    world.trunk_answers(town, False)
    assert await world.events.get(TrunkCalls) == TrunkCalls("town", False, NO_ANSWER)
    await world.engine.dial("out-1", world.outside_number, caller_id="", timeout_s=5)
    assert await world.events.get(LegEnded) == LegEnded("out-1", "busy", trunk="reserve")

    # A server that comes later is told too.
    await world.restart_server()
    assert await world.events.get(TrunkCalls) == TrunkCalls("town", False, NO_ANSWER)
    world.trunk_answers(town, True)
    await world.events.get(TrunkCalls, trunk="town", work=True)
    await world.engine.dial("out-2", world.outside_number, caller_id="", timeout_s=5)
    await world.events.get(LegAnswered, leg="out-2")
