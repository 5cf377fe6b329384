"""F9 on a card that tells of help asks whether to call it, if nobody was called."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shared.widgets import emergency as panel
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import call_control, messages
from ekc_console.wire.call_control import ServiceCalled
from tests.support.desk import NOW, ScriptedDesk
from tests.tui.steps import (
    READY,
    TALK,
    app_of,
    commands,
    desk_of,
    end_call,
    focused,
    press,
    replace,
    settle,
    show_call,
    shown,
    talk,
    until,
)
from tests.tui.test_emergency import ASKED, asks, called, emergency, later


def title(pilot: Pilot[Any]) -> str:
    return str(pilot.app.screen.query_one("EmergencyPanel").border_title)


async def handed_over(pilot: Pilot[Any], *services: ServiceCalled) -> None:
    """The script has ended with «Передано в 103», and F9 is pressed."""
    await talk(pilot, services=services)
    await press(pilot, "2", "f9")


def saved(pilot: Pilot[Any]) -> list[Any]:
    return commands(pilot, messages.SaveCard)


async def test_f9_with_103_never_called_asks_and_the_first_answer_calls_it(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await handed_over(pilot)
        assert title(pilot) == "103 не вызвана. Вызвать сейчас?"
        keys = "Enter или 1 — 103, 2 — 112, 9 — вызвана иначе, 0 — без вызова, Esc — назад"
        assert shown(pilot, "#emergency-question") == keys
        assert len(keys) <= app.screen.query_one("#emergency-question").content_size.width
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == ASKED
        assert saved(pilot) == []


async def test_who_says_that_103_was_called_otherwise_is_asked_how_and_saves_it(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await handed_over(pilot)
        await later(pilot)
        await press(pilot, "9", "дочь с мобильного", "enter")
        [card] = saved(pilot)
        assert "103 вызвана иначе, со слов: дочь с мобильного" in card.note
        assert called(pilot) == []


async def test_who_knows_better_saves_without_a_call_by_another_key(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await handed_over(pilot)
        await later(pilot)
        await press(pilot, "0")
        assert not asks(pilot)
        assert [card.disposition for card in saved(pilot)] == ["emergency_103"]
        assert called(pilot) == []


async def test_a_key_that_bounced_saves_nothing(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "BOUNCE_S", 60.0)
    async with app.run_test() as pilot:
        await handed_over(pilot)
        await press(pilot, "0")
        assert asks(pilot)
        assert saved(pilot) == []


async def test_esc_at_the_question_of_103_says_that_it_was_not_called_and_how_to_call_it(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+z")
        await later(pilot)
        await press(pilot, "escape")
        assert "103 НЕ вызвана. Вызвать — Ctrl+Z." in shown(pilot, "#message")
        assert called(pilot) == []
        await press(pilot, "2", "f9")
        await later(pilot)
        await press(pilot, "escape")
        assert "103 НЕ вызвана, карточка не сохранена." in shown(pilot, "#message")
        await on_line(pilot, ServiceCalled(number="103", rings=True))
        await until(pilot, lambda: not app.screen.query_one("#message").display)
        await press(pilot, "ctrl+z")
        await later(pilot)
        await press(pilot, "escape")
        said = "Ничего не изменилось: 103 вызывается или на линии."
        assert said in shown(pilot, "#message")


@pytest.mark.long
@pytest.mark.parametrize("keys", [("escape",), ("f9", "f9"), ("ctrl+z",)])
async def test_going_back_and_f9_again_neither_save_nor_call(
    app: EkcApp, keys: tuple[str, ...]
) -> None:
    async with app.run_test() as pilot:
        await handed_over(pilot)
        await later(pilot)
        await press(pilot, *keys)
        assert saved(pilot) == []
        assert called(pilot) == []
        assert focused(pilot) != ""


async def test_in_the_wrap_up_it_is_asked_and_103_is_called_alone(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "2")
        end_call(pilot)
        await settle(pilot)
        await press(pilot, "f9")
        await later(pilot)
        await press(pilot, "1")
        assert called(pilot) == [call_control.CallEmergency(first="103")]
        assert commands(pilot, messages.FinishWrapUp) == []


async def test_103_that_has_answered_or_still_rings_is_not_asked_about(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await handed_over(pilot, ServiceCalled(number="103", rings=True))
        assert len(saved(pilot)) == 1
        call = replace(TALK, services=(ServiceCalled(number="103", answered_at=NOW),))
        show_call(pilot, "talking", call)
        await settle(pilot)
        await press(pilot, "f9")
        assert not asks(pilot)


@pytest.mark.long
async def test_103_that_rang_in_vain_is_asked_about_in_other_words(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await handed_over(pilot, ServiceCalled(number="103"))
        assert title(pilot) == "103 не приняла вызов. Вызвать ещё раз?"


@pytest.mark.long
async def test_an_outcome_that_says_why_not_is_saved_at_once(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "2")
        desk.card_desk.set_disposition("caller_refused")
        await settle(pilot)
        await press(pilot, "f9")
        assert len(saved(pilot)) == 1
        assert not asks(pilot)


async def wrapped_up_too_long(pilot: Pilot[Any], state: messages.AgentState = "break") -> None:
    """The talk is over, and so is the time to fill in its card, which waits on the desk."""
    end_call(pilot)
    await settle(pilot)
    desk = desk_of(pilot)
    desk.gone(messages.MyCall, "c-1")
    desk.put(replace(READY, state=state))
    await settle(pilot)


async def test_once_the_wrap_up_has_run_out_it_is_asked_too_and_the_way_to_call_is_said(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "2")
        await wrapped_up_too_long(pilot, "not_responding")
        await press(pilot, "f9")
        assert title(pilot) == "103 не вызвана. Сохранить всё равно?"
        keys = "Вызвать — F12, F4 и 103, 9 — вызвана иначе, 0 — без вызова, Esc — назад"
        assert shown(pilot, "#emergency-question") == keys
        await later(pilot)
        await press(pilot, "enter", "1", "2")
        assert asks(pilot)
        assert saved(pilot) == called(pilot) == []
        await press(pilot, "escape")
        said = "103 НЕ вызвана, карточка не сохранена. Вызвать — F12, F4 и 103, сохранить — F9."
        assert said in shown(pilot, "#message")
        await press(pilot, "f9")
        await later(pilot)
        await press(pilot, "0")
        assert [card.disposition for card in saved(pilot)] == ["emergency_103"]


async def test_a_digit_behind_a_call_for_help_that_was_refused_chooses_no_outcome(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        desk.card_desk.set_note("хрипит")
        await wrapped_up_too_long(pilot, "not_responding")
        app.to_pane("card")
        await settle(pilot)
        assert focused(pilot) == "card-dispositions"
        await press(pilot, "ctrl+z")
        assert "Позвонить в скорую самому — F12, F4 и 103." in shown(pilot, "#message")
        await press(pilot, "4", "enter")
        assert desk.card_desk.disposition == ""
        assert "«Enter» ничего не выбрала" in shown(pilot, "#message")
        await press(pilot, "down", "4")
        assert desk.card_desk.disposition == "emergency_103"


@pytest.mark.long
async def test_a_sign_in_the_note_is_asked_about_after_the_wrap_up_before_the_outcome(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app_of(pilot).to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await press(pilot, "мама не дышит")
        await until(pilot, lambda: pilot.app.screen.query_one("#card-sign").display)
        await wrapped_up_too_long(pilot)
        await press(pilot, "f9")
        assert title(pilot) == "103 не вызвана. Сохранить всё равно?"
        assert shown(pilot, "#emergency-question").startswith("Вызвать — F4 и 103, ")


@pytest.mark.long
async def test_103_that_took_the_call_is_not_asked_about_once_the_wrap_up_is_over(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot, services=(ServiceCalled(number="103", answered_at=NOW),))
        await press(pilot, "2")
        desk_of(pilot).gone(messages.MyCall, "c-1")
        await settle(pilot)
        await press(pilot, "f9")
        assert len(saved(pilot)) == 1


async def on_line(pilot: Pilot[Any], *services: ServiceCalled) -> None:
    """The last of them talks with the caller and the operator, or rings."""
    answered = services[-1].answered_at is not None
    await emergency(pilot, open=answered, heard="all" if answered else "caller")
    call = desk_of(pilot).view.call
    assert call is not None
    show_call(pilot, "consulting", replace(call, services=services))
    await settle(pilot)


async def test_who_calls_103_off_before_it_answers_has_given_the_caller_to_nobody(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        rings = ServiceCalled(number="103", rings=True)
        await on_line(pilot, rings)
        off = replace(rings, rings=False, cancelled_at=NOW, ended_at=NOW, ended_by="operator")
        show_call(pilot, "talking", replace(TALK, services=(off,)))
        await settle(pilot)
        assert "Вызов 103 отменён: вы говорите с абонентом." in shown(pilot, "#message")
        assert desk.card_desk.disposition == ""
        await press(pilot, "2", "f9")
        assert title(pilot) == "Вызов 103 отменён. Вызвать снова?"
        assert "8 — другой итог" in shown(pilot, "#emergency-question")
        await later(pilot)
        await press(pilot, "0")
        assert asks(pilot), "that key saves without a call elsewhere"
        await press(pilot, "8")
        assert saved(pilot) == []
        assert desk.card_desk.disposition == ""
        assert focused(pilot) == "card-dispositions"


async def test_103_called_off_and_called_from_another_telephone_is_saved_with_who_says_so(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        off = ServiceCalled(
            number="103", cancelled_at=NOW, ended_at=NOW, ended_by="operator", rings=False
        )
        await talk(pilot, services=(off,))
        await press(pilot, "2", "f9")
        keys = shown(pilot, "#emergency-question")
        assert "9 — вызвана иначе, 8 — другой итог" in keys
        assert keys.endswith("Esc — назад")
        await later(pilot)
        await press(pilot, "9", "enter")
        assert "Не сказано, кто и как вызвал." in shown(pilot, "#prompt-note")
        await press(pilot, "дочь с мобильного", "enter")
        [card] = saved(pilot)
        assert card.disposition == "emergency_103"
        assert "103 вызвана иначе, со слов: дочь с мобильного (Иванова Анна" in card.note


async def test_who_lets_103_go_after_it_has_spoken_has_handed_the_caller_over(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        spoke = ServiceCalled(number="103", answered_at=NOW - 25)
        await on_line(pilot, spoke)
        gone = replace(spoke, ended_at=NOW, ended_by="operator")
        show_call(pilot, "talking", replace(TALK, services=(gone,)))
        await settle(pilot)
        assert "103 отключена: вы говорите с абонентом." in shown(pilot, "#message")
        await press(pilot, "f9")
        assert [command.disposition for command in saved(pilot)] == ["emergency_103"]


async def test_a_sign_in_the_note_is_asked_about_before_the_outcome_that_is_missing(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app_of(pilot).to_pane("card")
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await press(pilot, "говорит, что мама не дышит")
        await until(pilot, lambda: pilot.app.screen.query_one("#card-sign").display)
        await settle(pilot)
        await press(pilot, "f9")
        assert title(pilot) == "103 не вызвана. Вызвать сейчас?"
        await later(pilot)
        await press(pilot, "0")
        assert focused(pilot) == "card-dispositions"
        desk.card_desk.set_disposition("booked")
        await settle(pilot)
        await press(pilot, "f9")
        assert len(saved(pilot)) == 1


async def note_and_book(pilot: Pilot[Any], text: str = "говорит, что мама не дышит") -> None:
    """An ordinary outcome is chosen, and the note tells of an emergency."""
    await talk(pilot)
    desk_of(pilot).card_desk.set_disposition("booked")
    app_of(pilot).to_pane("card")
    await settle(pilot)
    pilot.app.screen.query_one("#card-note").focus()
    await press(pilot, text)
    await until(pilot, lambda: pilot.app.screen.query_one("#card-sign").display)
    await settle(pilot)
    await press(pilot, "f9")


async def test_f9_with_an_emergency_only_in_the_note_asks_as_the_card_does(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await note_and_book(pilot)
        assert title(pilot) == "103 не вызвана. Вызвать сейчас?"
        assert saved(pilot) == []
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == ASKED


async def test_saved_without_a_call_it_is_not_asked_again_in_the_wrap_up_until_more_is_written(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await note_and_book(pilot)
        await later(pilot)
        await press(pilot, "0")
        assert len(saved(pilot)) == 1
        end_call(pilot)
        await settle(pilot)
        await press(pilot, "f9")
        assert not asks(pilot)
        assert len(commands(pilot, messages.FinishWrapUp)) == 1


@pytest.mark.long
async def test_after_more_was_written_it_is_asked_again(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await note_and_book(pilot)
        await later(pilot)
        await press(pilot, "0")
        end_call(pilot)
        await settle(pilot)
        pilot.app.screen.query_one("#card-note").focus()
        await press(pilot, " и посинела")
        await press(pilot, "f9")
        assert asks(pilot)


async def test_who_handed_the_caller_over_to_103_finds_that_outcome_chosen_in_the_wrap_up(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        joined = ServiceCalled(number="103", answered_at=NOW - 5)
        await on_line(pilot, joined)
        assert desk.card_desk.disposition == ""
        over = replace(TALK, state="wrap_up", services=(replace(joined, handed_at=NOW),))
        show_call(pilot, "wrap_up", over)
        await settle(pilot)
        assert desk.card_desk.disposition == "emergency_103"
        await press(pilot, "f9")
        assert [command.disposition for command in saved(pilot)] == ["emergency_103"]
        assert commands(pilot, messages.FinishWrapUp)
