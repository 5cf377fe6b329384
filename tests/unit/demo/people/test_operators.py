"""The automatic operators at the desk of tests: the view is played, the card is the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ekc_console.demo.people.operators import AutoOperator
from ekc_console.demo.people.pace import BRISK
from ekc_console.demo.people.voices import Voices
from ekc_console.wire.messages import GoReady, MyCall
from tests.support.desk import ScriptedDesk
from tests.tui.steps import READY, TALK

PACE = replace(BRISK, step=(0.05, 0.05), wrap_up=(0.01, 0.01))
TALKING = msgspec.structs.replace(READY, state="talking")
WRAP_UP = msgspec.structs.replace(READY, state="wrap_up")


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what it looks at has no event
            await asyncio.sleep(0.01)


def _walked(desk: ScriptedDesk) -> int:
    """Steps of the script."""
    session = desk.card_desk.session
    return 0 if session is None else session.state.position


def _taken_over(desk: ScriptedDesk) -> None:
    """No wrap-up is left of it."""
    desk.put(READY)
    desk.gone(MyCall, TALK.id)


def _moved(desk: ScriptedDesk) -> None:
    """The card has gone along with the call."""
    desk.put(WRAP_UP, msgspec.structs.replace(TALK, state="wrap_up", card=""))


def _ended(desk: ScriptedDesk) -> None:
    desk.put(WRAP_UP, msgspec.structs.replace(TALK, state="wrap_up"))


@pytest.mark.parametrize("goes", [_taken_over, _moved, _ended])
async def test_an_automatic_operator_works_on_after_its_call_was_taken_moved_or_ended(
    tmp_path: Path, goes: Callable[[ScriptedDesk], None]
) -> None:
    desk, taken = ScriptedDesk(tmp_path), list[str]()
    desk.voice.line.leg = ""
    operator = AutoOperator(
        desk, "anna", "verysecret", voices=Voices(tmp_path), work_dir=tmp_path, pace=PACE,
        on_report=lambda report: taken.append(report.call),
    )  # fmt: skip
    working = asyncio.create_task(operator.run())
    try:
        await _until(lambda: desk.view.me is not None)
        desk.put(TALKING, TALK)
        await _until(lambda: _walked(desk) > 0)
        goes(desk)
        await _until(lambda: bool(taken) or working.done())
        assert not working.done()
        desk.gone(MyCall, TALK.id)
        desk.put(TALKING, msgspec.structs.replace(TALK, id="c-2"))
        await _until(lambda: operator._served == "c-2")
        assert not desk.logged_out
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_one_that_is_sent_on_a_break_stays_on_it_until_it_is_over(tmp_path: Path) -> None:
    """What a supervisor orders in the demonstration must be seen."""
    desk = ScriptedDesk(tmp_path)
    operator = AutoOperator(
        desk, "anna", "verysecret", voices=Voices(tmp_path), work_dir=tmp_path, pace=PACE
    )
    working = asyncio.create_task(operator.run())
    try:
        await _until(lambda: desk.view.me is not None)
        asked = desk.commands.count(GoReady())
        rest = msgspec.structs.replace(READY, state="break", reason="lunch", until=desk.now() + 60)
        desk.put(rest)
        for _ in range(50):  # by now it has seen it
            await asyncio.sleep(0)
        assert desk.commands.count(GoReady()) == asked
        desk.put(msgspec.structs.replace(rest, until=desk.now() - 1))
        await _until(lambda: desk.commands.count(GoReady()) > asked)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_one_that_is_ended_just_as_something_comes_ends(tmp_path: Path) -> None:
    desk = ScriptedDesk(tmp_path)
    operator = AutoOperator(
        desk, "anna", "verysecret", voices=Voices(tmp_path), work_dir=tmp_path, pace=PACE
    )
    working = asyncio.create_task(operator.run())
    await _until(lambda: desk.view.me is not None)
    for _ in range(20):  # by now it waits for what comes
        await asyncio.sleep(0)
    operator._news.set()
    await asyncio.sleep(0)  # what it waits for has come, and it has not gone on yet
    working.cancel()
    ended, _going = await asyncio.wait([working], timeout=1)
    assert ended
