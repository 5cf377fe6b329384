"""A sign of an emergency that is typed into a field of the script stands at the field, with the
words to say and the key that calls."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from ekc_console.errors import EkcError
from ekc_console.tui.operator.widgets.typed_sign import PAUSE_S, TypedSign
from ekc_console.tui.shared import focus
from ekc_console.tui.shared.widgets.emergency import BOUNCE_S
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import call_control, side_work
from tests.support.desk import NOW
from tests.tui.steps import (
    commands,
    desk_of,
    end_call,
    focused,
    press,
    settle,
    shown,
    talk,
    until,
)
from tests.tui.test_emergency import KEY, emergency


async def ask_freely(pilot: Pilot[Any]) -> None:
    """A step whose answer is a text."""
    await talk(pilot)
    await press(pilot, "1", "иванова анна", "enter", "120385", "enter")
    assert focused(pilot) == "script-input"


def stands(pilot: Pilot[Any]) -> bool:
    return pilot.app.screen.query_one("#script-sign", TypedSign).display


async def searched(pilot: Pilot[Any]) -> None:
    await asyncio.sleep(PAUSE_S + 0.05)
    await settle(pilot)


async def type_a_sign(pilot: Pilot[Any], text: str = "мама не дышит") -> None:
    await ask_freely(pilot)
    await press(pilot, text)
    await until(pilot, lambda: stands(pilot))
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_typed_sign_stands_at_the_field_with_the_words_to_say_and_the_key(
    app: EkcApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await type_a_sign(pilot)
        said = shown(pilot, "#script-sign")
        assert "Вызовите 103. Трудно дышать" in said
        assert "Ctrl+Z — вызвать" in said
        assert "Скажите: «Не кладите трубку" in said
        field, sign = (app.screen.query_one(name) for name in ("#script-input", "#script-sign"))
        assert sign.region.y == field.region.bottom
        assert sign.region.bottom <= app.screen.query_one("#keys").region.y
        assert sign.region.height == app.screen.query_one(TypedSign).lines(sign.size.width) >= 3


@pytest.mark.long
async def test_the_focus_stays_and_enter_enters_the_text(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await type_a_sign(pilot)
        assert focused(pilot) == "script-input"
        await press(pilot, "enter")
        session = desk_of(pilot).card_desk.session
        assert session is not None
        assert session.fields["clinic"] == "мама не дышит"
        assert commands(pilot, call_control.CallEmergency) == []
        assert not stands(pilot)


async def test_the_key_that_is_shown_calls_and_the_text_stays(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await type_a_sign(pilot)
        await press(pilot, KEY)
        await asyncio.sleep(BOUNCE_S + 0.05)
        await press(pilot, "1")
        assert commands(pilot, call_control.CallEmergency)
        assert getattr(app.focused, "value", "") == "мама не дышит"
        await emergency(pilot)
        assert not stands(pilot)


@pytest.mark.long
async def test_the_sign_goes_when_the_text_is_another(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await type_a_sign(pilot, "не дышит")
        await press(pilot, "backspace", "backspace")
        await until(pilot, lambda: not stands(pilot))


@pytest.mark.long
async def test_the_sign_goes_at_once_when_the_field_is_empty(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await type_a_sign(pilot)
        app.screen.query_one("#script-input").value = ""  # type: ignore[attr-defined]
        await settle(pilot)
        assert not stands(pilot)


@pytest.mark.long
async def test_a_sign_found_for_a_step_that_was_left_is_not_shown(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        await press(pilot, "не дышит", "enter")
        await searched(pilot)
        assert not stands(pilot)


@pytest.mark.long
async def test_back_at_the_step_the_sign_stands_again(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        await press(pilot, "не дышит", "enter", "ctrl+b")
        await until(pilot, lambda: stands(pilot))


@pytest.mark.long
async def test_letters_typed_fast_are_one_search_and_the_last_text_is_searched(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        for letter in "не дышит":
            await pilot.press("space" if letter == " " else letter)
        await until(pilot, lambda: stands(pilot))
        asked = [c for c in commands(pilot, side_work.SearchKnowledge) if c.kinds == ("sign",)]
        assert asked[-1].text == "не дышит"
        assert len(asked) <= 4


@pytest.mark.long
async def test_a_name_and_a_date_are_searched_for_no_sign(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "не дышит")
        await searched(pilot)
        assert not stands(pilot)
        assert not commands(pilot, side_work.SearchKnowledge)


@pytest.mark.long
async def test_a_search_that_fails_says_nothing_and_the_next_key_searches_again(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        desk_of(pilot).refuse[side_work.SearchKnowledge] = EkcError("Нет связи.")
        await press(pilot, "мама не дышит")
        await searched(pilot)
        assert not stands(pilot)
        assert "Нет связи" not in shown(pilot, "#message")
        del desk_of(pilot).refuse[side_work.SearchKnowledge]
        await press(pilot, "space")
        await until(pilot, lambda: stands(pilot))


@pytest.mark.long
async def test_after_the_call_the_sign_names_the_key_that_calls_alone(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await type_a_sign(pilot)
        end_call(pilot)
        await settle(pilot)
        assert "Ctrl+Z — вызвать" in shown(pilot, "#script-sign")


VIOLENCE = side_work.KnowledgeItem(
    id="sign:violence", kind="sign", title="Вызовите 112. Насилие", text="Скажите: «Уйдите.»",
    topic_title="", owner="Отдел качества", review_by="2027-01-01", call="112",
)  # fmt: skip


@pytest.mark.long
async def test_the_key_asks_for_the_service_of_the_sign(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.desk.SIGN", VIOLENCE)
    async with app.run_test() as pilot:
        await type_a_sign(pilot)
        await press(pilot, KEY)
        assert shown(pilot, "#emergency-question") == "Enter или 2 — 112, 1 — 103, Esc — нет"
        await asyncio.sleep(BOUNCE_S + 0.05)
        await press(pilot, "enter")
        assert commands(pilot, call_control.CallEmergency) == [
            call_control.CallEmergency(call="c-1", first="112")
        ]


@pytest.mark.long
async def test_the_key_in_the_search_asks_for_the_service_of_the_sign_at_the_cursor(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.desk.KNOWLEDGE", (VIOLENCE,))
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+f", "вызовите", KEY)
        assert shown(pilot, "#emergency-question") == "Enter или 2 — 112, 1 — 103, Esc — нет"


def note_sign(pilot: Pilot[Any]) -> TypedSign:
    return pilot.app.screen.query_one("#card-sign", TypedSign)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_sign_in_the_note_of_the_card_stands_below_it(
    app: EkcApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        app.to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await press(pilot, "говорит, что мама не дышит")
        await until(pilot, lambda: note_sign(pilot).display)
        await settle(pilot)
        assert "Вызовите 103. Трудно дышать" in shown(pilot, "#card-sign")
        assert "Ctrl+Z — вызвать" in shown(pilot, "#card-sign")
        assert note_sign(pilot).region.bottom <= size[1] - 4
        assert focused(pilot) == "card-note"


@pytest.mark.long
async def test_a_sign_of_whom_103_has_already_is_not_shown_again(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot, services=(call_control.ServiceCalled(number="103", answered_at=NOW),))
        app.to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await press(pilot, "мама не дышит, едет 103")
        await searched(pilot)
        assert not note_sign(pilot).display


@pytest.mark.long
async def test_of_a_long_note_the_last_words_are_searched(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app.to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await press(pilot, "слово " * 60 + "мама не дышит")
        await until(pilot, lambda: note_sign(pilot).display)
        await settle(pilot)


@pytest.mark.parametrize("where", ["script", "note"])
async def test_a_sign_at_the_start_of_a_long_pasted_text_is_seen(app: EkcApp, where: str) -> None:
    text = "мама не дышит, " + "ждём у подъезда " * (60 if where == "script" else 700)
    async with app.run_test(size=(120, 40)) as pilot:
        await ask_freely(pilot)
        if where == "note":
            focus.give(app.screen.query_one("#card-note"))
        app.screen.focused.post_message(events.Paste(text))  # type: ignore[union-attr]
        sign = app.screen.query_one(f"#pane-{'script' if where == 'script' else 'card'} TypedSign")
        await until(pilot, lambda: sign.display)
        assert "Вызовите 103" in sign.shown.plain  # type: ignore[attr-defined]
