"""Recordings of calls from the first word to the joined file, faults included."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ekc_console.server.calls.recorder import TRY_AGAIN_S
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.services import recordings
from ekc_console.server.services.wav import write_wav
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import recordings as rows
from ekc_console.server.store.journal import journal
from tests.support.recordings import in_state, recording_row
from tests.support.simulated_centre import EPOCH, Centre, run


async def talk(centre: Centre) -> str:
    anna = await centre.ready()
    caller = await centre.in_queue()
    await anna.takes()
    started = centre.server.core.clock.now()
    await centre.until(lambda: centre.server.core.clock.now() > started + 5, "five seconds of talk")
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

        centre.server.calls.recorder.finish = never  # type: ignore[method-assign]
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
        assert (await recording_row(centre, call)).state == "recording"
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        await in_state(centre, call, "ready")

    run(tmp_path, story)


def test_a_running_recording_that_the_store_does_not_tell_of_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        call = await talk(centre)
        await in_state(centre, call, "recording")
        with monkeypatch.context() as broken:
            broken.setattr(rows, "running", full)
            await centre.start_again()
            await centre.until(lambda: call in centre.server.calls.recorder.running, "found")
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        await in_state(centre, call, "ready")

    run(tmp_path, story)


def full(*_: object) -> None:
    raise StoreError("на диске нет места")


@pytest.mark.parametrize("step", ["begin", "join", "finish"])
def test_a_store_that_refuses_a_note_costs_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Busy for a moment, of which the journal saw nothing: it is tried again by itself."""

    async def story(centre: Centre) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(rows, step, full)
            call = await talk(centre)
            centre.engine.caller_hangs_up(call)
            await centre.ended(call)
            await asyncio.sleep(5)
            assert centre.server.core.runtime.saved
        await in_state(centre, call, "ready")

    run(tmp_path, story)


@pytest.mark.parametrize("step", ["begin", "join", "finish"])
def test_what_a_store_in_trouble_could_not_note_is_noted_when_it_writes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async def story(centre: Centre) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(rows, step, full)
            broken.setattr(journal, "append_written", full)
            call = await talk(centre)
            centre.engine.caller_hangs_up(call)
            await centre.ended(call)
            await asyncio.sleep(5)
            assert not centre.server.core.runtime.saved
        repaired = centre.server.core.clock.now()
        await in_state(centre, call, "ready")
        assert centre.server.core.clock.now() - repaired < TRY_AGAIN_S / 2

    run(tmp_path, story)


def test_a_recording_joined_by_a_server_that_died_before_it_was_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parts are gone by then."""

    async def story(centre: Centre) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(rows, "finish", full)
            call = await talk(centre)
            centre.engine.caller_hangs_up(call)
            await centre.ended(call)
            folder = tmp_path / "data" / "recordings"
            await centre.until(lambda: bool(list(folder.rglob("*.flac"))), "joined")
            await centre.start_again()
        await in_state(centre, call, "ready")

    run(tmp_path, story)


LEFT_OVER = 2_000


@pytest.mark.long
def test_thousands_of_empty_leftovers_keep_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves two headers without a sound of each call. The server takes calls before it
    has looked at one of them; nothing of it is done on the event loop, none is waited for, and the
    next start does not look at them again."""
    looked_at: list[Path] = []
    loop_thread = threading.get_ident()
    join, sides, search = recordings.join, recordings._join, recordings.unjoined
    held = asyncio.Event()

    async def when_let(stem: Path, *, settle_s: float) -> recordings.RecordingFile:
        await held.wait()
        assert settle_s == 0.0
        return await join(stem, settle_s=settle_s)

    def counted(stem: Path) -> recordings.RecordingFile:
        assert threading.get_ident() != loop_thread
        looked_at.append(stem)
        return sides(stem)

    def elsewhere(folder: Path) -> Iterator[Path]:
        for stem in search(folder):
            assert threading.get_ident() != loop_thread
            yield stem

    folder = tmp_path / "data" / "recordings" / "2026-09-01"
    monkeypatch.setattr(recordings, "_join", counted)
    monkeypatch.setattr(recordings, "unjoined", elsewhere)

    async def story(centre: Centre) -> None:
        await centre.server.stop()
        leave_empty_pairs(folder)
        centre.engine = SimulatedEngine(epoch=EPOCH)
        with monkeypatch.context() as holding:
            holding.setattr(recordings, "join", when_let)
            await centre.open()
            call = await talk(centre)
            assert not looked_at
            held.set()
            await centre.until(lambda: len(looked_at) == LEFT_OVER, "all looked at")
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        await in_state(centre, call, "ready")
        await in_state(centre, f"old{LEFT_OVER - 1}", "failed")
        assert not list(folder.glob("*.wav"))
        assert len(list(folder.glob("*.lost"))) == 2 * LEFT_OVER

        looked_at.clear()
        await centre.start_again()
        await asyncio.sleep(60)
        assert not looked_at

    run(tmp_path, story)


def leave_empty_pairs(folder: Path) -> None:
    folder.mkdir(parents=True)
    header = folder / "header"
    write_wav(header, np.zeros(0, dtype=np.int16))
    data = header.read_bytes()
    header.unlink()
    for number in range(LEFT_OVER):
        for side in ("in", "out"):
            path = folder / f"old{number}-{side}.wav"
            path.write_bytes(data)
            os.utime(path, (EPOCH, EPOCH))
