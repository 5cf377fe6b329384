"""Four ears: the caller 700 Hz, the operator 1100 Hz, the supervisor 1500 Hz, and the recording of
the caller's leg. Who hears whom while the supervisor listens, whispers, barges in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.engine.protocol import EngineError, LegEnded, LegGone
from tests.contract.engine.test_recording import a_while, closed
from tests.support.engine import (
    MUSIC,
    Party,
    World,
    put_caller,
    put_operator,
    tones_over_time,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def put_talk(world: World, bridge: str) -> tuple[Party, Party, Party]:
    """Caller and operator in a talk, a supervisor's leg in a bridge of its own."""
    caller, operator = await put_caller(world), await put_operator(world)
    supervisor = await put_operator(world, "op-vera", tone=1500)
    for name, parties in ((bridge, (operator, caller)), (f"{bridge}-own", (supervisor,))):
        await world.engine.make_bridge(name)
        for party in parties:
            await world.engine.join(name, party.leg)
    await caller.until_hears({1100})
    await operator.until_hears({700})
    return caller, operator, supervisor


async def test_listening_is_heard_by_nobody(world: World) -> None:
    caller, operator, supervisor = await put_talk(world, "listened")
    await world.engine.listen(supervisor.leg, operator.leg, "listen")
    await supervisor.until_hears({700, 1100})
    await caller.until_hears({1100})
    await operator.until_hears({700})
    await world.engine.stop_listening(supervisor.leg)
    await supervisor.until_hears(set())
    await world.engine.stop_listening(supervisor.leg)


async def test_each_mode_has_its_ears_and_each_switch_between_two(
    world: World, tmp_path: Path
) -> None:
    caller, operator, supervisor = await put_talk(world, "modes")
    await world.engine.start_recording(caller.leg, tmp_path / "modes")
    for mode, at_caller, at_operator in (
        ("listen", {1100}, {700}),
        ("whisper", {1100}, {700, 1500}),
        ("barge", {1100, 1500}, {700, 1500}),
        ("whisper", {1100}, {700, 1500}),
        ("listen", {1100}, {700}),
        ("barge", {1100, 1500}, {700, 1500}),
        ("listen", {1100}, {700}),
    ):
        await world.engine.listen(supervisor.leg, operator.leg, mode)
        await caller.until_hears(at_caller)
        await operator.until_hears(at_operator)
        await supervisor.until_hears({700, 1100})
        await a_while(world)
    await world.engine.stop_listening(supervisor.leg)
    await world.engine.stop_recording(caller.leg)
    await closed(tmp_path / "modes")
    heard = [spell for spell in tones_over_time(tmp_path / "modes-out.wav") if spell]
    alone, with_supervisor = frozenset({1100}), frozenset({1100, 1500})
    assert heard == [alone, with_supervisor, alone, with_supervisor, alone]
    assert not any(1500 in spell for spell in tones_over_time(tmp_path / "modes-in.wav"))


async def test_one_who_listens_through_a_hold_is_heard_by_the_operator_alone(world: World) -> None:
    caller, operator, supervisor = await put_talk(world, "held")
    await world.engine.listen(supervisor.leg, operator.leg, "barge")
    await caller.until_hears({1100, 1500})
    await world.engine.leave("held", caller.leg)
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    await operator.until_hears({1500})
    await supervisor.until_hears({1100})
    await world.engine.join("held", caller.leg)
    await caller.until_hears({1100, 1500})
    await supervisor.until_hears({700, 1100})


async def test_the_listener_goes_on_to_whom_the_caller_is_given(world: World) -> None:
    caller, first, supervisor = await put_talk(world, "given")
    second = await put_operator(world, "op-boris", tone=1300)
    await world.engine.make_bridge("second")
    await world.engine.join("second", second.leg)
    await world.engine.listen(supervisor.leg, first.leg, "whisper")
    await first.until_hears({700, 1500})
    await world.engine.join("second", caller.leg)
    await world.engine.listen(supervisor.leg, second.leg, "whisper")
    await second.until_hears({700, 1500})
    await first.until_hears(set())
    await supervisor.until_hears({700, 1300})
    await caller.until_hears({1300})


async def test_an_adviser_is_overheard_too(world: World) -> None:
    caller, operator, supervisor = await put_talk(world, "advised")
    adviser = await put_operator(world, "op-boris", tone=1300)
    await world.engine.listen(supervisor.leg, operator.leg, "whisper")
    await world.engine.leave("advised", caller.leg)
    await world.engine.start_music(caller.leg)
    await world.engine.join("advised", adviser.leg)
    await supervisor.until_hears({1100, 1300})
    await operator.until_hears({1300, 1500})
    await adviser.until_hears({1100})
    await world.engine.join("advised", caller.leg)
    await supervisor.until_hears({700, 1100, 1300})
    await caller.until_hears({1100, 1300})


async def test_a_listener_who_is_joined_elsewhere_hears_and_says_no_more(world: World) -> None:
    caller, operator, supervisor = await put_talk(world, "left")
    await world.engine.listen(supervisor.leg, operator.leg, "barge")
    await caller.until_hears({1100, 1500})
    await world.engine.join("left-own", supervisor.leg)
    await caller.until_hears({1100})
    await operator.until_hears({700})
    await supervisor.until_hears(set())


async def test_the_caller_is_taken_over_by_the_listener(world: World) -> None:
    caller, operator, supervisor = await put_talk(world, "taken")
    await world.engine.listen(supervisor.leg, operator.leg, "barge")
    await caller.until_hears({1100, 1500})
    await world.engine.join("taken-own", supervisor.leg)
    await world.engine.join("taken-own", caller.leg)
    await caller.until_hears({1500})
    await supervisor.until_hears({700})
    await operator.until_hears(set())


@pytest.mark.parametrize("who", ["caller", "operator", "supervisor"])
async def test_whoever_hangs_up_leaves_the_others_as_they_were(world: World, who: str) -> None:
    caller, operator, supervisor = await put_talk(world, f"ends-{who}")
    await world.engine.listen(supervisor.leg, operator.leg, "whisper")
    await operator.until_hears({700, 1500})
    party = {"caller": caller, "operator": operator, "supervisor": supervisor}[who]
    party.hang_up()
    await world.events.get(LegEnded, leg=party.leg)
    if who == "caller":
        await supervisor.until_hears({1100})
        await operator.until_hears({1500})
    elif who == "operator":
        await supervisor.until_hears(set())
        await caller.until_hears(set())
    else:
        await operator.until_hears({700})
        await caller.until_hears({1100})
        await world.engine.stop_listening(supervisor.leg)
        with pytest.raises(LegGone):
            await world.engine.listen(supervisor.leg, operator.leg, "listen")


async def test_a_second_listener_is_refused_and_the_first_hears_on(world: World) -> None:
    _, operator, supervisor = await put_talk(world, "second-ear")
    other = await put_operator(world, "op-boris", tone=1300)
    await world.engine.listen(supervisor.leg, operator.leg, "listen")
    with pytest.raises(EngineError):
        await world.engine.listen(other.leg, operator.leg, "barge")
    await supervisor.until_hears({700, 1100})
    await operator.until_hears({700})


async def test_nobody_listens_before_the_answer(world: World) -> None:
    caller, operator = await world.caller(), await put_operator(world)
    with pytest.raises(EngineError):
        await world.engine.listen(operator.leg, caller.leg, "listen")


async def test_what_was_said_before_a_restart_is_said_no_more(world: World) -> None:
    """Until the server orders it anew; and then it is heard once."""
    caller, operator, supervisor = await put_talk(world, "restarted")
    await world.engine.listen(supervisor.leg, operator.leg, "barge")
    await caller.until_hears({1100, 1500})
    up = await world.restart_server()
    assert {info.leg for info in up.legs} == {caller.leg, operator.leg, supervisor.leg}
    await world.engine.listen(supervisor.leg, operator.leg, "whisper")
    await operator.until_hears({700, 1500})
    await caller.until_hears({1100})
    await supervisor.until_hears({700, 1100})
