"""Recordings of calls from the first word to the joined file, faults included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import soundfile

from ekc_console.domain.terms.ids import CallId
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import recordings as rows
from tests.support.simulated_centre import Centre, run


async def row(centre: Centre, call: str) -> Any:
    return await centre.server.database.read(lambda conn: rows.get(conn, call))


async def in_state(centre: Centre, call: str, state: str) -> Any:
    import asyncio

    async with asyncio.timeout(30):
        while (found := await row(centre, call)) is None or found.state != state:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


async def talk(centre: Centre) -> str:
    anna = await centre.ready()
    caller = await centre.in_queue()
    await anna.takes()
    started = centre.server.clock.now()
    await centre.until(lambda: centre.server.clock.now() > started + 5, "five seconds of talk")
    return caller


def test_both_sides_are_joined_at_the_end(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await talk(centre)
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        found = await in_state(centre, call, "ready")
        sound = soundfile.info(found.path)
        assert sound.channels == 2
        assert found.seconds == pytest.approx(sound.duration, abs=0.1)
        assert found.seconds == pytest.approx(5, abs=0.5)

    run(tmp_path, story)


def test_a_recording_whose_files_are_gone_is_marked(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await talk(centre)
        folder = tmp_path / "data" / "recordings"
        centre.engine.caller_hangs_up(call)
        for path in folder.rglob("*.wav"):
            path.unlink()
        await centre.ended(call)
        await in_state(centre, call, "failed")

    run(tmp_path, story)


def test_a_recording_left_by_a_server_that_died_is_joined_at_the_next_start(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        call = await talk(centre)
        await in_state(centre, call, "recording")

        async def never(*_: object) -> None:
            pass

        centre.server.recorder.finish = never  # type: ignore[method-assign]
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        await centre.start_again()
        await in_state(centre, call, "ready")

    run(tmp_path, story)


def test_the_recording_of_a_talk_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await talk(centre)
        await in_state(centre, call, "recording")
        await centre.start_again()
        assert (await row(centre, call)).state == "recording"
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        await in_state(centre, call, "ready")

    run(tmp_path, story)


@pytest.mark.parametrize("step", ["begin", "join", "finish"])
def test_a_store_in_trouble_costs_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What could not be noted is made good when the journal is written again."""

    def full(*_: object) -> None:
        raise StoreError("на диске нет места")

    async def story(centre: Centre) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(rows, step, full)
            call = await talk(centre)
            centre.engine.caller_hangs_up(call)
            await centre.ended(call)
            await centre.server.recorder.finish(CallId(call))
            if step != "begin":
                await centre.until(lambda: not centre.server.recorder._joining, "given up")
        centre.server._on_trouble("")
        await in_state(centre, call, "ready")

    run(tmp_path, story)
