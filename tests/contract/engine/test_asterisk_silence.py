"""Silence is no reason to end a call; no answer is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.server.engine.protocol import LegAnswered, LegEnded, LegSilent
from tests.support.engine import MUSIC, AsteriskWorld, Party, asterisk_program

pytestmark = pytest.mark.asyncio(loop_scope="session")

REPORT_S = 5.0
SHORTEST_SESSION_S = 90
ONCE_CUT_S = 65
"""Longer than the minute after which a silent caller was once cut, and than a dead one needs to be
found: half the shortest session and 8 s without an answer."""


async def waiting(world: AsteriskWorld) -> Party:
    """A caller with music in its ear, who sends no sound."""
    caller = await world.caller(muted=True)
    await world.engine.answer(caller.leg)
    await world.engine.start_music(caller.leg)
    return caller


@pytest.mark.long
async def test_who_is_not_heard_is_told_of_until_it_speaks(tmp_path: Path) -> None:
    world = await AsteriskWorld(tmp_path, asterisk_program()).open()
    try:
        spoke, never = await waiting(world), await waiting(world)
        spoke.phone.muted = False
        await asyncio.sleep(1)
        spoke.phone.muted = True
        for party in (spoke, never):
            assert (await world.events.get(LegSilent, 20, leg=party.leg)).seconds == pytest.approx(
                REPORT_S, abs=0.5
            )
        spoke.phone.muted = False
        await asyncio.sleep(REPORT_S + 1)
        world.events.all.clear()
        await asyncio.sleep(REPORT_S + 1)
        assert {event.leg for event in world.events.of(LegSilent)} == {never.leg}
    finally:
        await world.close()


@pytest.mark.long
async def test_a_silent_caller_waits_on_and_a_dead_one_is_found(tmp_path: Path) -> None:
    world = AsteriskWorld(tmp_path, asterisk_program(), session_expires_s=SHORTEST_SESSION_S)
    await world.open()
    try:
        muted = await waiting(world)
        dead = await waiting(world)
        callee = await world.outside("answer")
        callee.phone.muted = True
        await world.engine.dial("out", world.outside_number, caller_id="", timeout_s=5)
        await world.events.get(LegAnswered, leg="out")
        dead.phone.vanish()
        await asyncio.sleep(ONCE_CUT_S)
        assert [event.leg for event in world.events.of(LegEnded)] == [dead.leg]
        assert await world.engine.lines() == {muted.leg, "out"}
        assert muted.phone.reinvited == callee.phone.reinvited == 1
        await muted.until_hears({MUSIC})
    finally:
        await world.close()
