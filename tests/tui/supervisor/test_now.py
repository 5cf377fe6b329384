"""The screen of the centre: what is shown, going around, narrowing, the age of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.present import alarms, details, important, words
from tests.support.desk import NOW
from tests.support.supervisor import ALARMS, CALLS, CENTRE, HELP, PEOPLE, QUEUES, ScriptedSupervisor
from tests.tui.steps import focused, log_in, press, resize, settle, shown

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
SIZES = ((80, 24), (120, 40), (200, 50))


def table(pilot: Pilot[Any], name: str) -> LazyTable:
    return pilot.app.screen.query_one(f"#watch-{name}", LazyTable)


def keys(pilot: Pilot[Any], name: str) -> list[str]:
    return [row.key for row in table(pilot, name).rows]


def cells(pilot: Pilot[Any], name: str, key: str) -> str:
    row = next(row for row in table(pilot, name).rows if row.key == key)
    return " | ".join(row.cells)


def title_of(pilot: Pilot[Any], name: str) -> str:
    return str(pilot.app.screen.query_one(f"#pane-{name}").border_title)


def empty_of(pilot: Pilot[Any], name: str) -> str:
    return table(pilot, name)._empty


@pytest.mark.parametrize("size", SIZES)
async def test_the_centre_is_in_sight_at_every_size(app: EkcApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await log_in(pilot)
        assert keys(pilot, "queues") == ["vacc", "info", "doctor", "home"]
        assert title_of(pilot, "queues") == "Очереди · ждут 18"
        assert "готовы 1 · заняты 3" in title_of(pilot, "people")
        assert "СМЕНА" in shown(pilot, "#title")
        assert "данные 0 с" in shown(pilot, "#title")


async def test_an_emergency_is_said_at_the_person_and_at_the_call(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    who, what = PEOPLE[0], CALLS[0]
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(replace(who, service="103"), replace(what, service="103"))
        await settle(pilot)
        assert "вызывает 103" in cells(pilot, "people", who.id)
        assert "вызывает 103" in cells(pilot, "calls", what.id)
        desk.change(replace(who, service="103", service_up=True))
        await settle(pilot)
        assert "103 на линии" in cells(pilot, "people", who.id)


@pytest.mark.long
async def test_a_queue_that_takes_nobody_promises_no_wait(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    """On a pause and when closed; a wait that rounds to nothing has no error of nothing."""
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        assert "4±1 мин" in cells(pilot, "queues", "vacc")
        desk.change(msgspec.structs.replace(QUEUES[0], paused=True))
        await settle(pilot)
        assert "мин" not in cells(pilot, "queues", "vacc")
        await press(pilot, "enter")
        facts = shown(pilot, "#opened-facts")
        assert "Ждать новому     пока не снимут паузу" in facts


def test_a_wait_of_seconds_has_no_error_of_nothing() -> None:
    assert words.about_minutes(8.0, 12.0) == "<1 мин"


def test_a_long_label_stands_in_the_column_of_the_others() -> None:
    text = str(details.lines([("Номер", "+7"), ("Признаков угрозы нет", "да"), ("Пусто", "")]))
    assert text == "Номер                +7\nПризнаков угрозы нет да"


async def test_a_narrow_terminal_names_the_queues(app: EkcApp) -> None:
    async with app.run_test(size=(40, 12)) as pilot:
        await log_in(pilot)
        assert "Вакци" in "".join(line.text for line in table(pilot, "queues").render_lines(
            table(pilot, "queues").size.region
        ))  # fmt: skip


async def test_an_alarm_of_a_wait_that_nobody_has_any_more_does_not_count_it_on(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    """It ends with the news of the next moment."""
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(msgspec.structs.replace(QUEUES[0], waiting=0, longest_since=None))
        await settle(pilot)
        told = alarms.sentence(ALARMS[0], desk.watched, NOW)
        assert told == "Вакцинация: больше никто не ждёт"


async def test_a_table_that_was_searched_says_how_many_of_how_many_it_shows(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "/", "вакц", "enter")
        pane = app.screen.query_one("#pane-queues")
        assert str(pane.border_subtitle) == f"/ вакц · 1 из {len(QUEUES)}"
        await press(pilot, "/", "ctrl+u", "enter")
        assert not pane.border_subtitle


async def test_queues_stand_with_what_is_needed_to_judge_them(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        row = cells(pilot, "queues", "vacc")
        assert row.startswith("▲ | Вакцинация | 12 | 2:40 | ‹0:20› | 4±1 мин | 0 | 3 | ")
        assert "54 %" in row
        assert "71 %" in row
        assert cells(pilot, "queues", "info").startswith("! | Справочная")
        assert "пауза" in cells(pilot, "queues", "home")


async def test_people_are_shown_in_the_state_that_the_core_holds(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        assert "держит вызов" in cells(pilot, "people", "galya")
        assert "не принял" in cells(pilot, "people", "egor")
        assert cells(pilot, "people", "vera").startswith("! | Вера В. | перерыв")
        assert "консоли нет" in cells(pilot, "people", "zhanna")


async def test_what_changes_is_painted_and_the_cursor_stays_on_its_row(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "down")
        assert table(pilot, "queues").selected_key == "info"
        late = replace(ALARMS[0], id="a9", thing="doctor")
        desk.change(replace(QUEUES[2], waiting=30, longest_since=NOW - 300), late)
        await settle(pilot)
        assert keys(pilot, "queues")[0] == "doctor"
        assert table(pilot, "queues").selected_key == "info"
        desk.change(gone=(("WatchCall", "c-1"), ("WatchPerson", "anna")))
        await settle(pilot)
        assert "c-1" not in keys(pilot, "calls")
        assert "anna" not in keys(pilot, "people")


@pytest.mark.long
async def test_tab_turns_through_the_lists_of_a_small_terminal(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot)
        seen = []
        for _ in range(6):
            seen.append(focused(pilot).removeprefix("watch-"))
            displayed = [p.slug for p in app.screen.panes if p.display]  # type: ignore[attr-defined]
            assert seen[-1] in displayed
            assert len(displayed) == 2
            await press(pilot, "tab")
        assert seen == ["queues", "people", "calls", "important", "owed", "queues"]
        await press(pilot, "shift+tab")
        assert focused(pilot) == "watch-queues"


@pytest.mark.long
async def test_words_narrow_a_table_and_an_empty_line_shows_all(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "/", "анна", "enter")
        assert keys(pilot, "people") == ["anna", "zhanna"]
        await press(pilot, "/", "home", "ё1", "enter")
        assert keys(pilot, "people") == []
        assert "Ничего не подходит" in empty_of(pilot, "people")


@pytest.mark.long
async def test_a_call_is_found_by_the_last_digits(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "/", "1022", "enter")
        assert keys(pilot, "calls") == ["c-3"]


@pytest.mark.long
@pytest.mark.parametrize("key", ["y", "н"])
async def test_the_order_changes_with_a_key_of_either_layout(app: EkcApp, key: str) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab")
        assert keys(pilot, "people")[0] == "anna"
        await press(pilot, key)
        assert keys(pilot, "people")[0] == "egor"
        assert "Порядок: по состоянию" in shown(pilot, "#message")


async def test_data_older_than_ten_seconds_is_marked_by_the_screens_own_clock(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    """Nothing comes from the server meanwhile, not even a word that the link is gone."""
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.time += 10
        app._tick()
        await settle(pilot)
        assert "УСТАРЕЛИ" not in shown(pilot, "#title")
        desk.time += 1.5
        app._tick()
        await settle(pilot)
        assert "ДАННЫЕ УСТАРЕЛИ: 11 с" in shown(pilot, "#title")
        assert app.screen.has_class("-stale")
        desk.change(*QUEUES)
        await settle(pilot)
        assert not app.screen.has_class("-stale")


async def test_nothing_is_said_of_the_telephony_while_the_server_is_out_of_reach(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        assert "АТС есть" in shown(pilot, "#title")
        desk.set_link("connecting")
        await settle(pilot)
        assert "нет связи" in shown(pilot, "#title")
        assert "АТС" not in shown(pilot, "#title")
        assert "транки" not in shown(pilot, "#title")


async def test_the_important_stands_in_whole_lines_on_a_wide_terminal(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        important = app.screen.query_one("#pane-important").region
        assert important.width == 200
        assert important.height >= 7
        assert app.screen.query_one("#queues-plots").display
        headings = [column.title for column in table(pilot, "queues")._columns]
        assert "Поступило" in headings


async def test_what_is_important_comes_with_the_gravest_first(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        desk.put(HELP)
        desk.change(replace(CENTRE, engine="down"))
        await settle(pilot)
        rows = [" ".join(row.cells) for row in table(pilot, "important").rows]
        assert "Анна П.: Просит помощи" in rows[0]
        assert any("Телефония не работает" in row for row in rows)
        assert any("Транк reserve не зарегистрирован" in row for row in rows)
        assert any("Вакцинация: ждут 12" in row and "готовых нет" in row for row in rows)
        marks = [row.cells[0] for row in table(pilot, "important").rows]
        assert marks == sorted(marks, key="?▲!".index)


async def test_an_empty_centre_says_what_is_missing_and_how_to_change_it(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.rows = (replace(CENTRE, trunks={}),)
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        assert "queues файла настроек" in empty_of(pilot, "queues")
        assert "ekc operator" in empty_of(pilot, "people")
        assert empty_of(pilot, "calls") == "Вызовов нет."
        assert empty_of(pilot, "important") == "Ничего не требует внимания."
        desk.change(replace(CENTRE, engine="down"))
        await settle(pilot)
        assert "телефония не работает" in empty_of(pilot, "calls")


async def test_a_missing_delta_is_asked_for_and_nothing_false_is_shown(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk._numbers += 1
        desk.change(gone=(("WatchCall", "c-1"),))
        await settle(pilot)
        assert "c-1" in keys(pilot, "calls")
        desk.show(*QUEUES, *PEOPLE, *CALLS[1:], CENTRE)
        await settle(pilot)
        assert "c-1" not in keys(pilot, "calls")


@pytest.mark.long
async def test_help_tells_of_the_pane_and_its_keys(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "f1")
        text = shown(pilot, "#help-text")
        assert "за вторым" in text
        assert "Оставить в таблице строки" in text
        assert "Принять предложенный вызов" not in text
        assert "Позвать руководителя" not in text


@pytest.mark.long
async def test_no_key_of_an_operators_shift_does_anything_here(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        before = list(app.desk.commands)  # type: ignore[attr-defined]
        await press(pilot, "f2", "f4", "f12")
        assert app.desk.commands == before  # type: ignore[attr-defined]
        assert "F2" not in shown(pilot, "#keys")


@pytest.mark.long
async def test_sizes_change_under_the_supervisor(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "tab")
        for size in ((80, 24), (120, 40), (80, 24)):
            await resize(pilot, *size)
            assert focused(pilot) == "watch-important"


async def test_enter_opens_what_is_under_the_cursor_and_esc_leads_back_to_where_one_was(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "enter")
        assert "Ждать новому     4:00, ошибка в среднем 1:01" in shown(pilot, "#opened-facts")
        waiting = app.screen.query_one("#opened-waiting", LazyTable)
        assert [row.key for row in waiting.rows] == ["c-2", "c-1"]
        serving = app.screen.query_one("#opened-people", LazyTable)
        assert serving.rows[0].cells[0] == "Борис О."
        assert ("Галя К.", "держит вызов: Справочная") in [row.cells for row in serving.rows]
        await press(pilot, "enter")
        assert "место 1 из 2" in shown(pilot, "#opened-facts")
        await press(pilot, "escape", "escape")
        assert focused(pilot) == "watch-queues"


@pytest.mark.long
async def test_a_person_opened_shows_state_call_and_the_load_of_the_queues(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "enter")
        text = shown(pilot, "#opened-facts")
        assert "разговор 4:12" in text
        assert "+7 900 000-00-07" in text
        assert "вызовов 7 · в среднем 3:31 · занятость 82 %" in text
        queues = app.screen.query_one("#opened-queues", LazyTable)
        assert [row.key for row in queues.rows] == ["vacc", "info"]


async def test_a_call_that_ends_while_it_is_open_says_so(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "end", "enter")
        assert "В меню           Прививки" in shown(pilot, "#opened-facts")
        desk.change(gone=(("WatchCall", "c-7"),))
        await settle(pilot)
        assert shown(pilot, "#opened-facts") == "Вызов закончен."


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
async def test_what_is_important_is_read_to_its_end(
    app: EkcApp, desk: ScriptedSupervisor, size: tuple[int, int]
) -> None:
    told = replace(ALARMS[0], told=("Соня Н.", "Борис О."), called=("Вера В.",))
    async with app.run_test(size=size) as pilot:
        await log_in(pilot)
        desk.put(HELP)
        desk.change(told)
        await settle(pilot)
        app.screen.show_pane("important")  # type: ignore[attr-defined]
        await press(pilot, "home")
        width = table(pilot, "important").size.width - important.BESIDE
        for row in table(pilot, "important").rows:
            whole = row.cells[2] if len(row.cells[2]) <= width else shown(pilot, "#important-text")
            assert row.cells[2] == whole
            await press(pilot, "down")


@pytest.mark.long
async def test_important_leads_to_the_queue_and_to_the_person(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.put(HELP)
        await settle(pilot)
        await press(pilot, "shift+tab", "shift+tab", "home")
        await press(pilot, "enter")
        assert "разговор 4:12" in shown(pilot, "#opened-facts")
        await press(pilot, "escape", "down", "enter")
        assert "Ждать новому" in shown(pilot, "#opened-facts")


@pytest.mark.long
async def test_the_help_lists_no_keys_of_an_operators_lists(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "f1")
        text = shown(pilot, "#help-text")
        assert "Найти" in text or "Оставить в таблице" in text
        for of_an_operator in ("Выбрать ответ звонящего", "Дальше по сценарию", "Взять выбранный"):
            assert of_an_operator not in text
        assert "обратных вызовов" not in text
