"""Keys pressed faster than the console does them are done in the order of pressing."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.widgets import Input, TextArea

from ekc_console.tui.shared.keys import in_order
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from tests.support.sweep import sweep
from tests.tui.steps import commands, press, settle, talk
from tests.tui.test_emergency_in_time import question

LARGE = (120, 40)


def at_once(app: EkcApp, *keys: str) -> None:
    """All of them before the first is done."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize(
    ("keys", "typed"),
    sweep(
        [
            (("a", "b", "backspace", "c"), "ac"),
            (("a", "b", "ctrl+u", "c", "d"), "cd"),
            (("a", "home", "b", "end", "c"), "bac"),
        ],
        every=3,
    ),
)
async def test_a_correction_in_a_field_takes_back_what_was_typed_before_it(
    app: EkcApp, keys: tuple[str, ...], typed: str
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        await press(pilot, "f3")
        at_once(app, *keys)
        await settle(pilot)
        assert app.screen.query_one("#find-text", Input).value == typed


async def test_a_correction_in_the_note_takes_back_what_was_typed_before_it(app: EkcApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        app.screen.query_one("#card-note", TextArea).focus()
        at_once(app, "a", "b", "backspace", "c", "left", "d")
        await settle(pilot)
        assert app.screen.query_one("#card-note", TextArea).text == "adc"


async def test_f9_right_behind_the_outcome_and_the_note_saves_both(app: EkcApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        at_once(app, "f9", "1", "tab", "a", "b", "c", "f9")
        await settle(pilot)
        (saved,) = commands(pilot, messages.SaveCard)
        assert saved.disposition
        assert saved.note == "abc"


async def test_a_key_whose_widget_goes_in_the_midst_of_it_holds_up_no_later_one(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_order, "WITHIN_S", 0.05)
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        await press(pilot, "f3")
        at_once(app, "a", "escape", "f3", "b")
        await settle(pilot)
        assert app.screen.query_one("#find-text", Input).value.endswith("b")


async def test_the_call_for_help_waits_for_no_key_before_it(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_order, "WITHIN_S", 60.0)
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        await press(pilot, "f3")
        stuck, going = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            stuck.set()
            await going.wait()

        app.screen.query_one("#find-text", Input).call_later(hold)
        await stuck.wait()
        at_once(app, "a", "b", "ctrl+z")
        async with asyncio.timeout(5):
            while question(pilot) != "Вызвать скорую?":  # noqa: ASYNC110 - the field is stuck
                await asyncio.sleep(0.01)
        going.set()
        await settle(pilot)
