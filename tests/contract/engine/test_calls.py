"""Legs: they arrive, are answered, press keys, and end exactly once."""

from __future__ import annotations

import pytest

from ekc_console.server.engine.protocol import (
    CallerArrived,
    EngineError,
    KeyPressed,
    LegEnded,
    LegGone,
    PlaybackEnded,
)
from tests.support.engine import World, put_caller, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_caller_arrives_unanswered_with_both_numbers(world: World) -> None:
    caller = await world.caller("79001112233")
    assert world.events.of(CallerArrived) == [
        CallerArrived(caller.leg, "79001112233", "122", answered=False, trunk="town")
    ]


async def test_a_withheld_number_is_none(world: World) -> None:
    await world.caller(None)
    assert world.events.of(CallerArrived)[0].number is None


async def test_a_caller_who_hangs_up_ends_once(world: World) -> None:
    caller = await put_caller(world)
    caller.hang_up()
    assert await world.events.get(LegEnded) == LegEnded(caller.leg, "normal")
    await world.engine.hang_up(caller.leg)
    assert len(world.events.of(LegEnded)) == 1


async def test_a_caller_who_gives_up_before_the_answer_ends_once(world: World) -> None:
    caller = await world.caller()
    caller.hang_up()
    assert await world.events.get(LegEnded) == LegEnded(caller.leg, "normal")


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("how", ["busy", "forbidden"])
async def test_hanging_up_ends_the_leg(world: World, answered: bool, how: str) -> None:
    caller = await world.caller()
    if answered:
        await world.engine.answer(caller.leg)
    await world.engine.hang_up(caller.leg, **{how: True})
    await caller.until_over()
    assert await world.events.get(LegEnded) == LegEnded(caller.leg, "normal")


async def test_answering_twice_is_no_error(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.answer(caller.leg)


async def test_everything_on_a_gone_leg_says_so(world: World) -> None:
    caller = await put_caller(world)
    leg, engine = caller.leg, world.engine
    await engine.make_bridge("gone")
    caller.hang_up()
    await world.events.get(LegEnded, leg=leg)
    prompt = world.prompt(500)
    for attempt in (
        lambda: engine.answer(leg),
        lambda: engine.play(leg, [prompt]),
        lambda: engine.stop_playing(leg),
        lambda: engine.start_music(leg),
        lambda: engine.stop_music(leg),
        lambda: engine.join("gone", leg),
        lambda: engine.leave("gone", leg),
        lambda: engine.start_recording(leg, prompt.parent / "gone"),
        lambda: engine.stop_recording(leg),
    ):
        with pytest.raises(LegGone):
            await attempt()
    await engine.hang_up(leg)
    assert world.events.of(PlaybackEnded) == []


async def test_keys_come_one_by_one_in_order(world: World) -> None:
    caller = await put_caller(world)
    caller.press("1*0#D")
    await world.events.get(KeyPressed, key="D")
    assert [event.key for event in world.events.of(KeyPressed, leg=caller.leg)] == list("1*0#D")


async def test_keys_are_heard_in_a_bridge(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("keys")
    await world.engine.join("keys", operator.leg)
    await world.engine.join("keys", caller.leg)
    caller.press("7")
    operator.press("8")
    await world.events.get(KeyPressed, leg=caller.leg, key="7")
    await world.events.get(KeyPressed, leg=operator.leg, key="8")
    assert len(world.events.of(KeyPressed)) == 2


async def test_keys_are_sent_to_the_leg(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.send_keys(caller.leg, "12#")
    await caller.until_keys("12#")


async def test_keys_that_are_none_are_refused(world: World) -> None:
    caller = await put_caller(world)
    with pytest.raises(EngineError):
        await world.engine.send_keys(caller.leg, "12x")


async def test_keys_to_a_leg_that_is_gone_say_so(world: World) -> None:
    caller = await put_caller(world)
    caller.hang_up()
    await world.events.get(LegEnded)
    with pytest.raises(LegGone):
        await world.engine.send_keys(caller.leg, "1")
