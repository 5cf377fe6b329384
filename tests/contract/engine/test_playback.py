"""Prompts and music on hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.engine.protocol import EngineError, KeyPressed, LegEnded, PlaybackEnded
from tests.support.engine import MUSIC, World, put_caller, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_files_are_heard_one_after_the_other(world: World) -> None:
    caller = await put_caller(world)
    playback = await world.engine.play(caller.leg, [world.prompt(500), world.prompt(900)])
    await caller.until_hears({500})
    await caller.until_hears({900})
    assert await world.events.get(PlaybackEnded) == PlaybackEnded(caller.leg, playback, True)
    await caller.until_hears(set())
    assert len(world.events.of(PlaybackEnded)) == 1


async def test_a_second_playback_waits_for_the_first(world: World) -> None:
    caller = await put_caller(world)
    first = await world.engine.play(caller.leg, [world.prompt(500)])
    second = await world.engine.play(caller.leg, [world.prompt(900)])
    assert first != second
    await caller.until_hears({500})
    await caller.until_hears({900})
    await world.events.get(PlaybackEnded, playback=second)
    assert world.events.of(PlaybackEnded) == [
        PlaybackEnded(caller.leg, first, True),
        PlaybackEnded(caller.leg, second, True),
    ]


async def test_stop_playing_cuts_what_plays_and_what_waits(world: World) -> None:
    caller = await put_caller(world)
    first = await world.engine.play(caller.leg, [world.prompt(500, 5)])
    second = await world.engine.play(caller.leg, [world.prompt(900, 5)])
    await caller.until_hears({500})
    await world.engine.stop_playing(caller.leg)
    await caller.until_hears(set())
    await world.events.get(PlaybackEnded, playback=second)
    assert world.events.of(PlaybackEnded) == [
        PlaybackEnded(caller.leg, first, False),
        PlaybackEnded(caller.leg, second, False),
    ]


async def test_stop_playing_with_nothing_playing_is_no_error(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.stop_playing(caller.leg)
    assert world.events.of(PlaybackEnded) == []


async def test_a_prompt_can_be_played_at_once_after_a_cut(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.play(caller.leg, [world.prompt(500, 5)])
    await world.engine.stop_playing(caller.leg)
    again = await world.engine.play(caller.leg, [world.prompt(900)])
    await caller.until_hears({900})
    assert await world.events.get(PlaybackEnded, playback=again) == PlaybackEnded(
        caller.leg, again, True
    )


async def test_a_hang_up_ends_playbacks_before_the_leg(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.play(caller.leg, [world.prompt(500, 5)])
    await world.engine.play(caller.leg, [world.prompt(900, 5)])
    await caller.until_hears({500})
    caller.hang_up()
    await world.events.order(caller.leg, PlaybackEnded, PlaybackEnded, LegEnded)
    assert [event.finished for event in world.events.of(PlaybackEnded)] == [False, False]


async def test_keys_are_heard_while_a_prompt_plays(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.play(caller.leg, [world.prompt(500, 5)])
    caller.press("3")
    await world.events.get(KeyPressed, key="3")
    assert world.events.of(PlaybackEnded) == []


async def test_an_unanswered_leg_is_not_played_to(world: World) -> None:
    caller = await world.caller()
    with pytest.raises(EngineError):
        await world.engine.play(caller.leg, [world.prompt(500)])


async def test_a_missing_file_is_an_error_that_names_it(world: World) -> None:
    caller = await put_caller(world)
    with pytest.raises(EngineError, match=r"/nowhere/none\.wav"):
        await world.engine.play(caller.leg, [Path("/nowhere/none.wav")])
    assert world.events.of(PlaybackEnded) == []


async def test_music_is_heard_until_it_is_stopped(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.start_music(caller.leg)
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    await world.engine.stop_music(caller.leg)
    await caller.until_hears(set())
    await world.engine.stop_music(caller.leg)


async def test_a_prompt_interrupts_the_music(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    await world.engine.play(caller.leg, [world.prompt(500)])
    await caller.until_hears({500})
    await caller.until_hears({MUSIC})


async def test_music_comes_back_after_a_cut(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.start_music(caller.leg)
    await world.engine.play(caller.leg, [world.prompt(500, 5)])
    await caller.until_hears({500})
    await world.engine.stop_playing(caller.leg)
    await caller.until_hears({MUSIC})


async def test_music_changed_during_a_prompt_takes_effect_after_it(world: World) -> None:
    caller = await put_caller(world)
    await world.engine.play(caller.leg, [world.prompt(500)])
    await world.engine.start_music(caller.leg)
    await caller.until_hears({500})
    await caller.until_hears({MUSIC})
    await world.engine.play(caller.leg, [world.prompt(900)])
    await world.engine.stop_music(caller.leg)
    await caller.until_hears({900})
    await caller.until_hears(set())


async def test_joining_a_bridge_cuts_prompts_and_music(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("cut")
    await world.engine.join("cut", operator.leg)
    await world.engine.start_music(caller.leg)
    playback = await world.engine.play(caller.leg, [world.prompt(500, 5)])
    await caller.until_hears({500})
    await world.engine.join("cut", caller.leg)
    await caller.until_hears({1100})
    await operator.until_hears({700})
    assert await world.events.get(PlaybackEnded) == PlaybackEnded(caller.leg, playback, False)
    await world.engine.leave("cut", caller.leg)
    await caller.until_hears(set())


async def test_a_prompt_takes_its_leg_out_of_the_talk(world: World) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("ask")
    await world.engine.join("ask", operator.leg)
    await world.engine.join("ask", caller.leg)
    await operator.until_hears({700})
    playback = await world.engine.play(operator.leg, [world.prompt(500)])
    await operator.until_hears({500})
    await caller.until_hears(set())
    await world.events.get(PlaybackEnded, playback=playback, finished=True)
    await operator.until_hears({700})
    await caller.until_hears({1100})
