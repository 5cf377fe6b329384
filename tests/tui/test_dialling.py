"""Calling out: redial, a number filled in from a card, completion from what is known."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from ekc_console.tui.shared.widgets import emergency
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from tests.support.desk import ScriptedDesk
from tests.tui.steps import be_ready, commands, press, replace, resize, shown
from tests.tui.test_emergency import later

NUMBER = "+79120000017"


async def test_redial_calls_the_last_number_again(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+y")
        assert "ещё не набирали" in shown(pilot, "#message")
        assert not commands(pilot, messages.Dial)
        for number in ("8 912 000 00 17", "8 3452 20-00-45"):
            await press(pilot, "f4", number, "enter")
        await press(pilot, "ctrl+y")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == [
            NUMBER, "+73452200045", "+73452200045",
        ]  # fmt: skip
        await press(pilot, "ctrl+н")  # the same key on the Russian layout
        assert len(commands(pilot, messages.Dial)) == 4


async def test_an_emergency_number_is_dialled_and_redialled_by_one_more_key_and_not_by_one(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        monkeypatch.setattr(emergency, "BOUNCE_S", 60.0)
        await press(pilot, "f4", "112", "enter")
        assert commands(pilot, messages.Dial) == []
        assert shown(pilot, "#emergency-question") == "Enter или 1 — 112, Esc — нет"
        await press(pilot, "enter")  # bounced
        assert commands(pilot, messages.Dial) == []
        monkeypatch.setattr(emergency, "BOUNCE_S", 0.0)
        await press(pilot, "enter")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == ["112"]
        await press(pilot, "ctrl+y")
        assert len(commands(pilot, messages.Dial)) == 1
        await press(pilot, "1")
        assert len(commands(pilot, messages.Dial)) == 2


@pytest.mark.long
async def test_an_opened_card_fills_its_number_in(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f3", "down", "enter", "f4")
        assert app.screen.query_one("Prompt Input", Input).value == NUMBER
        await press(pilot, "enter")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == [NUMBER]


@pytest.mark.long
async def test_a_known_number_is_completed(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot, callbacks=True)
        await press(pilot, "f4", "8", "9", "1", "2", "right", "enter")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == ["+79120000031"]


async def test_a_kind_that_is_not_everybodys_is_dialled_after_a_question(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        assert desk.welcome is not None
        desk.welcome = replace(desk.welcome, asked_kinds=("foreign", "premium"))
        abroad = "810 53 5 123-45-67"
        await press(pilot, "f4", abroad, "enter")
        question = app.screen.query_one("#confirm-question", Static)
        assert str(question.content) == "Позвонить на +5351234567?"
        await press(pilot, "enter")
        assert not commands(pilot, messages.Dial)
        await press(pilot, "f4", abroad, "enter", "tab", "enter")
        await press(pilot, "f4", "103", "enter")
        await later(pilot)
        await press(pilot, "enter")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == ["+5351234567", "103"]


async def test_a_kind_that_the_role_may_not_dial_is_refused_at_the_field(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        assert desk.welcome is not None
        desk.welcome = replace(
            desk.welcome, refused_kinds=("foreign",), dial_roles=("supervisor", "admin")
        )
        await press(pilot, "f4", "810 53 5 123-45-67", "enter")
        assert shown(pilot, "#prompt-note").startswith("Номер не набран: зарубежный.")
        assert not commands(pilot, messages.Dial)
        await press(pilot, "escape", "f4", "103", "enter")
        await later(pilot)
        await press(pilot, "enter")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == ["103"]


async def test_an_own_number_typed_by_hand_is_dialled_after_a_question(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        assert desk.welcome is not None
        own = ("+78005550122", "+74951234567")
        desk.welcome = replace(desk.welcome, asked_kinds=("own",), own_numbers=own, area_code="495")
        for typed in ("8 800 555-01-22", "123-45-67"):
            await press(pilot, "f4", typed, "enter")
            question = app.screen.query_one("#confirm-question", Static)
            assert str(question.content).startswith("Позвонить на ")
            await press(pilot, "enter")
            assert not commands(pilot, messages.Dial)
        await press(pilot, "f4", "765-43-21", "enter")
        assert [dial.number for dial in commands(pilot, messages.Dial)] == ["+74957654321"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9001234567890", "цифр 13, а должно быть 10"),
        ("abc", "могут быть только цифры"),
        (" +79009", "цифр 5, а должно быть 11"),
        (" +4412345678", "набрать нельзя"),
        ("", "Номер не набран"),
    ],
)
async def test_a_wrong_number_is_named_at_the_field_and_stays_named_when_laid_out_anew(
    app: EkcApp, typed: str, said: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await be_ready(pilot)
        await press(pilot, "f4")
        if typed:
            app.screen.query_one(Prompt).query_one(Input).value = typed
        await press(pilot, "enter")
        assert said in shown(pilot, "#prompt-note")
        await resize(pilot, 80, 24)
        assert said in shown(pilot, "#prompt-note")
        assert commands(pilot, messages.Dial) == []
