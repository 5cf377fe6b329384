"""A recording that cannot begin, or is lost, costs no call: the talk goes on, people are told, and
the call's row says that there is no recording."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.domain.state.call import Talking, Waiting
from ekc_console.server.engine.protocol import EngineError
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


def test_a_recording_that_begins_late_is_kept(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        works = centre.engine.start_recording

        async def late(leg: str, stem: Path) -> None:
            await asyncio.sleep(3)
            await works(leg, stem)

        centre.engine.start_recording = late  # type: ignore[method-assign]
        caller = await talks(centre, anna)
        await centre.until(lambda: bool(anna.call and anna.call.recording), "recording shown")
        await asyncio.sleep(2)
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        found = await in_state(centre, caller, "ready")
        assert found.seconds == pytest.approx(2, abs=0.5)

    run(tmp_path, story)


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
