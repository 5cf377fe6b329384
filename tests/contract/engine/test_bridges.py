"""Who hears whom."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.server.engine.protocol import EngineError, LegEnded
from tests.support.engine import MUSIC, World, put_caller, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_legs_hear_each_other_and_then_not(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("two")
    await world.engine.join("two", operator.leg)
    await world.engine.join("two", caller.leg)
    await caller.until_hears({1100})
    await operator.until_hears({700})
    await world.engine.leave("two", caller.leg)
    await world.engine.leave("two", caller.leg)
    await operator.until_hears(set())
    await caller.until_hears(set())


async def test_a_caller_with_music_is_taken_into_a_standing_leg(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("standing")
    await world.engine.join("standing", operator.leg)
    for _ in range(3):
        await world.engine.start_music(caller.leg)
        await caller.until_hears({MUSIC})
        await world.engine.join("standing", caller.leg)
        await caller.until_hears({1100})
        await operator.until_hears({700})
        await world.engine.leave("standing", caller.leg)


async def test_three_legs_confer(world: World) -> None:
    caller = await put_caller(world)
    first, second = await put_operator(world), await put_operator(world, "op-boris", tone=1500)
    await world.engine.make_bridge("three")
    for party in (first, second, caller):
        await world.engine.join("three", party.leg)
    await caller.until_hears({1100, 1500})
    await first.until_hears({700, 1500})
    await second.until_hears({700, 1100})
    first.hang_up()
    await caller.until_hears({1500})


async def test_one_who_is_hung_up_makes_room_for_another(world: World) -> None:
    """A consultation is cancelled: the adviser goes while the caller comes back."""
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("room")
    await world.engine.join("room", operator.leg)
    for _ in range(4):
        adviser = await put_operator(world, "op-boris", tone=1500)
        await world.engine.start_music(caller.leg)
        await world.engine.join("room", adviser.leg)
        await operator.until_hears({1500})
        await asyncio.gather(
            world.engine.hang_up(adviser.leg), world.engine.join("room", caller.leg)
        )
        await operator.until_hears({700})
        await caller.until_hears({1100})
        await world.engine.leave("room", caller.leg)


async def test_joining_another_bridge_leaves_the_first(world: World) -> None:
    caller = await put_caller(world)
    first, second = await put_operator(world), await put_operator(world, "op-boris", tone=1500)
    for bridge, operator in (("from", first), ("to", second)):
        await world.engine.make_bridge(bridge)
        await world.engine.join(bridge, operator.leg)
    await world.engine.join("from", caller.leg)
    await first.until_hears({700})
    await world.engine.join("to", caller.leg)
    await caller.until_hears({1500})
    await second.until_hears({700})
    await first.until_hears(set())


async def test_bridges_are_made_and_dropped_idempotently(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.drop_bridge("again")
    await world.engine.make_bridge("again")
    await world.engine.join("again", caller.leg)
    await world.engine.make_bridge("again")
    await world.engine.join("again", operator.leg)
    await world.engine.join("again", operator.leg)
    await caller.until_hears({1100})
    await world.engine.drop_bridge("again")
    await world.engine.drop_bridge("again")
    await caller.until_hears(set())
    assert world.events.of(LegEnded) == []
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})


async def test_a_dropped_bridge_can_be_made_again_at_once(world: World) -> None:
    caller = await put_caller(world)
    for _ in range(40):
        await world.engine.make_bridge("anew")
        await world.engine.join("anew", caller.leg)
        await world.engine.drop_bridge("anew")


async def test_a_bridge_that_was_not_made_is_an_error(world: World) -> None:
    caller = await put_caller(world)
    with pytest.raises(EngineError):
        await world.engine.join("never-made", caller.leg)


async def test_the_other_side_stays_when_one_hangs_up(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("stays")
    await world.engine.join("stays", operator.leg)
    await world.engine.join("stays", caller.leg)
    caller.hang_up()
    await world.events.get(LegEnded, leg=caller.leg)
    await operator.until_hears(set())
    assert world.events.of(LegEnded, leg=operator.leg) == []
