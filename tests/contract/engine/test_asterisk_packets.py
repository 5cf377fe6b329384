"""Asterisk goes deaf at times when somebody else speaks to a leg than before, in another codec or
beside a recorder: nobody may be unheard because of the talk before."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.engine.protocol import LegEnded
from tests.contract.engine.test_recording import a_while, closed
from tests.support.engine import AsteriskWorld, Party, put_operator, tones_over_time

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("shared_world", ["asterisk"], indirect=True, scope="session"),
]

HIGH, LOW = 3_500, 100


async def put_caller(world: AsteriskWorld, first_packet: int, *, mu_law: bool) -> Party:
    caller = await world.caller(mu_law=mu_law, first_packet=first_packet)
    await world.engine.answer(caller.leg)
    return caller


async def test_callers_of_another_codec_follow_one_another(world: AsteriskWorld) -> None:
    operator = await put_operator(world)
    await world.engine.make_bridge("standing")
    await world.engine.join("standing", operator.leg)
    for first_packet in (HIGH, LOW):
        caller = await put_caller(world, first_packet, mu_law=True)
        await world.engine.join("standing", caller.leg)
        await operator.until_hears({700})
        await caller.until_hears({1100})
        caller.hang_up()
        await world.events.get(LegEnded, leg=caller.leg)


@pytest.mark.parametrize("goes", ["let go", "hangs up"])
@pytest.mark.parametrize("mu_law", [False, True])
async def test_whoever_joins_or_leaves_a_talk_is_in_its_recording(
    world: AsteriskWorld, tmp_path: Path, mu_law: bool, goes: str
) -> None:
    caller = await put_caller(world, HIGH, mu_law=mu_law)
    first = await put_operator(world)
    second = await put_operator(world, "op-boris", tone=1500)
    stem = tmp_path / "talk"
    await world.engine.start_recording(caller.leg, stem)
    await world.engine.make_bridge("talk")
    for operator in (first, second):
        await world.engine.join("talk", operator.leg)
        if operator is first:
            await world.engine.join("talk", caller.leg)
            await caller.until_hears({1100})
            await a_while(world)
    await caller.until_hears({1100, 1500})
    await a_while(world)
    await first.until_hears({700, 1500})
    await second.until_hears({700, 1100})
    if goes == "let go":
        await world.engine.leave("talk", first.leg)
    else:
        first.hang_up()
    await caller.until_hears({1500})
    await second.until_hears({700})
    await a_while(world)
    await world.engine.hang_up(caller.leg)
    await world.events.get(LegEnded, leg=caller.leg)
    await closed(stem)
    heard = tones_over_time(Path(f"{stem}-out.wav"))
    wanted = [frozenset({1100}), frozenset({1100, 1500}), frozenset({1500})]
    assert [spell for spell in heard if spell in wanted] == wanted
