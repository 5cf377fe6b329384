"""The engine, or what is beside it, refuses a step of a call: nobody stays on a line that leads
nowhere, and the core says what the caller hears."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Config
from ekc_console.domain.facts import CallHeld, CallResumed
from ekc_console.domain.state.call import OnHold, Talking
from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.store.journal import journal
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, run
from tests.support.told import told


def with_key() -> Any:
    first, *others = Config().queues
    return (replace(first, keep_place_key="1"), *others)


async def keeps_place(centre: Centre) -> str:
    """A caller who asks to be called back; what is said then is the last word."""
    caller = await centre.in_queue()
    await centre.until(lambda: centre.engine.heard(caller).music, "music")
    return caller


def test_a_last_word_that_ends_at_once_ends_the_line(tmp_path: Path) -> None:
    """Its end comes before the engine has answered the request to say it."""

    async def story(centre: Centre) -> None:
        caller = await keeps_place(centre)
        play = centre.engine.play

        async def ends_at_once(leg: str, files: Sequence[Path]) -> str:
            playback = await play(leg, files)
            await centre.engine.stop_playing(leg)
            await asyncio.sleep(0.01)
            return playback

        centre.engine.play = ends_at_once  # type: ignore[method-assign]
        centre.engine.caller_presses(caller, "1")
        record = await centre.ended(caller)
        assert (record.outcome, record.state.by) == ("flowed_out", "system")
        assert caller not in centre.engine.legs

    run(tmp_path, story, queues=with_key())


@pytest.mark.parametrize("fault", [None, OSError(28, "No space left on device"), RuntimeError()])
def test_a_last_word_that_is_not_said_ends_the_line(
    tmp_path: Path, fault: Exception | None
) -> None:
    """It cannot be said, or (None) its end is never told."""

    async def story(centre: Centre) -> None:
        caller = await keeps_place(centre)

        async def play(leg: str, files: Sequence[Path]) -> str:
            if fault:
                raise fault
            return "p-that-never-ends"

        centre.engine.play = play  # type: ignore[method-assign]
        centre.engine.caller_presses(caller, "1")
        record = await centre.ended(caller)
        assert (record.outcome, record.state.by) == ("flowed_out", "system")
        assert caller not in centre.engine.legs

    run(tmp_path, story, queues=with_key())


def refusing(works: Any, times: int) -> Any:
    """The engine's method that refuses so many times."""
    left = [times]

    async def method(*args: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise EngineError("занято")
        return await works(*args)

    return method


ALWAYS = 1000


async def holders(centre: Centre) -> set[object]:
    """Who is named by what the journal has of holds and of their ends."""
    await centre.server.core.runtime.settled()
    entries = await centre.server.database.read(lambda conn: list(journal.tail(conn, 0)))
    facts = (entry.fact for entry in entries)
    return {fact.agent for fact in facts if isinstance(fact, CallHeld | CallResumed)}


def test_a_resume_that_fails_is_tried_again_and_then_is_a_hold(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        heard = told(centre, anna)
        caller = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music on hold")
        works = centre.engine.join

        centre.engine.join = refusing(works, 2)  # type: ignore[method-assign]
        await anna.done(messages.ResumeCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).tones == {1100}, "the talk")
        assert heard() == ""

        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music on hold")
        centre.engine.join = refusing(works, ALWAYS)  # type: ignore[method-assign]
        await anna.done(messages.ResumeCall(call=caller))
        await centre.until(lambda: isinstance(centre.record(caller).state, OnHold), "held again")
        assert centre.engine.heard(caller).music
        assert "удержании" in heard()
        await asyncio.sleep(60)
        assert isinstance(centre.record(caller).state, OnHold)

        centre.engine.join = works  # type: ignore[method-assign]
        await anna.done(messages.ResumeCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).tones == {1100}, "the talk")
        assert isinstance(centre.record(caller).state, Talking)
        assert await holders(centre) == {"anna"}

    run(tmp_path, story)


def test_a_hold_that_fails_is_no_hold(tmp_path: Path) -> None:
    """The operator must not believe that the caller hears nothing."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        heard = told(centre, anna)
        caller = await centre.in_queue()
        await anna.takes()
        works = centre.engine.leave
        centre.engine.leave = refusing(works, ALWAYS)  # type: ignore[method-assign]
        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: isinstance(centre.record(caller).state, Talking), "talking")
        assert "слышит вас" in heard()
        assert centre.engine.heard(caller).tones == {1100}
        await asyncio.sleep(60)
        assert isinstance(centre.record(caller).state, Talking)

        centre.engine.leave = works  # type: ignore[method-assign]
        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music on hold")
        assert isinstance(centre.record(caller).state, OnHold)
        assert await holders(centre) == {"anna"}

    run(tmp_path, story)


def test_an_engine_that_refuses_all_ends_in_one_state(tmp_path: Path) -> None:
    """Neither the hold nor the talk can be had: it is said once and does not go round."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        heard = told(centre, anna)
        caller = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music on hold")
        for name in ("join", "leave", "start_music"):
            works = getattr(centre.engine, name)
            setattr(centre.engine, name, refusing(works, ALWAYS))
        await anna.done(messages.ResumeCall(call=caller))
        await asyncio.sleep(120)
        assert isinstance(centre.record(caller).state, OnHold)
        assert len(heard().splitlines()) == 1

    run(tmp_path, story)


def test_a_caller_whose_operator_left_never_stays_in_the_operators_bridge(tmp_path: Path) -> None:
    """The next caller would hear both."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        works = centre.engine.leave
        centre.engine.leave = refusing(works, 2)  # type: ignore[method-assign]
        centre.engine.caller_hangs_up(anna.leg)  # the operator's line goes down
        await centre.until(lambda: centre.engine.legs[caller].bridge is None, "out of the bridge")
        await centre.until(lambda: centre.engine.heard(caller).music, "music")

    run(tmp_path, story)
