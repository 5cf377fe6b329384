"""Knowledge, messages, help and suggestions by keys."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.client.link.errors import Offline
from ekc_console.tui.operator.screens.knowledge import KnowledgeScreen
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.operator.screens.staff_messages import MessagesScreen, SuggestionsScreen
from ekc_console.tui.operator.widgets.commands import CommandMenu
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.fields import Note, TextField
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.suggestion import SuggestionPanel
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import messages, side_work
from ekc_console.wire.supervision import PickCall
from tests.support.desk import ME, NOW, STAFF_WORDS, ScriptedDesk
from tests.tui.steps import (
    READY,
    TALK,
    be_offered,
    be_ready,
    commands,
    focused,
    press,
    replace,
    resize,
    settle,
    show_call,
    shown,
    talk,
)

HELP = side_work.HelpRequest(
    id="5", at=NOW - 20, login="petrova", name="Петрова Мария", text="Абонент кричит",
    topic_title="Отзывы и жалобы",
)  # fmt: skip


async def test_an_answer_is_found_noted_and_the_script_stays(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "ctrl+f", "прив")
        assert isinstance(app.screen, KnowledgeScreen)
        assert focused(pilot) == "knowledge-text"
        assert "без записи" in shown(pilot, "#knowledge-answer")
        await press(pilot, "down")
        assert "Срок пересмотра прошёл" in shown(pilot, "#knowledge-answer")
        await press(pilot, "up", "enter")
        assert "Отмечено в карточке" in shown(pilot, "#knowledge-note")
        table = app.screen.query_one("#knowledge-found", LineTable)
        assert table.rows[0].cells[0] == "✓"
        await press(pilot, "escape")
        assert isinstance(app.screen, OperatorScreen)
        assert focused(pilot) == "script-input"
        session = desk.card_desk.session
        assert session is not None
        assert [(a.item, a.step) for a in session.state.side_answers] == [("answer:flu", "fio")]
        await press(pilot, "ctrl+s", "2")
        session = desk.card_desk.session
        assert session.state.side_answers[0].title == "Где сделать прививку от гриппа?"
        assert [walk.scenario for walk in session.state.earlier] == ["appointment"]


@pytest.mark.long
async def test_without_a_card_answers_are_for_reading(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+а", "полис", "enter")  # the key of F on the Russian layout
        assert "Карточка не открыта" in shown(pilot, "#knowledge-note")


async def test_nothing_found_says_what_to_do(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+f", "щщщщ")
        assert "Ничего не нашлось" in shown(pilot, "#knowledge-note")
        await press(pilot, "enter")


async def test_a_search_without_a_link_is_told(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.refuse[side_work.SearchKnowledge] = Offline("Нет связи.")
        await press(pilot, "ctrl+f", "прив")
        assert "Нет связи" in shown(pilot, "#knowledge-note")


async def test_a_message_stays_on_the_screen_until_it_is_read(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.put(*STAFF_WORDS)
        await settle(pilot)
        assert "и ещё 1" in shown(pilot, "#staff-line")
        await press(pilot, "ctrl+k", "down", "enter")
        assert isinstance(app.screen, MessagesScreen)
        assert commands(pilot, side_work.ReadMessage) == [side_work.ReadMessage(message="1")]
        desk.gone(side_work.StaffMessage, "1")
        desk.messages = (replace(STAFF_WORDS[0], read_at=NOW),)
        await settle(pilot)
        assert "Зайдите" in shown(pilot, "#staff-line")
        await press(pilot, "escape")
        assert isinstance(app.screen, OperatorScreen)


async def test_help_is_asked_and_cancelled_with_one_key(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+e", "абонент кричит", "enter")
        assert commands(pilot, side_work.AskHelp) == [side_work.AskHelp(text="абонент кричит")]
        desk.put(replace(HELP, login=ME.id, name=ME.name))
        await settle(pilot)
        assert "Руководитель позван" in shown(pilot, "#staff-line")
        await press(pilot, "ctrl+e")
        assert commands(pilot, side_work.CancelHelp) == [side_work.CancelHelp()]


@pytest.mark.long
async def test_a_medic_is_asked_from_the_list_of_commands(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app.perform("help.medic")
        await settle(pilot)
        await press(pilot, "доза", "enter")
        assert commands(pilot, side_work.AskHelp) == [side_work.AskHelp(text="доза", medic=True)]
        desk.put(replace(HELP, login=ME.id, name=ME.name, medic=True))
        await settle(pilot)
        assert "Медик позван" in shown(pilot, "#staff-line")


async def test_the_key_of_the_supervisor_takes_no_question_to_a_medic_back_unasked(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        asked = replace(HELP, login=ME.id, name=ME.name, medic=True)
        desk.put(asked)
        await press(pilot, "ctrl+e")
        assert isinstance(app.screen, Confirm)
        assert app.screen.question == "Снять вопрос медику?"
        await press(pilot, "enter")
        assert not commands(pilot, side_work.CancelHelp)
        await press(pilot, "ctrl+e", "right", "enter")
        assert commands(pilot, side_work.CancelHelp) == [side_work.CancelHelp()]
        assert "Вопрос медику снят" in shown(pilot, "#message")
        await press(pilot, "ctrl+e")
        desk.gone(side_work.HelpRequest, asked.id)
        await settle(pilot)
        assert "Вопрос снят: «Снять вопрос медику?»" in shown(pilot, "#message")


async def test_a_question_that_nobody_could_be_asked_comes_back_to_its_field(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    desk.refuse[side_work.AskHelp] = Offline("Ни медика, ни руководителя.")
    async with app.run_test() as pilot:
        await talk(pilot)
        for key, words in (("ctrl+w", "беременной жаропонижающее"), ("ctrl+e", "кричит")):
            await press(pilot, key, words, "enter")
            assert "Ни медика" in shown(pilot, "#message")
            assert app.screen.query_one("Prompt TextField", TextField).value == words
            await press(pilot, "escape")


async def test_a_call_for_help_that_is_refused_late_does_not_go_over_to_the_next_call(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    async def refuses(text: str, *, medic: bool = False) -> None:
        await answered.wait()
        raise Offline("Ни медика, ни руководителя.")

    async with app.run_test() as pilot:
        await talk(pilot)
        monkeypatch.setattr(desk.work, "ask_help", refuses)
        await press(pilot, "ctrl+e", "кричит")
        await pilot.press("enter")
        desk.gone(messages.MyCall, TALK.id)
        show_call(pilot, "talking", replace(TALK, id="c-2"))
        answered.set()
        await settle(pilot)
        assert not app.screen.query("Prompt")
        assert "не отправлено: «кричит»" in shown(pilot, "#message")


@pytest.mark.long
async def test_a_medic_sees_the_question(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.put(replace(ME, role="medic"), replace(HELP, medic=True))
        await settle(pilot)
        assert "Петрова Мария: Вопрос медику" in shown(pilot, "#staff-line")


@pytest.mark.long
async def test_a_supervisor_sees_and_answers(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.put(replace(ME, role="supervisor"), HELP)
        await settle(pilot)
        assert "Петрова Мария: Просит помощи" in shown(pilot, "#staff-line")
        await press(pilot, "ctrl+k", "enter", "подключаюсь", "enter")
        assert commands(pilot, side_work.AnswerHelp) == [
            side_work.AnswerHelp(help="5", text="подключаюсь")
        ]
        app.perform("messages.send")
        await settle(pilot)
        await press(pilot, "всем привет", "enter")
        assert commands(pilot, side_work.SendMessage) == [side_work.SendMessage(text="всем привет")]


@pytest.mark.long
async def test_an_operator_does_not_write_to_all(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        app.perform("messages.send")
        await settle(pilot)
        assert app.frame is not None
        assert app.frame.tray.panel is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "source"), [((), "caller"), (("down",), "colleague"), (("up",), "own")]
)
async def test_a_suggestion_in_two_keys(app: EkcApp, keys: tuple[str, ...], source: str) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+r", "музыку тише", *keys, "enter")
        assert commands(pilot, side_work.AddSuggestion) == [
            side_work.AddSuggestion(text="музыку тише", source=source)  # type: ignore[arg-type]
        ]
        assert "№ 7 записано" in shown(pilot, "#message")
        assert focused(pilot) == "script-choices"


@pytest.mark.long
async def test_a_suggestion_is_not_lost_with_the_link(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.refuse[side_work.AddSuggestion] = Offline("Нет связи.")
        await press(pilot, "ctrl+r", "enter")
        assert "Предложение пустое" in shown(pilot, "#suggestion-error")
        await press(pilot, "музыку тише", "enter")
        await settle(pilot)
        panel = app.screen.query_one(SuggestionPanel)
        assert panel.query_one("TextField").value == "музыку тише"  # type: ignore[attr-defined]


@pytest.mark.long
@pytest.mark.parametrize(("role", "picked"), [("operator", 1), ("volunteer", 0)])
async def test_a_call_is_picked_by_hand(
    app: EkcApp, desk: ScriptedDesk, role: str, picked: int
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await be_ready(pilot, calls=3)
        desk.put(replace(ME, role=role, state="ready", reason="", line_up=True))
        app.screen.query_one("#waiting", LineTable).focus()
        await press(pilot, "down", "enter")
        assert commands(pilot, PickCall) == [PickCall(call="w-1")] * picked


@pytest.mark.long
async def test_the_status_of_suggestions_is_visible(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        app.perform("suggestion.list")
        await settle(pilot)
        assert isinstance(app.screen, SuggestionsScreen)
        table = app.screen.query_one("#suggestions", LineTable)
        assert [row.cells[2] for row in table.rows] == ["новое", "принято"]
        await press(pilot, "down")
        assert "Сделано с понедельника" in shown(pilot, "#suggestions-text")


@pytest.mark.long
async def test_a_key_that_does_not_apply_says_why(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f8")
        assert "Разговора сейчас нет" in shown(pilot, "#message")
        await press(pilot, "f2")
        assert "Вы уже готовы" in shown(pilot, "#message")


async def test_what_a_key_said_leaves_when_it_is_no_longer_so(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    """«Вам уже предлагают вызов: F5 — ответить.» stood over the talk that F5 had begun."""
    async with app.run_test() as pilot:
        await be_offered(pilot)
        await press(pilot, "f2")
        assert "Вам уже предлагают вызов" in shown(pilot, "#message")
        await press(pilot, "f5")
        show_call(pilot, "talking", TALK)
        await settle(pilot)
        assert not app.screen.query_one("#message").display


@pytest.mark.long
async def test_a_volunteer_is_refused_before_a_number_is_typed(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.put(replace(READY, role="volunteer"))
        await press(pilot, "f4")
        assert not app.panel_open
        assert "только обратный вызов" in shown(pilot, "#message")


async def test_a_command_is_found_by_its_key_word_and_says_why_it_is_off(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+o")
        menu = app.screen.query_one(CommandMenu)
        assert all(not choice.note for choice in menu.query_one(Choices).choices)
        await press(pilot, "перевести")
        first = menu.query_one(Choices).choices[0]
        assert (first.value, first.note) == ("call.transfer", "Разговора сейчас нет.")
        await press(pilot, "enter")
        assert "Разговора сейчас нет" in shown(pilot, "#message")


@pytest.mark.long
async def test_a_personal_answer_stands_before_an_older_word_to_all(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.put(*STAFF_WORDS)
        await settle(pilot)
        assert "Зайдите после смены.  и ещё 1" in shown(pilot, "#staff-line")


@pytest.mark.long
async def test_in_the_smallest_window_what_is_typed_is_seen(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна")
        await resize(pilot, 40, 10)
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert any("иванова анна" in line for line in lines)
        assert "F10" in lines[-1]
        assert any("РАЗГОВОР" in line for line in lines)


@pytest.mark.long
@pytest.mark.parametrize("key", ["ctrl+k", "ctrl+л"])
async def test_ctrl_k_in_a_field_does_the_fields_work_and_loses_no_text(
    app: EkcApp, desk: ScriptedDesk, key: str
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "home", key)
        assert isinstance(app.focused, TextField)
        assert app.focused.value == ""
        await press(pilot, "ctrl+v")
        assert app.focused.value == "иванова анна"


@pytest.mark.long
async def test_ctrl_k_in_a_note_cuts_the_rest_of_the_line(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app.to_pane("card")
        await settle(pilot)
        note = app.screen.query_one("#card-note", Note)
        note.focus()
        await press(pilot, "важное слово", "home", "ctrl+k")
        assert note.text == ""
        await press(pilot, "ctrl+v")
        assert note.text == "важное слово"
