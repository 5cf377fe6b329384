"""A key that is only still held ends no call, saves no card, calls nobody and takes no call; on a
terminal that says it again slowly too."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from ekc_console.tui.shared.keys import held
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import call_control, messages
from tests.support.desk import CALL, NOW, ScriptedDesk
from tests.tui.steps import (
    READY,
    be_ready,
    commands,
    desk_of,
    end_call,
    focused,
    press,
    replace,
    settle,
    talk,
)

DELAY_S, PACE_S = 0.6, 0.15
"""Of a slow terminal."""


class Held:
    """Presses of one key, held down from its first."""

    def __init__(self, pilot: Pilot[Any], key: str) -> None:
        self._pilot = pilot
        self._key = key
        self._at = 1e6
        self._next = 0.0

    async def down(self, times: int = 1) -> None:
        for _ in range(times):
            self._at += self._next
            self._next = PACE_S if self._next else DELAY_S
            event = events.Key(self._key, None)
            event.time = self._at
            self._pilot.app.post_message(event)
            await settle(self._pilot)


@pytest.fixture(autouse=True)
def _real_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "SAME_KEY_S", 0.2)


def offer(desk: ScriptedDesk) -> None:
    """The next caller."""
    state = replace(READY, state="offered", until=NOW + 12)
    desk.gone(messages.MyCall, "c-1")
    desk.put(state, replace(CALL, id="c-2", offer="o-2"))


async def test_f8_held_through_the_wrap_up_does_not_reject_the_next_caller(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        key = Held(pilot, "f8")
        await key.down()
        assert len(commands(pilot, messages.HangUpCall)) == 1
        desk.put(replace(READY, state="wrap_up", until=NOW + 60))
        desk.gone(messages.MyCall, "c-1")
        await settle(pilot)
        await key.down(12)  # it does nothing here, for longer than any rule remembers
        offer(desk)
        await settle(pilot)
        await key.down(3)
        assert not commands(pilot, messages.RejectOffer)


async def test_f9_held_while_the_caller_hangs_up_does_not_end_the_wrap_up(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        desk.card_desk.set_disposition("waiting_list")
        key = Held(pilot, "f9")
        await key.down()
        assert len(commands(pilot, messages.SaveCard)) == 1
        end_call(pilot)
        await settle(pilot)
        await key.down(5)
        assert len(commands(pilot, messages.SaveCard)) == 1
        assert not commands(pilot, messages.FinishWrapUp)


@pytest.mark.long
async def test_f5_held_does_not_take_the_next_caller(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        key = Held(pilot, "f5")
        await key.down(4)  # nobody is offered yet
        offer(desk)
        await settle(pilot)
        await key.down(4)
        assert not commands(pilot, messages.AcceptOffer)


async def test_enter_held_over_a_question_calls_nobody_from_the_list_under_it(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    """«Оставить» by a held Enter gives the keys back to the list of callbacks, where Enter
    dials."""
    async with app.run_test() as pilot:
        await be_ready(pilot, callbacks=True)
        await press(pilot, "ctrl+n")
        assert focused(pilot) == "callbacks"
        await press(pilot, "delete")
        assert isinstance(app.screen, Confirm)
        key = Held(pilot, "enter")
        await key.down()
        assert focused(pilot) == "callbacks"
        await key.down(4)
        assert not commands(pilot, messages.DialCallback)


@pytest.mark.long
async def test_ctrl_z_held_calls_nobody_and_one_enter_behind_it_calls_once(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await Held(pilot, "ctrl+z").down(6)
        await Held(pilot, "enter").down(1)
        assert len(commands(pilot, call_control.CallEmergency)) == 1
        assert desk_of(pilot).view.call
