"""Recordings: what the leg says in one file, what it hears in the other, aligned."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.engine.protocol import EngineError, LegEnded, PlaybackEnded
from tests.support.engine import (
    MUSIC,
    World,
    put_caller,
    put_operator,
    samples_in,
    tones_over_time,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def closed(stem: Path) -> None:
    """The engine closes files in its own time after the recording's end."""
    files = Path(f"{stem}-in.wav"), Path(f"{stem}-out.wav")
    await until(lambda: all(file.exists() and samples_in(file) > 0 for file in files), "files")


async def a_while(world: World) -> None:
    """Engine time passes: a bystander hears a prompt to its end."""
    bystander = await put_caller(world, tone=1800)
    playback = await world.engine.play(bystander.leg, [world.prompt(1300)])
    await world.events.get(PlaybackEnded, playback=playback)


async def test_each_side_lies_in_its_own_file(world: World, tmp_path: Path) -> None:
    caller, operator = await put_caller(world), await put_operator(world)
    stem = tmp_path / "new directory" / "talk"
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    await world.engine.start_recording(caller.leg, stem)
    await world.engine.play(caller.leg, [world.prompt(500)])
    await caller.until_hears({500})
    await caller.until_hears({MUSIC})
    await world.engine.make_bridge("recorded")
    await world.engine.join("recorded", operator.leg)
    await world.engine.join("recorded", caller.leg)
    await caller.until_hears({1100})
    await a_while(world)
    await world.engine.play(caller.leg, [world.prompt(900)])
    await caller.until_hears({900})
    await caller.until_hears({1100})
    await world.engine.stop_recording(caller.leg)
    await closed(stem)
    heard = tones_over_time(Path(f"{stem}-out.wav"))
    assert frozenset({700}) in tones_over_time(Path(f"{stem}-in.wav"))
    wanted = [frozenset({tone}) for tone in (500, 1100, 900)]
    assert [spell for spell in heard if spell in wanted][:3] == wanted
    assert not any(700 in spell for spell in heard)
    assert samples_in(Path(f"{stem}-in.wav")) == samples_in(Path(f"{stem}-out.wav"))


async def test_a_recording_ends_with_its_leg(world: World, tmp_path: Path) -> None:
    caller = await put_caller(world)
    await world.engine.start_recording(caller.leg, tmp_path / "short")
    await world.engine.play(caller.leg, [world.prompt(500)])
    await caller.until_hears({500})
    await caller.until_hears(set())
    caller.hang_up()
    await world.events.get(LegEnded, leg=caller.leg)
    await closed(tmp_path / "short")
    assert frozenset({500}) in tones_over_time(tmp_path / "short-out.wav")


async def test_stopping_twice_is_no_error(world: World, tmp_path: Path) -> None:
    caller = await put_caller(world)
    await world.engine.stop_recording(caller.leg)
    await world.engine.start_recording(caller.leg, tmp_path / "twice")
    await world.engine.stop_recording(caller.leg)
    await world.engine.stop_recording(caller.leg)


@pytest.mark.parametrize("name", ["a,b", "a)b(c", "a\nb", "a;b"])
async def test_a_name_with_meaning_for_the_engine_is_refused(
    world: World, tmp_path: Path, name: str
) -> None:
    caller = await put_caller(world)
    with pytest.raises(EngineError):
        await world.engine.start_recording(caller.leg, tmp_path / name)


async def test_a_recording_hears_who_comes_after_the_servers_restart(
    world: World, tmp_path: Path
) -> None:
    caller = await put_caller(world)
    tones = (1100, 900, 1300, 1500)
    operators = [await put_operator(world, f"op-{tone}", tone=tone) for tone in tones]
    await world.engine.start_recording(caller.leg, tmp_path / "adopted")
    for tone, operator in zip(tones, operators, strict=True):
        await world.engine.make_bridge(f"with-{tone}")
        await world.engine.join(f"with-{tone}", operator.leg)
        await world.engine.join(f"with-{tone}", caller.leg)
        await caller.until_hears({tone})
        await a_while(world)
        if tone == 1100:
            await world.restart_server()
    await world.engine.stop_recording(caller.leg)
    await closed(tmp_path / "adopted")
    heard = tones_over_time(tmp_path / "adopted-out.wav")
    wanted = [frozenset({tone}) for tone in tones]
    assert [spell for spell in heard if spell in wanted] == wanted
