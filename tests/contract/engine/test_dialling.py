"""Calls out through the trunk."""

from __future__ import annotations

import pytest

from ekc_console.server.engine.protocol import EngineError, LegAnswered, LegEnded, LegRinging
from tests.support.engine import World, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = "79005556677"


async def dial(world: World, leg: str, timeout_s: float = 10) -> None:
    await world.engine.dial(leg, NUMBER, caller_id="122", timeout_s=timeout_s)


async def test_a_called_party_rings_answers_and_talks(world: World) -> None:
    operator, party = await put_operator(world), await world.outside("answer")
    await dial(world, "out-talk")
    party.leg = "out-talk"
    await world.events.order("out-talk", LegRinging, LegAnswered)
    await world.engine.make_bridge("out")
    await world.engine.join("out", operator.leg)
    await world.engine.join("out", "out-talk")
    await operator.until_hears({1500})
    await party.until_hears({1100})
    party.hang_up()
    assert await world.events.get(LegEnded) == LegEnded("out-talk", "normal")


@pytest.mark.parametrize("cause", ["busy", "rejected", "unreachable"])
async def test_a_refusal_is_told_apart(world: World, cause: str) -> None:
    await world.outside(cause)
    await dial(world, f"out-{cause}")
    assert await world.events.get(LegEnded) == LegEnded(f"out-{cause}", cause)
    assert world.events.of(LegAnswered) == []


async def test_no_answer_in_time_ends_the_leg(world: World) -> None:
    await world.outside("ring")
    await dial(world, "out-patience", timeout_s=1)
    await world.events.order("out-patience", LegRinging, LegEnded)
    assert world.events.of(LegEnded) == [LegEnded("out-patience", "no_answer")]


async def test_hanging_up_a_ringing_leg_is_normal(world: World) -> None:
    party = await world.outside("ring")
    await dial(world, "out-cancel")
    party.leg = "out-cancel"
    await world.events.get(LegRinging)
    await world.engine.hang_up("out-cancel")
    assert await world.events.get(LegEnded) == LegEnded("out-cancel", "normal")
    await party.until_over()


async def test_a_party_that_picks_up_late_is_answered_once(world: World) -> None:
    party = await world.outside("ring")
    await dial(world, "out-late")
    party.leg = "out-late"
    await world.events.get(LegRinging)
    assert world.events.of(LegAnswered) == []
    party.answer()
    assert await world.events.get(LegAnswered) == LegAnswered("out-late")


@pytest.mark.parametrize("number", ["", "abc", "12@evil", "12,34", "1 2"])
async def test_a_number_that_cannot_be_dialled_is_refused(world: World, number: str) -> None:
    with pytest.raises(EngineError):
        await world.engine.dial("out-bad", number, caller_id="122", timeout_s=5)
    assert world.events.of(LegEnded) == []
