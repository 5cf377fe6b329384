"""The server or the engine dies: what lives on is adopted, what is gone is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from ekc_console.server.engine.protocol import (
    Account,
    EngineDown,
    EngineUp,
    LegAnswered,
    LegEnded,
    LegGone,
    LegInfo,
    LegRinging,
    NotedCaller,
)
from tests.support.engine import MUSIC, World, put_caller, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_restarted_server_adopts_live_legs(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    waiting = await world.caller("79007778899", tone=900)
    await world.engine.make_bridge("adopted")
    await world.engine.join("adopted", operator.leg)
    await world.engine.join("adopted", caller.leg)
    await operator.until_hears({700})

    up = await world.restart_server()

    came = {info.leg: info.since for info in up.legs}
    assert None not in (came[caller.leg], came[waiting.leg])
    assert {info.leg: replace(info, since=None) for info in up.legs} == {
        caller.leg: LegInfo(
            caller.leg,
            "caller",
            number="79001112233",
            bridge="adopted",
            called="122",
            trunk="town",
        ),
        operator.leg: LegInfo(operator.leg, "operator", account="op-anna", bridge="adopted"),
        waiting.leg: LegInfo(
            waiting.leg, "caller", number="79007778899", called="122", answered=False, trunk="town"
        ),
    }
    await operator.until_hears({700})
    await world.engine.leave("adopted", caller.leg)
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    await world.engine.answer(waiting.leg)
    await world.engine.join("adopted", waiting.leg)
    await operator.until_hears({900})
    caller.hang_up()
    assert await world.events.get(LegEnded, leg=caller.leg) == LegEnded(caller.leg, "normal")


async def test_a_call_that_rings_is_adopted(world: World) -> None:
    party = await world.outside("ring")
    await world.engine.dial("out-adopted", "79005556677", caller_id="122", timeout_s=20)
    party.leg = "out-adopted"
    await world.events.get(LegRinging)
    up = await world.restart_server()
    assert up.legs == (
        LegInfo("out-adopted", "outgoing", number="79005556677", answered=False, trunk="town"),
    )
    party.answer()
    await world.events.get(LegAnswered, leg="out-adopted")


async def test_an_end_that_nobody_saw_is_known(world: World) -> None:
    """Of callers who hang up: answered or not, in a bridge or not."""
    ringing, stays = await world.caller(), await put_caller(world)
    answered, talking = await put_caller(world), await put_caller(world)
    await world.engine.make_bridge("unseen")
    await world.engine.join("unseen", talking.leg)

    up = await world.restart_server([answered, talking])
    assert {info.leg for info in up.legs} == {ringing.leg, stays.leg}
    assert {answered.leg, talking.leg} <= up.ended.keys()
    assert not {ringing.leg, stays.leg} & up.ended.keys()


async def test_accounts_are_put_anew_after_a_restart(world: World) -> None:
    await world.engine.put_account(Account("op-vera", "right"))
    await world.restart_server()
    assert await world.operator("op-vera", "right") is None
    await world.engine.put_account(Account("op-vera", "right"))
    assert await world.operator("op-vera", "right") is not None


async def test_a_killed_engine_is_told_and_comes_back(world: World) -> None:
    caller = await put_caller(world)
    await put_operator(world)
    world.events.all.clear()
    await world.kill_engine()
    up = await world.events.get(EngineUp)
    assert (up.legs, caller.leg in up.ended) == ((), False)
    assert [type(event) for event in world.events.all] == [EngineDown, EngineUp]
    with pytest.raises(LegGone):
        await world.engine.start_music(caller.leg)
    again = await put_caller(world)
    await world.engine.start_music(again.leg)
    await again.until_hears({MUSIC})


async def note_of(world: World, leg: str) -> NotedCaller:
    (note,) = [note for note in await world.engine.noted_callers() if note.leg == leg]
    return note


async def kill(world: World) -> None:
    world.events.all.clear()  # the EngineUp of the start is not the one to wait for
    await world.kill_engine()
    await world.events.get(EngineUp)


async def restart(world: World) -> None:
    await world.restart_server()


@pytest.mark.parametrize("breaks", [kill, restart])
async def test_every_caller_is_noted_whatever_breaks(
    world: World, breaks: Callable[[World], Awaitable[None]]
) -> None:
    known, unknown = await world.caller("79001112233"), await world.caller(None)
    before = [await note_of(world, known.leg), await note_of(world, unknown.leg)]
    assert [(note.number, note.called, note.left_at) for note in before] == [
        ("79001112233", "122", None),
        (None, "122", None),
    ]
    assert before[0].came_at <= before[1].came_at
    await breaks(world)
    assert [await note_of(world, note.leg) for note in before] == before
    lines = await world.engine.lines()
    assert (known.leg in lines, unknown.leg in lines) == ((breaks is restart,) * 2)
    await world.engine.forget_callers([known.leg])
    noted = [note.leg for note in await world.engine.noted_callers()]
    assert (known.leg in noted, unknown.leg in noted) == (False, True)
