"""A recording that cannot begin, or is lost, costs no call: the talk goes on, people are told, and
the call's row says that there is no recording."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.domain.state.call import Talking, Waiting
from ekc_console.server.calls.recorder import TRY_AGAIN_S
from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.services import recordings
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import recordings as rows
from ekc_console.wire import messages
from tests.support.recordings import in_state, recording_row
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.told import told

Starting = Callable[[str, Path], Awaitable[None]]


async def refused(leg: str, stem: Path) -> None:
    raise EngineError("AMI Asterisk не отвечает.")


async def broken(leg: str, stem: Path) -> None:
    raise RuntimeError("broken")


async def full(leg: str, stem: Path) -> None:
    raise OSError(28, "No space left on device")


async def hanging(leg: str, stem: Path) -> None:
    await asyncio.Event().wait()


async def talks(centre: Centre, anna: Operator) -> str:
    """A caller is taken and both hear each other, within the moment that people do not notice."""
    caller = await centre.in_queue()
    await anna.until_call("offered")
    accepted = centre.server.core.clock.now()
    await anna.takes()
    assert centre.server.core.clock.now() - accepted < 1.0
    assert centre.engine.heard(caller).tones == {1100}
    assert centre.engine.heard(anna.leg).tones == {700}
    return caller


@pytest.mark.parametrize("start", [refused, broken, full])
def test_the_talk_begins_without_its_recording(tmp_path: Path, start: Starting) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        heard = told(centre, anna)
        works = centre.engine.start_recording
        centre.engine.start_recording = start  # type: ignore[method-assign]
        caller = await talks(centre, anna)
        assert anna.call is not None
        assert not anna.call.recording
        assert "не записываются" in heard()
        assert centre.server.health.report()["recording"] == "in_trouble"

        await anna.done(messages.HangUpCall(call=caller))
        await centre.ended(caller)
        found = await recording_row(centre, caller)
        assert found.state == "failed"
        assert found.detail
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())

        centre.engine.start_recording = works  # type: ignore[method-assign]
        second = await talks(centre, anna)
        await centre.until(lambda: bool(anna.call and anna.call.recording), "recording shown")
        assert "снова записываются" in heard()
        assert centre.server.health.report()["recording"] == "on"
        assert (await recording_row(centre, second)).state == "recording"

    run(tmp_path, story)


def test_a_recording_that_does_not_begin_in_time_is_not_waited_for(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        centre.engine.start_recording = hanging  # type: ignore[method-assign]
        await talks(centre, anna)

    run(tmp_path, story)


def begins_late(centre: Centre) -> None:
    """Each recording begins three seconds after the order."""
    works = centre.engine.start_recording

    async def late(leg: str, stem: Path) -> None:
        await asyncio.sleep(3)
        await works(leg, stem)

    centre.engine.start_recording = late  # type: ignore[method-assign]


def test_a_recording_that_begins_late_is_kept(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        begins_late(centre)
        caller = await talks(centre, anna)
        await centre.until(lambda: bool(anna.call and anna.call.recording), "recording shown")
        await asyncio.sleep(2)
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        found = await in_state(centre, caller, "ready")
        assert found.seconds == pytest.approx(2, abs=0.5)

    run(tmp_path, story)


def stops_of(centre: Centre, *, refused: int) -> list[str]:
    """The calls whose recordings the engine is told to stop; so many times it refuses."""
    stops: list[str] = []
    works = centre.engine.stop_recording

    async def stop(leg: str) -> None:
        stops.append(leg)
        if len(stops) <= refused:
            raise EngineError("AMI Asterisk не отвечает.")
        await works(leg)

    centre.engine.stop_recording = stop  # type: ignore[method-assign]
    return stops


def test_a_recording_that_is_just_beginning_is_stopped_with_the_others(tmp_path: Path) -> None:
    """For want of room: the order to begin is under way when they are stopped."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        begins_late(centre)
        caller = await talks(centre, anna)
        await centre.server.calls.recorder.stop_all()
        await asyncio.sleep(4)
        assert centre.engine._legs[caller].recorder is None
        assert anna.call
        assert not anna.call.recording
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)

    run(tmp_path, story)


@pytest.mark.parametrize("room_again", [False, True])
def test_a_recording_that_cannot_be_stopped_is_tried_again_while_room_is_wanting(
    tmp_path: Path, room_again: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await talks(centre, anna)
        stops = stops_of(centre, refused=1)
        recorder = centre.server.calls.recorder
        recorder._has_room = lambda: room_again
        await recorder.stop_all()
        assert stops == [caller]
        await asyncio.sleep(TRY_AGAIN_S + 1)
        assert stops == [caller] * (1 if room_again else 2)
        assert anna.call
        assert anna.call.recording is room_again
        await asyncio.sleep(3 * TRY_AGAIN_S)
        assert len(stops) <= 2

    run(tmp_path, story)


def test_a_joining_that_breaks_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is: what was said is there."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await talks(centre, anna)
        await asyncio.sleep(2)
        with monkeypatch.context() as broken:
            broken.setattr(recordings, "_join", lambda stem: 1 / 0)
            centre.engine.caller_hangs_up(caller)
            await centre.ended(caller)
            await asyncio.sleep(TRY_AGAIN_S / 2)
        await in_state(centre, caller, "ready")

    run(tmp_path, story)


def test_leftovers_that_cannot_be_looked_through_are_looked_through_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await talks(centre, anna)
        await asyncio.sleep(2)
        centre.server.calls.recorder.finish = left  # type: ignore[method-assign]
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        with monkeypatch.context() as broken:
            broken.setattr(recordings, "unjoined", lambda folder: iter(()))
            broken.setattr(rows, "unfinished", refusing)
            await centre.start_again()
            await asyncio.sleep(TRY_AGAIN_S / 2)
        await in_state(centre, caller, "ready")

    run(tmp_path, story)


async def left(call: str) -> None:
    """As by a server that died."""


def refusing(*_: object) -> None:
    raise StoreError("на диске нет места")


def test_a_folder_that_cannot_be_made_costs_no_call(tmp_path: Path) -> None:
    """The first call after midnight on a disk that takes nothing more."""

    async def story(centre: Centre) -> None:
        (tmp_path / "data" / "recordings").write_bytes(b"")
        anna = await centre.ready()
        caller = await talks(centre, anna)
        assert isinstance(centre.record(caller).state, Talking)

    run(tmp_path, story)


def test_silence_that_cannot_be_made_costs_no_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        async def broken(leg: str) -> None:
            raise RuntimeError("broken")

        anna = await centre.ready()
        centre.engine.stop_playing = broken  # type: ignore[method-assign]
        await talks(centre, anna)

    run(tmp_path, story)


def test_whatever_breaks_at_the_joining_the_caller_waits_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        works = centre.engine.join

        async def broken(bridge: str, leg: str) -> None:
            raise RuntimeError("broken")

        caller = await centre.in_queue()
        offered = await anna.until_call("offered")
        centre.engine.join = broken  # type: ignore[method-assign]
        await anna.done(messages.AcceptOffer(offer=offered.offer))
        await centre.until(lambda: isinstance(centre.record(caller).state, Waiting), "in queue")
        centre.engine.join = works  # type: ignore[method-assign]
        await anna.takes()
        assert centre.engine.heard(caller).tones == {1100}

    run(tmp_path, story)
