"""F9 pressed at once after the last letter of a sign: the sign is looked at before anything is
saved."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from ekc_console.tui.operator.widgets.typed_sign import TypedSign
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import messages
from tests.support.desk import ScriptedDesk
from tests.tui.steps import app_of, commands, press, settle, talk
from tests.tui.test_emergency import asks, later
from tests.tui.test_typed_sign import ask_freely


def at_once(pilot: Pilot[Any], *keys: str) -> None:
    """As from a terminal that was not read for a while."""
    for key in keys:
        character = {"space": " "}.get(key, key if len(key) == 1 else None)
        pilot.app.post_message(events.Key(key, character))


async def test_f9_at_once_after_the_last_letter_of_a_sign_asks_for_103(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        desk.card_desk.set_disposition("waiting_list")
        app.to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await settle(pilot)
        at_once(pilot, *("space" if letter == " " else letter for letter in "не дышит"), "f9")
        await settle(pilot)
        assert asks(pilot)
        assert commands(pilot, messages.SaveCard) == []
        assert desk.card_desk.note == "не дышит"


async def test_f9_at_once_after_a_sign_in_a_field_asks_too(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        desk.card_desk.set_disposition("waiting_list")
        await settle(pilot)
        at_once(pilot, *("space" if letter == " " else letter for letter in "не дышит"), "f9")
        await settle(pilot)
        assert asks(pilot)


async def test_a_search_for_signs_that_fails_or_never_ends_keeps_no_card_from_being_saved(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_arguments: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(desk.work, "search", never)
    monkeypatch.setattr("ekc_console.tui.operator.widgets.typed_sign.MOST_S", 0.1)
    async with app.run_test() as pilot:
        await talk(pilot)
        desk.card_desk.set_disposition("waiting_list")
        app.to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await settle(pilot)
        at_once(pilot, "д", "а", "f9")
        async with asyncio.timeout(5):
            while not commands(pilot, messages.SaveCard):
                await pilot._wait_for_screen()
        assert pilot.app.screen.query_one("#card-sign", TypedSign).display is False


async def type_in_the_note(pilot: Pilot[Any], desk: ScriptedDesk) -> None:
    await talk(pilot)
    desk.card_desk.set_disposition("waiting_list")
    app_of(pilot).to_pane("card")
    await settle(pilot)
    pilot.app.screen.query_one("#card-note").focus()
    await settle(pilot)


async def test_f8_after_a_sign_in_the_note_asks_once_before_the_caller_is_dropped(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    """At once after the last letter, and above the question that F9 has opened."""
    async with app.run_test() as pilot:
        await type_in_the_note(pilot, desk)
        at_once(pilot, *("space" if letter == " " else letter for letter in "не дышит"))
        at_once(pilot, "f8", "f8", "f8")
        await settle(pilot)
        questions = [one for one in app.screen_stack if isinstance(one, Confirm)]
        assert [one.question for one in questions] == ["103 не вызвана: положить трубку?"]
        await press(pilot, "escape", "f9")
        assert asks(pilot)
        await press(pilot, "f8", "f8")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "escape")
        assert asks(pilot)
        assert commands(pilot, messages.HangUpCall) == []
        await later(pilot)
        await press(pilot, "0", "f8")  # saved without a call: the operator knows better
        assert len(commands(pilot, messages.HangUpCall)) == 1


@pytest.mark.long
async def test_f8_and_f9_at_once_after_the_last_letter_are_both_done(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await type_in_the_note(pilot, desk)
        at_once(pilot, "д", "а", "f8", "f9")
        await settle(pilot)
        assert len(commands(pilot, messages.HangUpCall)) == 1
        assert len(commands(pilot, messages.SaveCard)) == 1


@pytest.mark.long
async def test_f8_on_another_screen_asks_about_the_sign_on_the_desk(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await type_in_the_note(pilot, desk)
        await press(pilot, "не дышит", "f1", "f8")
        assert isinstance(app.screen, Confirm)
        assert commands(pilot, messages.HangUpCall) == []


async def test_a_sign_in_a_field_answered_before_is_asked_about_by_f8_and_f9(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    """The script stands at its next step, and no sign is on the screen."""
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        await press(pilot, "не дышит", "enter", "1")
        desk.card_desk.set_disposition("waiting_list")
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        assert app.screen.question == "103 не вызвана: положить трубку?"
        await press(pilot, "escape", "f9")
        assert asks(pilot)
        assert commands(pilot, messages.HangUpCall) == []
        assert commands(pilot, messages.SaveCard) == []
        await later(pilot)
        await press(pilot, "0", "f8")  # saved without a call: the operator knows better
        assert len(commands(pilot, messages.SaveCard)) == 1
        assert len(commands(pilot, messages.HangUpCall)) == 1


@pytest.mark.long
async def test_a_search_that_never_ends_keeps_no_caller_whose_answers_were_not_judged(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_arguments: object) -> None:
        await asyncio.Event().wait()

    async with app.run_test() as pilot:
        await ask_freely(pilot)
        await press(pilot, "да", "enter")
        monkeypatch.setattr(desk.work, "search", never)
        monkeypatch.setattr("ekc_console.tui.operator.widgets.typed_sign.MOST_S", 0.1)
        at_once(pilot, "f8")
        async with asyncio.timeout(5):
            while not commands(pilot, messages.HangUpCall):
                await pilot._wait_for_screen()
