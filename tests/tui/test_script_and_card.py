from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from ekc_console.client.link.errors import Refused
from ekc_console.tui.operator.panes.script import ScriptPane
from ekc_console.tui.operator.present import script
from ekc_console.tui.shared.keys import held
from ekc_console.tui.shared.keys.held import Unread
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.fields import Note, TextField
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from ekc_console.wire.call_control import ServiceCalled
from tests.support.desk import NOW, SCENARIO, ScriptedDesk
from tests.support.sweep import sweep
from tests.tui.steps import (
    READY,
    commands,
    end_call,
    focused,
    press,
    resize,
    settle,
    shown,
    talk,
    until,
    wrap_up,
)

WIDE = (120, 40)

CALLED = (ServiceCalled(number="103", answered_at=NOW),)


async def test_the_whole_script_by_keys(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        assert focused(pilot) == "script-choices"
        await press(pilot, "1")
        assert "фамилию, имя и отчество" in shown(pilot, "#script-text")
        assert focused(pilot) == "script-input"
        await press(pilot, "иванова анна", "enter", "120385", "enter", "enter", "1")
        assert "Иванова Анна, вы записаны" in shown(pilot, "#script-text")
        await press(pilot, "enter")
        assert "Сценарий пройден" in shown(pilot, "#script-text")
        assert desk.card_desk.session is not None
        assert dict(desk.card_desk.session.fields) == {
            "number": "+79120000017",
            "fio": "Иванова Анна",
            "birth_date": "1985-03-12",
            "clinic": "",
            "referral": "yes",
        }
        assert desk.card_desk.disposition == "booked"
        await press(pilot, "f9")
        assert "Сценарий пройден, карточка сохранена." in shown(pilot, "#script-text")


CHECK: dict[str, Any] = {
    "title": "103 ответила?",
    "choose": "Соединяю со скорой. Не кладите трубку.",
    "operator": "Дождитесь ответа 103.",
    "hint": "Клавиша 103 действует на каждом шаге.",
    "signs": True,
    "deliberate": True,
    "options": [
        {"key": "1", "label": "Ответила", "next": "handed_over"},
        {"key": "2", "label": "Не ответила", "next": "fio"},
    ],
}


@pytest.mark.long
async def test_words_to_say_and_what_to_do_are_both_shown_in_two_styles(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCENARIO["steps"], "emergency", CHECK)
    async with app.run_test() as pilot:
        await talk(pilot)
        text = app.screen.query_one("#script-text", Painted).shown
        assert text.plain.startswith(
            "Соединяю со скорой. Не кладите трубку.\n\nСделайте: Дождитесь ответа 103."
        )
        bold = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]
        assert "Соединяю со скорой. Не кладите трубку." in bold
        assert not any("Дождитесь" in words for words in bold)
        assert "Клавиша 103 действует" in text.plain


@pytest.mark.long
async def test_signs_of_an_emergency_stand_beside_the_question(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCENARIO["steps"], "emergency", CHECK)
    async with app.run_test() as pilot:
        await talk(pilot)
        assert "103  Ctrl+Z  перекосило лицо · не дышит\n 112   бьют" in shown(
            pilot, "#script-text"
        )
        await press(pilot, "2")
        assert "перекосило" not in shown(pilot, "#script-text")


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), WIDE])
async def test_every_answer_is_in_sight_below_a_long_text(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    options = [{**CHECK["options"][0], "key": str(n), "label": f"Ответ {n}"} for n in range(1, 7)]
    step = {**CHECK, "choose": "Признаки угрозы жизни. " * 60, "options": options}
    monkeypatch.setitem(SCENARIO["steps"], "emergency", step)
    steps = {name: SCENARIO["steps"][name] for name in ("emergency", "handed_over")}
    monkeypatch.setitem(SCENARIO, "steps", steps)
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        choices = app.screen.query_one("#script-choices", Choices)
        assert choices.region.height == len(options)
        assert choices.region.bottom <= app.screen.query_one("#pane-script").region.bottom


async def test_an_emergency_disposition_is_not_chosen_by_a_blind_enter(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCENARIO["steps"], "emergency", CHECK)
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "enter", "enter")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "emergency"
        assert desk.card_desk.disposition == ""
        await press(pilot, "down", "enter")
        assert desk.card_desk.disposition == "emergency_103"


@pytest.mark.long
async def test_the_answer_of_one_question_is_not_marked_at_the_next(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when both have the same answers."""
    again = [{**option, "next": "handed_over"} for option in CHECK["options"]]
    first = [{**option, "next": "again"} for option in CHECK["options"]]
    monkeypatch.setitem(SCENARIO["steps"], "emergency", {**CHECK, "options": first})
    monkeypatch.setitem(SCENARIO["steps"], "again", {**CHECK, "options": again})
    steps = {
        k: v for k, v in SCENARIO["steps"].items() if k in ("emergency", "again", "handed_over")
    }
    monkeypatch.setitem(SCENARIO, "steps", steps)
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "2", "enter")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "again"


async def test_a_wrong_value_is_said_beside_the_field(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "1", "enter")
        assert "не похоже на часть имени" in shown(pilot, "#script-error")
        assert app.screen.query_one("#script-input", Input).value == "1"
        await press(pilot, "backspace", "и")
        assert not app.screen.query_one("#script-error").display


LONG = "г. Екатеринбург, ул. Академика Постовского, д. 12, подъезд 4, домофон 145, корп. 3, кв. 145"


def field_line(app: EkcApp) -> str:
    """What the terminal shows of the field's one line."""
    field = app.screen.query_one("#script-input", Input).content_region
    strip = app.screen._compositor.render_strips()[field.y]
    return strip.text[field.x : field.right]


@pytest.mark.long
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("after", ["paste", "back", "resize", "find"])
async def test_text_longer_than_its_field_is_read_with_its_cursor(
    app: EkcApp, width: int, after: str
) -> None:
    async with app.run_test(size=(width, 40)) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "120385", "enter", LONG)
        if after == "back":
            await press(pilot, "enter", "ctrl+b")
        elif after == "resize":
            await resize(pilot, width - 10, 30)
        elif after == "find":
            await press(pilot, "f3", "escape")
        field = app.screen.query_one("#script-input", Input)
        assert focused(pilot) == "script-input"
        assert field_line(app).strip().endswith("корп. 3, кв. 145")
        await press(pilot, "left")  # at the very end Textual counts the cursor one cell too far
        assert field.content_region.contains(*field.cursor_screen_offset)
        await press(pilot, "home")
        assert field_line(app).startswith("г. Екатеринбург")


@pytest.mark.long
async def test_a_pasted_text_of_twenty_lines_is_joined(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "120385", "enter")
        lines = [f"строка {number}" for number in range(20)]
        await press(pilot, "было ", "\r\n".join(lines), "\n")
        field = app.screen.query_one("#script-input", Input)
        assert field.value == "было " + " ".join(lines)


@pytest.mark.long
async def test_a_pasted_text_that_is_too_long_says_so(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "120385", "enter", "слово\n" * 400)
        assert len(app.screen.query_one("#script-input", Input).value) == 1000
        assert "Вставлено не всё" in shown(pilot, "#message")


async def test_a_question_unread_is_not_answered_by_the_key_before_and_a_refused_key_marks_nothing(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a question of danger a refused digit would be what the next Enter takes."""

    def at_step() -> str:
        return desk.card_desk.step.id if desk.card_desk.step else ""

    again = [{**option, "next": "handed_over"} for option in CHECK["options"]]
    first = [{**option, "next": "again"} for option in CHECK["options"]]
    monkeypatch.setitem(SCENARIO["steps"], "emergency", {**CHECK, "options": first})
    monkeypatch.setitem(SCENARIO["steps"], "again", {**CHECK, "options": again, "deliberate": True})
    steps = {
        k: v for k, v in SCENARIO["steps"].items() if k in ("emergency", "again", "handed_over")
    }
    monkeypatch.setitem(SCENARIO, "steps", steps)
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        monkeypatch.setattr(held, "SAME_KEY_S", 0.2)
        at = [100.0]
        app.screen.query_one(ScriptPane).unread = Unread(lambda: at[0])
        await press(pilot, "2")
        assert at_step() == "again"
        for at[0] in (100.1, 100.3, 100.45):
            await press(pilot, "2")
        assert "«2» ещё раз так скоро не принято: нажмите снова." in shown(pilot, "#message")
        at[0] = 102.0
        await press(pilot, "enter")
        assert at_step() == "again"
        await press(pilot, "2")
        assert at_step() == "handed_over"


async def test_a_digit_that_led_into_a_field_is_typed_there_by_a_finger_and_not_by_being_held(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        monkeypatch.setattr(held, "SAME_KEY_S", 0.2)

        async def ones(*times: float) -> str:
            for at in times:
                event = events.Key("1", "1")
                event.time = at
                app.post_message(event)
            await settle(pilot)
            return app.screen.query_one("#script-input", Input).value

        began = time.monotonic() + 100.0
        assert await ones(began) == ""
        assert app.focused is app.screen.query_one("#script-input")
        assert await ones(*(began + 0.5 + 0.033 * number for number in range(6))) == ""
        await ones(began + 0.95)
        await until(pilot, lambda: app.screen.query_one("#script-input", Input).value == "1")
        assert await ones(began + 1.1) == "11"


async def test_a_required_field_is_not_passed_empty(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "enter")
        assert "обязательное поле" in shown(pilot, "#script-error")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "fio"


async def test_a_name_known_from_before_is_taken_by_enter_and_replaced_by_typing(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        desk.card_desk.set_field("fio", "Оля")
        await press(pilot, "1", "сидоров")
        field = app.screen.query_one("#script-input", Input)
        assert field.value == "сидоров"
        await press(pilot, "enter", "ctrl+b", "а")
        assert field.value == "Сидорова"


@pytest.mark.long
@pytest.mark.parametrize("key", sweep(["ctrl+b", "ctrl+и"], every=2))
async def test_back_keeps_the_answers(app: EkcApp, key: str) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", key)
        assert app.screen.query_one("#script-input", Input).value == "Иванова Анна"
        await press(pilot, key)
        choices = app.screen.query_one("#script-choices", Choices)
        assert [choice.chosen for choice in choices.choices] == [True, False]


@pytest.mark.long
async def test_text_that_is_not_entered_outlives_a_step_back(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "1203", "ctrl+b")
        field = app.screen.query_one("#script-input", Input)
        assert field.value == "Иванова Анна"
        await press(pilot, "enter")
        assert field.value == "1203"
        await press(pilot, "85", "enter", "ctrl+b")
        assert field.value == "12.03.1985"


async def test_a_half_typed_field_outlives_a_killed_console(
    app: EkcApp, desk: ScriptedDesk, tmp_path: Path
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова ан")
    again = EkcApp(ScriptedDesk(tmp_path), server="", state_dir=tmp_path)
    async with again.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1")
        assert again.screen.query_one("#script-input", Input).value == "иванова ан"


@pytest.mark.long
async def test_left_goes_back_from_choices(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "120385", "enter", "enter", "left")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "clinic"


@pytest.mark.long
async def test_jump_to_a_step_of_the_path(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "ctrl+g", "1")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "emergency"
        assert focused(pilot) == "script-choices"


async def test_a_digit_answers_wherever_the_focus_is(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        app.screen.query_one("#waiting", LineTable).focus()
        await press(pilot, "2")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "handed_over"
        assert focused(pilot) == "waiting"


@pytest.mark.long
async def test_another_scenario_keeps_the_fields(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "ctrl+s", "2")
        assert desk.card_desk.scenario is not None
        assert desk.card_desk.scenario.id == "general"
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Иванова Анна"


@pytest.mark.long
async def test_a_field_is_corrected_in_the_card(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter")
        app.screen.query_one("#card-fields", LineTable).focus()
        await press(pilot, "down", "enter", "ctrl+u", "1", "enter")
        assert "не похоже на часть имени" in shown(pilot, "#prompt-note")
        await press(pilot, "ctrl+u", "петрова анна", "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Петрова Анна"
        assert desk.card_desk.session.step.id == "birth_date"
        assert focused(pilot) == "card-fields"


@pytest.mark.long
async def test_the_note_is_kept_as_it_is_typed(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        app.screen.query_one("#card-note", Note).focus()
        await press(pilot, "плохо слышно")
        assert desk.card_desk.note == "плохо слышно"


async def test_f9_asks_for_the_disposition_then_saves_and_ends_the_wrap_up(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await wrap_up(pilot)
        assert focused(pilot) == "script-input"
        await press(pilot, "f9")
        assert "Не выбран итог" in shown(pilot, "#message")
        assert focused(pilot) == "card-dispositions"
        await press(pilot, "2")
        assert desk.card_desk.disposition == "waiting_list"
        assert not app.screen.query_one("#message").display, "it is chosen by now"
        await press(pilot, "f9")
        saved = commands(pilot, messages.SaveCard)
        assert [command.disposition for command in saved] == ["waiting_list"]
        assert commands(pilot, messages.FinishWrapUp)


@pytest.mark.long
async def test_f9_in_the_talk_saves_and_does_not_end_it(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot, services=CALLED)
        await press(pilot, "2", "f9")
        assert commands(pilot, messages.SaveCard)
        assert not commands(pilot, messages.FinishWrapUp)


async def test_a_card_that_the_server_cannot_write_now_does_not_keep_the_operator(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await wrap_up(pilot)
        desk.refuse[messages.SaveCard] = Refused("server_busy", "Сервер сейчас не может записать.")
        await press(pilot, "f9")
        await press(pilot, "2", "f9")
        assert commands(pilot, messages.FinishWrapUp)
        assert "сохранена на этом компьютере" in shown(pilot, "#message")


async def test_the_end_of_the_call_moves_no_focus(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "ива")
        end_call(pilot)
        await settle(pilot)
        await press(pilot, "нова анна", "enter")
        assert "Дата рождения" in shown(pilot, "#script-text")


@pytest.mark.long
async def test_the_script_is_put_away_with_the_card(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot, services=CALLED)
        await press(pilot, "2", "f9")
        desk.gone(messages.MyCall, "c-1")
        desk.put(READY)
        await settle(pilot)
        assert "Сценарий появится вместе с вызовом" in shown(pilot, "#script-text")
        assert focused(pilot) == "script-scroll"


@pytest.mark.long
async def test_a_field_is_completed_with_arrows(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "сид")
        offered = app.screen.query_one("#script-completions", Choices)
        assert [choice.label for choice in offered.choices] == ["Сидорова Елена Павловна"]
        await press(pilot, "down", "up", "down", "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Сидорова Елена Павловна"
        assert not offered.display


@pytest.mark.long
async def test_what_is_typed_goes_before_what_is_offered(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "сид", "enter", "5 мая")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Сид"
        assert shown(pilot, "#script-remark") == "05.05.2026, вторник"


ADDRESS = "г. Тобольск, микрорайон Менделеево, улица Станционная, дом 17, корпус 2, квартира 145"


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_an_address_longer_than_its_line_is_read_whole(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter", "12.03.1985", "enter", ADDRESS)
        assert shown(pilot, "#script-remark") == ADDRESS
        await press(pilot, "enter")
        app.to_pane("card")
        await settle(pilot)
        app.cards.correct("clinic")
        await settle(pilot)
        typed = app.screen.query_one("Prompt TextField", TextField)
        whole = len(ADDRESS) < typed.content_size.width
        assert whole or ADDRESS in shown(pilot, "#prompt-note")


@pytest.mark.long
async def test_the_place_in_the_script_is_not_cut_off_by_a_long_title(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        session = desk.card_desk.session
        assert session is not None
        for width in (30, 20):
            text = script.heading(session, width).plain
            assert text.endswith("шаг 1 из 7")
            assert len(text) <= width


@pytest.mark.long
async def test_why_a_pasted_text_is_refused_is_in_sight_above_the_whole_of_it(app: EkcApp) -> None:
    pasted = "\n".join(f"строка {n}: врач не пришёл, ждали с утра" for n in range(1, 21))
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "1", pasted, "enter")
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        reason = next(i for i, line in enumerate(lines) if "не похоже на часть имени" in line)
        whole = next(i for i, line in enumerate(lines) if "строка 2: врач" in line)
        assert reason < whole
