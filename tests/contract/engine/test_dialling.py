"""Calls out through the trunk."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.server.engine.protocol import (
    CallerArrived,
    EngineError,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegSpeaks,
    TrunkCalls,
)
from tests.support.engine import SIP_REFUSALS, AsteriskWorld, Party, World, put_operator

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


@pytest.mark.parametrize(
    ("does", "cause", "detail"),
    [
        ("busy", "busy", ""),
        ("rejected", "rejected", ""),
        ("unreachable", "unreachable", "SIP 404"),
        ("moved", "moved", "SIP 302"),
    ],
)
async def test_a_refusal_is_told_apart(
    world: World, does: str, cause: DialEnd, detail: str
) -> None:
    await world.outside(does)
    await dial(world, f"out-{does}")
    assert await world.events.get(LegEnded) == LegEnded(f"out-{does}", cause, detail, "town")
    assert world.events.of(LegAnswered) == []


async def test_a_redirection_is_not_followed_and_comes_back_as_no_caller(world: World) -> None:
    """It points to a number of ours."""
    party = await world.outside("moved")
    await world.outside("answer", trunk="reserve")
    await dial(world, "out-moved")
    await world.events.get(LegEnded, leg="out-moved")
    await asyncio.sleep(0.3)
    assert world.events.of(CallerArrived) == []
    assert world.events.of(LegAnswered) == []
    if isinstance(world, AsteriskWorld):
        assert party.phone.invited == 1  # type: ignore[attr-defined]


async def test_what_every_trunk_forbids_found_no_way(world: World) -> None:
    await world.outside("forbidden")
    await world.outside("forbidden", trunk="reserve")
    await dial(world, "out-forbidden")
    ended = await world.events.get(LegEnded)
    assert ended == LegEnded("out-forbidden", "no_way", "SIP 403", "reserve")


async def test_one_number_that_a_trunk_forbids_goes_through_the_next_and_blames_none(
    world: World,
) -> None:
    await world.outside("forbidden")
    await world.outside("answer", trunk="reserve")
    await dial(world, "out-allowed")
    await world.events.get(LegAnswered, leg="out-allowed")
    assert world.events.of(TrunkCalls, trunk="town", work=False) == []


async def test_what_the_network_says_before_the_answer_is_heard(world: World) -> None:
    operator, party = await put_operator(world), await world.outside("speak")
    await world.engine.make_bridge("out")
    await world.engine.join("out", operator.leg)
    await dial(world, "out-early")
    party.leg = "out-early"
    await world.events.get(LegSpeaks, leg="out-early")
    await world.engine.join("out", "out-early")
    await operator.until_hears({1500})
    assert world.events.of(LegAnswered) == []
    party.answer()
    await world.events.get(LegAnswered, leg="out-early")
    await world.engine.join("out", "out-early")
    await operator.until_hears({1500})
    await party.until_hears({1100})


async def test_a_leg_that_only_rings_cannot_be_joined(world: World) -> None:
    await world.outside("ring")
    await world.engine.make_bridge("out")
    await dial(world, "out-silent")
    await world.events.get(LegRinging, leg="out-silent")
    with pytest.raises(EngineError):
        await world.engine.join("out", "out-silent")


async def test_who_dials_hears_a_ring_back_tone_until_it_is_stopped(world: World) -> None:
    operator, party = await put_operator(world), await world.outside("ring")
    await world.engine.make_bridge("out")
    await world.engine.join("out", operator.leg)
    await dial(world, "out-tone")
    party.leg = "out-tone"
    await world.events.get(LegRinging, leg="out-tone")
    for _ in range(2):  # again: the same tone
        await world.engine.start_ring_back(operator.leg)
    await operator.until_hears_ring_back()
    party.answer()
    await world.events.get(LegAnswered, leg="out-tone")
    for _ in range(2):
        await world.engine.stop_ring_back(operator.leg)
    await world.engine.join("out", "out-tone")
    await operator.until_hears({1500})


async def test_a_tone_that_a_server_before_began_is_stopped_by_the_next(world: World) -> None:
    operator, party = await put_operator(world), await world.outside("ring")
    await world.engine.make_bridge("out")
    await world.engine.join("out", operator.leg)
    await dial(world, "out-over")
    party.leg = "out-over"
    await world.events.get(LegRinging, leg="out-over")
    await world.engine.start_ring_back(operator.leg)
    await operator.until_hears_ring_back()
    await world.restart_server()
    party.answer()
    await world.events.get(LegAnswered, leg="out-over")
    await world.engine.stop_ring_back(operator.leg)
    await world.engine.join("out", "out-over")
    await operator.until_hears({1500})


async def test_no_answer_in_time_ends_the_leg(world: World) -> None:
    await world.outside("ring")
    await dial(world, "out-patience", timeout_s=1)
    await world.events.order("out-patience", LegRinging, LegEnded)
    assert world.events.of(LegEnded) == [LegEnded("out-patience", "no_answer", trunk="town")]


async def test_hanging_up_a_ringing_leg_is_normal(world: World) -> None:
    party = await world.outside("ring")
    await dial(world, "out-cancel")
    party.leg = "out-cancel"
    await world.events.get(LegRinging)
    await world.engine.hang_up("out-cancel")
    assert await world.events.get(LegEnded) == LegEnded("out-cancel", "normal", trunk="town")
    await party.until_over()


async def test_a_party_that_picks_up_late_is_answered_once(world: World) -> None:
    party = await world.outside("ring")
    await dial(world, "out-late")
    party.leg = "out-late"
    await world.events.get(LegRinging)
    assert world.events.of(LegAnswered) == []
    party.answer()
    assert await world.events.get(LegAnswered) == LegAnswered("out-late", "town")


@pytest.mark.parametrize("number", ["", "abc", "12@evil", "12,34", "1 2"])
async def test_a_number_that_cannot_be_dialled_is_refused(world: World, number: str) -> None:
    with pytest.raises(EngineError):
        await world.engine.dial("out-bad", number, caller_id="122", timeout_s=5)
    assert world.events.of(LegEnded) == []


async def test_a_trunk_that_fails_is_passed_over_until_it_works_again(world: World) -> None:
    town, reserve = await world.outside("congested"), await world.outside("answer", trunk="reserve")
    await dial(world, "out-reserve")
    await world.events.order("out-reserve", LegRinging, LegAnswered)
    assert await world.events.get(LegAnswered) == LegAnswered("out-reserve", "reserve")
    failed = await world.events.get(TrunkCalls)
    assert failed == TrunkCalls("town", False, "SIP 503")
    await world.engine.hang_up("out-reserve")
    await world.events.get(LegEnded)
    await change(world, town, "answer", "town")
    await change(world, reserve, "congested", "reserve")
    world.events.all.clear()

    # The reserve is tried first now.
    await dial(world, "out-town")
    await world.events.order("out-town", LegRinging, LegAnswered)
    assert world.events.of(LegEnded) == []
    told = {event.trunk: event.work for event in world.events.of(TrunkCalls)}
    assert told == {"reserve": False, "town": True}


async def change(world: World, party: Party, does: str, trunk: Literal["town", "reserve"]) -> None:
    """What the party does from now on."""
    if isinstance(world, AsteriskWorld):
        party.phone.behaviour = SIP_REFUSALS.get(does, does)  # type: ignore[attr-defined]
    else:
        await world.outside(does, trunk=trunk)


@pytest.mark.parametrize("does", ["busy", "rejected", "unreachable"])
async def test_a_refusing_party_is_not_called_through_another_trunk(
    world: World, does: str
) -> None:
    await world.outside(does)
    await world.outside("answer", trunk="reserve")
    await dial(world, "out-once")
    assert (await world.events.get(LegEnded, leg="out-once")).cause == does
    assert world.events.of(LegAnswered, leg="out-once") == []


async def test_when_every_trunk_fails_the_end_is_told_once(world: World) -> None:
    parties = await world.outside("congested"), await world.outside("congested", trunk="reserve")
    await dial(world, "out-nowhere")
    assert await world.events.get(LegEnded) == LegEnded(
        "out-nowhere", "no_way", "SIP 503", "reserve"
    )
    for party, trunk in zip(parties, ("town", "reserve"), strict=True):
        await change(world, party, "busy", trunk)
    for leg in ("out-again-1", "out-again-2"):
        await dial(world, leg)
        assert (await world.events.get(LegEnded, leg=leg)).cause == "busy"
    assert len(world.events.of(LegEnded)) == 3
