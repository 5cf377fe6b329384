"""Settings on the screen: what a file would change, rehearsed, put in force and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.client import admin_desk
from ekc_console.client.link.errors import Refused
from ekc_console.client.words.saying import parts
from ekc_console.tui.admin.screens.rehearsal import RehearsalScreen
from ekc_console.tui.shared.keys.reasons import why_not
from ekc_console.tui.shared.keys.registry import BY_ID
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import messages, way_in
from ekc_console.wire.centre import rehearsal
from ekc_console.wire.words import words
from tests.support.admin import CHANGE, REHEARSAL, ScriptedAdmin
from tests.tui.steps import commands, log_in, press, settle, shown, until

SIZE = (120, 40)
TEXT = "queues: [{id: main}]"


async def begin(pilot: Pilot[Any], folder: Path, *keys: str) -> None:
    """The file of settings is open."""
    await log_in(pilot)
    await press(pilot, "tab", "tab")
    await begin_with(pilot, folder, *keys)


async def begin_with(pilot: Pilot[Any], folder: Path, *keys: str) -> None:
    (folder / "ekc.yaml").write_text(TEXT, encoding="utf-8")
    await press(pilot, "o", str(folder / "ekc.yaml"), "enter", *keys)


def rows(app: EkcApp, table: str = "#settings") -> list[tuple[str, ...]]:
    return [tuple(row.cells) for row in app.screen.query_one(table, LineTable).rows]


def headings(app: EkcApp) -> tuple[str, ...]:
    line = app.screen.query_one("#settings", LineTable).render_line(0).text
    return tuple(line.split())


def title(app: EkcApp) -> str:
    return str(app.screen.query_one("#pane-settings").border_title)


async def test_what_is_in_force_is_shown_before_a_file_is_opened_and_after_it_is_closed(
    app: EkcApp, tmp_path: Path
) -> None:
    in_force = [
        ("Запись к врачу", "кому предлагать вызов", "кто дольше свободен"),
        ("Запись к врачу", "обработка: длительность, с", "60"),
        ("Запись к врачу", "перелив", "нет"),
        ("обратные вызовы", "часы обратных вызовов", "08:00-21:00"),
        ("breaks.lunch", "не дольше, мин", "30"),
    ]
    async with app.run_test(size=SIZE) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab")
        assert rows(app) == in_force
        assert shown(pilot, "#settings-detail") == (
            "кому предлагать вызов: кто дольше свободен\nqueues.main.strategy: longest-idle"
        )
        await begin_with(pilot, tmp_path)
        assert len(rows(app)) == len(CHANGE.changes)
        await press(pilot, "o", "enter")
        assert rows(app) == in_force


async def test_a_file_shows_what_it_would_change_and_what_would_be_wrong(
    app: EkcApp, tmp_path: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path)
        (asked,) = commands(pilot, way_in.CompareSettings)
        assert (asked.name, asked.text) == ("ekc.yaml", TEXT)
        assert rows(app) == [
            ("Запись к врачу", "обработка: длительность, с", "60", "30"),
            ("Запись к врачу", "перелив", "нет", "ждёт 120 с: очередь Вакцинация"),
            ("night", "", "", "добавлена"),
            ("обратные вызовы", "часы обратных вызовов", "08:00-21:00", "09:00-20:00"),
        ]
        note = shown(pilot, "#settings-note")
        assert "Изменений: 4, пока ничего не изменено" in note
        assert CHANGE.warnings[0] in note
        assert (
            "после перезапуска сервера: темп подсказок, слов в минуту (voice.words_per_minute)"
            in note
        )
        assert not commands(pilot, way_in.ApplySettings)
        await press(pilot, "down")
        assert shown(pilot, "#settings-detail") == (
            f"перелив: нет → ждёт 120 с: очередь Вакцинация\n{CHANGE.changes[1]}"
        )


async def test_every_fault_of_a_file_has_its_line(
    app: EkcApp, desk: ScriptedAdmin, tmp_path: Path
) -> None:
    faults = [f"a.yaml:{n}: queues.x{n}: нет title" for n in range(30)]
    told = words("settings.faulty", faults="\n".join(faults))
    desk.refuse[way_in.CompareSettings] = Refused("bad_value", *parts(told))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path)
        assert [row.cells[0] for row in app.screen.query_one("#settings", LineTable).rows] == faults
        await press(pilot, "end")
        assert shown(pilot, "#settings-detail") == faults[-1]


async def test_a_file_with_faults_can_neither_be_rehearsed_nor_put_in_force(
    app: EkcApp, desk: ScriptedAdmin, tmp_path: Path
) -> None:
    desk.refuse[way_in.CompareSettings] = Refused("bad_value", "a.yaml:3: queues.x: нет title")
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path, "r", "enter")
        assert shown(pilot, "#settings-detail") == "a.yaml:3: queues.x: нет title"
        assert not commands(pilot, rehearsal.StartRehearsal)
        assert not commands(pilot, way_in.ApplySettings)


async def test_a_file_that_is_not_there_is_named(app: EkcApp, tmp_path: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "o", str(tmp_path / "no.yaml"), "enter")
        assert "файл не читается" in shown(pilot, "#prompt-note")


async def test_it_is_rehearsed_and_what_it_would_do_is_shown(app: EkcApp, tmp_path: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path, "r")
        (asked,) = commands(pilot, rehearsal.StartRehearsal)
        assert (asked.text, asked.minutes, asked.seeds) == (TEXT, 60, 20)
        assert isinstance(app.screen, RehearsalScreen)
        found = rows(app, "#rehearsal")
        assert found[0] == ("Запись к врачу", "", "", "звонков: 41")
        assert found[1] == ("ожидание, среднее", "64 с", "49 с", "ждать будут на 12–18 с меньше")
        assert found[8][3] == "разницы не видно: от −2 до +4 с"
        assert "Сдавшихся за сутки меньше 10" in shown(pilot, "#rehearsal-note")
        assert not commands(pilot, way_in.ApplySettings)
        await press(pilot, "escape")
        assert "ekc.yaml" in title(app)


async def test_a_narrow_screen_shows_the_key_that_puts_a_change_in_force(
    app: EkcApp, tmp_path: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, tmp_path)
        assert "Enter Ввести" in shown(pilot, "#keys")


async def test_it_is_rehearsed_with_another_number_of_people(app: EkcApp, tmp_path: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path, "n", "много", "enter")
        assert "«много» — не число людей" in shown(pilot, "#prompt-note")
        await press(pilot, *("backspace",) * 5, "12", "enter")
        (asked,) = commands(pilot, rehearsal.StartRehearsal)
        assert asked.people == 12


async def test_the_progress_is_told_and_it_can_be_stopped(
    app: EkcApp, desk: ScriptedAdmin, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(admin_desk, "LOOK_S", 0.01)
    running = replace(REHEARSAL, state="running", done=7, queues=())
    desk.results[rehearsal.StartRehearsal] = running
    desk.results[rehearsal.GetRehearsal] = running
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path)
        await pilot.press("r")
        await until(pilot, lambda: "репетиция: 7 из 20" in title(app))
        await pilot.press("x")
        await until(pilot, lambda: bool(commands(pilot, rehearsal.StopRehearsal)))
        desk.results[rehearsal.GetRehearsal] = replace(REHEARSAL, state="stopped", done=9)
        await until(pilot, lambda: isinstance(app.screen, RehearsalScreen))
        await settle(pilot)
        assert "прогонов: 9" in shown(pilot, "#rehearsal-note")


async def test_it_is_put_in_force_when_that_is_confirmed_and_taken_back(
    app: EkcApp, tmp_path: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, tmp_path, "enter")
        assert not commands(pilot, way_in.ApplySettings)
        assert isinstance(app.screen, Confirm)
        asked = " ".join(str(each.render()) for each in app.screen.query(Static))
        assert CHANGE.warnings[0] in asked
        await press(pilot, "right", "enter")
        assert commands(pilot, way_in.ApplySettings) == [
            way_in.ApplySettings(name="ekc.yaml", text=TEXT)
        ]
        note = shown(pilot, "#settings-note")
        assert "Введено и действует. Ctrl+Z — вернуть, как было: пока открыта" in note
        assert len(rows(app)) == 4
        assert headings(app) == ("Где", "Что", "Было", "Действует")
        await press(pilot, "enter", "r")
        assert len(commands(pilot, way_in.ApplySettings)) == 1
        await press(pilot, "ctrl+z")
        assert commands(pilot, way_in.UndoSettings) == [way_in.UndoSettings(change=412)]
        assert "пока ничего не изменено" in shown(pilot, "#settings-note")
        assert headings(app) == ("Где", "Что", "Сейчас", "Станет")
        await press(pilot, "ctrl+z")
        assert len(commands(pilot, way_in.UndoSettings)) == 1


async def test_who_may_not_change_settings_is_told_who_does(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await log_in(pilot)
        situation = app.situation()
        for role in messages.Role.__args__:
            told = why_not(BY_ID["settings.open"], _as(situation, role))
            others = role not in ("admin", "clinic")  # a clinic's desk is told of nothing else's
            assert ("Настройки меняет администратор" in told) == others


def _as(situation: Any, role: str) -> Any:
    from dataclasses import replace as changed

    return changed(situation, role=role, configuring=role == "admin")


async def test_a_change_of_the_history_is_taken_back_after_a_question(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "h")
        told = rows(app, "#changes")
        assert told[0][1:] == ("chief", "Запись к врачу", "обработка: длительность, с", "60", "30")
        assert told[1][:2] == told[0][:2]
        assert told[2][1] == "запуск"
        assert "новый график" in shown(pilot, "#changes-detail")
        await press(pilot, "down", "enter")
        assert not commands(pilot, way_in.UndoSettings)
        await press(pilot, "right", "enter")
        (asked,) = commands(pilot, way_in.UndoSettings)
        assert asked.change == 412
