"""Letters typed in a list go to the answer that begins so; Enter answers nothing else."""

from __future__ import annotations

import pytest

from ekc_console.tui.operator.panes.script import StepChoices
from ekc_console.tui.operator.present import script
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu
from ekc_console.tui.shell.app import EkcApp
from tests.support.sweep import sweep
from tests.tui.steps import press, shown, talk

DOCTORS = [
    Choice("gp", "терапевт", "1"),
    Choice("surgeon", "хирург", "2"),
    Choice("heart", "Врач-кардиолог", "3"),
    Choice("child", "хирург детский", "4"),
]


@pytest.mark.parametrize(
    ("typed", "picked"),
    sweep(
        [
            ("хир", ["surgeon"]),
            ("кард", ["heart"]),
            ("хирург д", ["child"]),
            ("невролог", []),
            ("", ["gp"]),
        ],
        every=3,
    ),
)
async def test_letters_lead_to_the_answer_that_begins_so(
    app: EkcApp, typed: str, picked: list[str]
) -> None:
    """What no answer begins with is not taken for the first one."""
    chosen: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        app.show_panel(Menu("К какому врачу", DOCTORS, chosen.append))
        await press(pilot, *("space" if letter == " " else letter for letter in typed), "enter")
        assert chosen == picked


@pytest.mark.parametrize("then", [("2",), pytest.param(("down", "enter"), marks=pytest.mark.long)])
async def test_a_stray_letter_is_said_and_leaves_the_list_alive(
    app: EkcApp, then: tuple[str, ...]
) -> None:
    chosen: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        app.show_panel(Menu("К какому врачу", DOCTORS, chosen.append))
        await press(pilot, "x")
        assert "«x»: в списке нет такого." in shown(pilot, "#message")
        await press(pilot, *then)
        assert len(chosen) == 1


async def test_a_digit_in_a_text_meant_for_another_place_picks_nothing_and_that_is_said(
    app: EkcApp,
) -> None:
    chosen: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        app.show_panel(Menu("К какому врачу", DOCTORS, chosen.append))
        await press(pilot, "д", "о", "м", "space", "2")
        assert not chosen
        assert "Цифра 2 среди букв ничего не выбирает" in shown(pilot, "#message")
        await press(pilot, "2", ":", "3")
        assert not chosen
        await press(pilot, "down", "2")
        assert chosen == ["surgeon"]


@pytest.mark.long
async def test_enter_after_a_stray_letter_shows_the_cursor_again_and_then_picks(
    app: EkcApp,
) -> None:
    chosen: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        app.show_panel(Menu("К какому врачу", DOCTORS, chosen.append))
        await press(pilot, "x", "enter")
        assert not chosen
        await press(pilot, "enter")
        assert chosen == ["gp"]


async def test_letters_choose_nothing_where_nothing_is_chosen_beforehand(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words about a danger that were meant for a field answer no question about it."""
    monkeypatch.setattr(script, "marked", lambda *_anything: None)
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        choices = app.screen.query_one(StepChoices)
        assert choices.has_focus
        first = choices.choices[0].label
        await press(pilot, first[0], first[1], "enter")
        session = app.desk.card_desk.session
        assert session is not None
        assert session.state.position == 0
