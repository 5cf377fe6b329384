from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.errors import EkcError
from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.operator.screens.find import FindScreen
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shared.keys.registry import ACTIONS, shown_key
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.help import help_text
from ekc_console.wire import messages, side_work
from tests.support.desk import CALLBACKS, KNOWLEDGE, NOW, STAFF_WORDS, ScriptedDesk, waiting
from tests.support.sweep import sweep
from tests.tui.steps import be_ready, commands, desk_of, focused, press, resize, settle, shown, talk

pytestmark = pytest.mark.long

WIDE = (120, 40)


def table(app: EkcApp, selector: str) -> LineTable:
    return app.screen.query_one(selector, LineTable)


def keys_of_callbacks(pilot: Pilot[Any]) -> str:
    return shown(pilot, "#callbacks-keys").splitlines()[-1]


async def test_the_queue_is_live_and_the_cursor_stays_on_its_call(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, calls=6)
        await press(pilot, "down", "down")
        assert table(app, "#waiting").selected_key == "w-2"
        desk.gone(messages.WaitingCall, "w-0")
        await settle(pilot)
        assert table(app, "#waiting").selected_key == "w-2"
        assert len(table(app, "#waiting").rows) == 5


async def test_a_burst_of_changes_is_painted_together(app: EkcApp, desk: ScriptedDesk) -> None:
    painted: list[frozenset[str]] = []
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        original = app._repainter._paint
        app._repainter._paint = lambda names: (painted.append(names), original(names))[1]
        for index in range(200):
            desk.put(waiting(200)[index])
        await settle(pilot)
        assert len(painted) < 20
        assert len(table(app, "#waiting").rows) == 200


async def test_a_callback_is_dialled_with_enter(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        table(app, "#callbacks").focus()
        await press(pilot, "enter")
        assert commands(pilot, messages.DialCallback) == [
            messages.DialCallback(callback=CALLBACKS[0].id)
        ]


async def test_a_callback_is_closed_after_a_question(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        table(app, "#callbacks").focus()
        await press(pilot, "down", "delete", "enter")
        assert not commands(pilot, messages.CloseCallback)
        await press(pilot, "delete", "tab", "enter")
        assert commands(pilot, messages.CloseCallback) == [
            messages.CloseCallback(callback=CALLBACKS[1].id, result="cancelled")
        ]


async def test_an_urgent_callback_is_closed_with_a_reason_only(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        urgent = msgspec.structs.replace(CALLBACKS[0], urgent=True, given_up=True, attempts=4)
        desk_of(pilot).put(urgent)
        await settle(pilot)
        rows = table(app, "#callbacks").rows
        assert "ЭКСТРЕННО" in rows[0].cells[2]
        assert rows[0].cells[-1] == "решите сами"
        table(app, "#callbacks").focus()
        await press(pilot, "delete", "enter")
        assert not commands(pilot, messages.CloseCallback)
        await press(pilot, "скорая у больного", "enter")
        assert commands(pilot, messages.CloseCallback) == [
            messages.CloseCallback(callback="cb1", result="cancelled", why="скорая у больного")
        ]


HELD = messages.CallbackInfo(
    id="cb3", number="+53 5 1234567", since=NOW - 7200, where="queue", topic_title="Вакцинация",
    held="foreign", may_dial=False,
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), pytest.param(WIDE, marks=pytest.mark.long)])
async def test_the_list_says_why_a_number_is_not_dialled_by_itself(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await be_ready(pilot)
        desk.put(HELD)
        await settle(pilot)
        app.to_pane("callbacks")
        await settle(pilot)
        (row,) = table(app, "#callbacks").rows
        assert "зарубежный · Вакцинация" in row.cells
        assert "ждёт решения" in row.cells
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert any("Номер зарубежный: вам не набрать" in line for line in lines)


async def test_such_a_number_is_called_back_after_a_question(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        desk.put(msgspec.structs.replace(HELD, may_dial=True))
        await settle(pilot)
        table(app, "#callbacks").focus()
        await settle(pilot)
        assert keys_of_callbacks(pilot) == "Enter перезвонить   Delete убрать"
        await press(pilot, "up")
        assert keys_of_callbacks(pilot) == "Номер зарубежный: Enter переспросит"
        await press(pilot, "enter")
        question, consequence = (
            str(app.screen.query_one(f"#confirm-{part}", Static).content)
            for part in ("question", "consequence")
        )
        assert question == "Перезвонить на +53 5 1234567?"
        assert "заплатит центр" in consequence
        await press(pilot, "enter")
        assert not commands(pilot, messages.DialCallback)
        await press(pilot, "enter", "tab", "enter")
        assert commands(pilot, messages.DialCallback) == [messages.DialCallback(callback="cb3")]


async def test_who_was_promised_a_later_time_is_called_after_a_question(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    """From the list, and by the number typed; the time is in sight in the narrowest list."""
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        desk.put(
            msgspec.structs.replace(
                CALLBACKS[0], number="+7 912 000-00-31", postponed=True, not_before=NOW + 3600
            )
        )
        await settle(pilot)
        time = wording.moment(NOW + 3600, NOW)
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert any("+7 912 000-00-31" in line and f"на {time}" in line for line in lines)
        table(app, "#callbacks").focus()
        await settle(pilot)
        assert keys_of_callbacks(pilot) == f"Обещано на {time}: Enter переспросит"
        await press(pilot, "enter")
        consequence = app.screen.query_one("#confirm-consequence", Static)
        assert str(consequence.content).startswith(
            f"Обещано перезвонить {wording.at_moment(NOW + 3600, NOW)}, сейчас "
        )
        await press(pilot, "enter")
        await press(pilot, "f4", "+7 912 000-00-31", "enter", "enter")
        assert not commands(pilot, messages.DialCallback) + commands(pilot, messages.Dial)
        table(app, "#callbacks").focus()
        await press(pilot, "enter", "tab", "enter")
        assert commands(pilot, messages.DialCallback) == [messages.DialCallback(callback="cb1")]


@pytest.mark.long
async def test_who_may_not_call_it_is_told_why_and_keeps_the_list(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        desk.put(HELD)
        await settle(pilot)
        desk.refuse[messages.DialCallback] = EkcError("Номер не набран: зарубежный.")
        table(app, "#callbacks").focus()
        await press(pilot, "enter")
        assert "Номер не набран: зарубежный." in shown(pilot, "#message")
        assert focused(pilot) == "callbacks"


async def test_find_list_card_and_back(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f3", "0017", "enter")
        assert commands(pilot, messages.FindContacts) == [messages.FindContacts(text="0017")]
        assert focused(pilot) == "found"
        await press(pilot, "enter")
        assert isinstance(app.screen, CardScreen)
        text = shown(pilot, "#card-text")
        assert "Сидорова Елена Павловна" in text
        assert "12.03.1985" in text
        assert "Просила перезвонить" in text
        await press(pilot, "escape")
        assert isinstance(app.screen, FindScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, OperatorScreen)


@pytest.mark.long
async def test_nothing_found_and_a_refused_search(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.found = ()
        await press(pilot, "f3", "enter")
        assert "Введите номер или имя" in shown(pilot, "#find-note")
        await press(pilot, "иванов", "enter")
        assert "Ничего не найдено" in table(app, "#found")._empty
        desk.refuse[messages.FindContacts] = EkcError("Нужно не меньше 4 цифр.", "Добавьте цифры.")
        await press(pilot, "enter")
        assert shown(pilot, "#find-note") == "Нужно не меньше 4 цифр. Добавьте цифры."


@pytest.mark.long
async def test_an_earlier_contact_opens_from_the_caller_pane(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+n", "down", "enter")
        assert "У этого обращения карточки нет" in shown(pilot, "#card-text")
        await press(pilot, "escape")
        assert focused(pilot) == "history"


@pytest.mark.parametrize(
    ("key", "back"), sweep([("ctrl+n", "ctrl+p"), ("ctrl+т", "ctrl+з")], every=2)
)
async def test_panes_by_keys_on_a_narrow_terminal(app: EkcApp, key: str, back: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await be_ready(pilot, callbacks=True)
        seen = []
        for _ in range(6):
            active = [pane.slug for pane in app.screen.query(Pane) if pane.display]
            assert len(active) == 1
            seen += active
            await press(pilot, key)
        assert set(seen) == {"script", "caller", "card", "queue", "callbacks", "day"}
        await press(pilot, back)
        assert [pane.slug for pane in app.screen.query(Pane) if pane.display] == [seen[-1]]


@pytest.mark.long
async def test_all_panes_stand_on_a_wide_terminal_and_resizing_keeps_the_focus(
    app: EkcApp,
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        hidden = [pane.slug for pane in app.screen.query(Pane) if not pane.display]
        assert sorted(hidden) == ["knowledge", "news"]
        await press(pilot, "1", "иванова")
        await resize(pilot, 80, 24)
        assert [pane.slug for pane in app.screen.query(Pane) if pane.display] == ["script"]
        await press(pilot, " анна", "enter")
        assert "Дата рождения" in shown(pilot, "#script-text")


def seven_queues(desk: ScriptedDesk) -> None:
    for index in range(7):
        desk.put(
            messages.QueueInfo(
                id=f"q{index}", title=f"Очередь {index}", waiting=int(index == 6),
                longest_since=NOW - 30 if index == 6 else None, agents_ready=1, agents_busy=1,
                wait_first_s=20.0, wait_second_s=60.0, answered_today=0, abandoned_today=0,
            )
        )  # fmt: skip


def queues_in_sight(app: EkcApp) -> list[str]:
    queues = table(app, "#queues")
    return [row.key for row in queues.rows[: queues.size.height - 1]]


@pytest.mark.long
async def test_every_queue_is_in_sight_while_few_wait(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, calls=3)
        seven_queues(desk)
        await settle(pilot)
        assert {f"q{index}" for index in range(7)} <= set(queues_in_sight(app))


async def test_where_not_all_fit_those_with_callers_come_first(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        await be_ready(pilot, calls=12)
        seven_queues(desk)
        await settle(pilot)
        assert "q6" in queues_in_sight(app)
        assert len(queues_in_sight(app)) < len(table(app, "#queues").rows)
        assert table(app, "#waiting").size.height >= 6


@pytest.mark.long
async def test_a_pane_is_zoomed_and_the_desk_comes_back(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, calls=6)
        await press(pilot, "ctrl+t", "z")
        assert [pane.slug for pane in app.screen.query(Pane) if pane.region.area] == ["queue"]
        assert table(app, "#waiting").size.width > 110
        await press(pilot, "ctrl+n")
        assert [pane.slug for pane in app.screen.query(Pane) if pane.region.area] == ["callbacks"]
        await press(pilot, "ctrl+t", "z")
        assert len([pane for pane in app.screen.query(Pane) if pane.region.area]) == 6
        assert focused(pilot) == "callbacks"


@pytest.mark.long
async def test_a_large_terminal_zooms_the_panes_that_only_it_has(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await be_ready(pilot, calls=6)
        app.to_pane("news")
        await press(pilot, "ctrl+t", "z")
        assert [pane.slug for pane in app.screen.query(Pane) if pane.region.area] == ["news"]
        await press(pilot, "ctrl+n", "ctrl+t", "я")
        assert len([pane for pane in app.screen.query(Pane) if pane.region.area]) == 8


@pytest.mark.long
async def test_the_zoom_is_offered_only_where_it_does_something(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await be_ready(pilot, calls=6)
        assert not app.situation().zoomable
        await resize(pilot, *WIDE)
        assert app.situation().zoomable


@pytest.mark.long
async def test_the_list_one_is_in_stays_in_sight_when_the_terminal_shrinks(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+t", "s", "down")
        assert focused(pilot) == "history"
        for size in ((120, 26), (80, 24), (120, 30)):
            await resize(pilot, *size)
            pane, table = app.screen.query_one("#pane-caller"), app.screen.query_one("#history")
            assert pane.content_region.contains_region(table.region), size


def test_help_finds_every_key() -> None:
    for action in ACTIONS:
        if key := shown_key(action):
            text = help_text(Situation(logged_in=True), key).plain
            assert key in text
            assert action.help in text


async def test_help_lists_what_works_now_and_is_searched(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await talk(pilot)
        await press(pilot, "f1")
        text = shown(pilot, "#help-text")
        assert "Завершить разговор" in text
        assert [line.split()[0] for line in text.splitlines() if "F8" in line] == ["F8"]
        assert "Позвонить по номеру" not in text
        await press(pilot, "номеру")
        text = shown(pilot, "#help-text")
        assert "Позвонить по номеру   Номер набирают между вызовами" in text
        assert "Завершить разговор" not in text
        await press(pilot, "ы")
        assert "Такой команды нет" in shown(pilot, "#help-text")


async def test_the_command_list_is_narrowed_by_typing_and_runs(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+o", "журнал", "enter")
        assert type(app.screen).__name__ == "LogScreen"


@pytest.mark.long
async def test_the_look_is_changed_and_remembered(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        assert app.theme == "ekc-dark"
        await press(pilot, "ctrl+o", "оформление", "enter")
        assert app.theme == "ekc-light"
    again = EkcApp(desk, server="", state_dir=app._state_dir)
    assert again.theme == "ekc-light"


async def test_every_screen_fits_a_small_and_a_large_terminal(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        for size in ((80, 24), (60, 15), (119, 36), (120, 24), (200, 50)):
            await resize(pilot, *size)
            for selector in ("#title", "#call", "#keys"):
                region = app.screen.query_one(selector).region
                assert region.width == size[0]
                assert 0 <= region.y < size[1]


@pytest.mark.long
async def test_help_over_help_is_one_help(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f1", "f1", "f3", "f1", "escape")
        assert isinstance(app.screen, OperatorScreen)


@pytest.mark.long
async def test_a_large_terminal_shows_the_messages_and_a_small_one_goes_back_to_the_script(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await be_ready(pilot)
        desk.put(*STAFF_WORDS)
        await settle(pilot)
        assert table(app, "#news").rows[0].cells[1].startswith("Орлова Нина: Зайдите")
        await press(pilot, "ctrl+t", "w", "enter")
        assert commands(pilot, side_work.ReadMessage)[0].message == STAFF_WORDS[1].id
        await resize(pilot, 80, 24)
        assert [pane.slug for pane in app.screen.query(Pane) if pane.display] == ["script"]


@pytest.mark.long
async def test_the_answers_to_the_step_stand_beside_the_script_of_a_large_terminal(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await talk(pilot)
        [asked] = commands(pilot, side_work.SearchKnowledge)
        assert asked.text == "Запись к врачу Признаки угрозы жизни"
        assert asked.kinds == ("answer", "clinic")
        assert "без записи" in shown(pilot, "#knowledge-answer")
        assert "К этому шагу" in shown(pilot, "#knowledge-note")
        await press(pilot, "1")
        assert len(commands(pilot, side_work.SearchKnowledge)) == 2
        await press(pilot, "ctrl+f")
        assert isinstance(app.screen, OperatorScreen)
        assert focused(pilot) == "knowledge-text"
        await press(pilot, "полис", "enter")
        assert commands(pilot, side_work.SearchKnowledge)[-1].text == "полис"
        session = desk.card_desk.session
        assert session is not None
        assert [given.item for given in session.state.side_answers] == [KNOWLEDGE[2].id]
        await press(pilot, "escape")
        assert focused(pilot) == "script-input"
        assert "К этому шагу" in shown(pilot, "#knowledge-note")


@pytest.mark.long
async def test_a_smaller_terminal_asks_for_no_answers(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        await press(pilot, "1")
        assert not commands(pilot, side_work.SearchKnowledge)
        await press(pilot, "ctrl+f")
        assert not isinstance(app.screen, OperatorScreen)


@pytest.mark.long
async def test_the_titles_of_the_lists_count_what_is_in_them(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await be_ready(pilot, calls=8, callbacks=True)
        view = desk_of(pilot).view
        for name, rows in (("queue", view.waiting), ("callbacks", view.callbacks)):
            title = str(app.screen.query_one(f"#pane-{name}").border_title)
            assert rows
            assert title.endswith(f" · {len(rows)}"), name
