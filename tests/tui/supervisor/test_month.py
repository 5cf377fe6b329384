"""A report of any time: its table, its figures, where its rows lead, what is kept of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from ekc_console.client.words.zone import time_of_day
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire.day.report import (
    GetReport,
    GetReportCalls,
    ReportAsked,
    StartReport,
    StopReport,
)
from ekc_console.wire.day.report_views import (
    DeleteReportView,
    GetReportViews,
    ReportView,
    ReportViews,
    SaveReportView,
)
from tests.support.day import ANSWERS, ASKED, REPORT
from tests.support.desk import NOW
from tests.support.supervisor import ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown

replace = msgspec.structs.replace


async def opened(pilot: Pilot[Any], desk: ScriptedSupervisor) -> None:
    desk.results.update(ANSWERS)
    desk.month.asked = ASKED
    await log_in(pilot)
    await press(pilot, "f")


def rows(pilot: Pilot[Any], table: str = "#month-rows") -> list[tuple[str, ...]]:
    return [row.cells for row in pilot.app.screen.query_one(table, LazyTable).rows]


async def test_a_report_with_its_formulas_leads_to_calls_and_into_a_file(
    app: EkcApp, desk: ScriptedSupervisor, tmp_path: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, desk)
        assert rows(pilot)[0][:5] == ("Всего", "", "480", "540", "-11%")
        assert rows(pilot)[2][1] == "old (нет в настройках)"
        assert "▾ Поступило в очередь: отвечено + потеряно + ушло иначе." in shown(
            pilot, "#month-formula"
        )
        said = shown(pilot, "#month-note")
        assert f"Период ещё идёт: посчитано на {time_of_day(NOW)}; R — заново." in said
        await press(pilot, "left", "left", "left")
        assert "Самое долгое ожидание" in shown(pilot, "#month-formula")
        await press(pilot, "down", "enter")
        (asked,) = commands(pilot, GetReportCalls)
        assert (asked.key, asked.until - asked.since) == ("vacc", 86_400)
        assert len(rows(pilot, "#opened-calls")) == 1
        await press(pilot, "enter")
        assert app.screen.query("#opened-story")
        await press(pilot, "escape", "escape")
        app.set_prefs(reports_folder=str(tmp_path))
        await press(pilot, "e", "3")
        await settle(pilot)
        (file,) = tmp_path.glob("Отчёт*.json")  # noqa: ASYNC240
        document = json.loads(file.read_text(encoding="utf-8"))
        assert document["whole"]["offered"] == 480.0
        assert document["rows"][1]["queue"] == "old (нет в настройках)"
        assert str(file) in app.messages.current(desk.now()).text


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "changes"),
    [
        (("p", *(["backspace"] * 30), *"2026-02", "enter"), {"period": "2026-02"}),
        (("c",), {"against": "year"}),
        (("c", "c"), {"against": ""}),
        (("i", *"за всё", "enter"), {"every": None}),
        (("b", *"тема", "enter"), {"by": "topic"}),
        (("n", "2"), {"figures": ("offered", "answered")}),
        (("f", *"направ", "enter", *"исх", "enter"), {"only": {"direction": ("out",)}}),
        (("f", *"очередь", "enter", *"вакц", "enter"), {"only": {"queue": ("vacc",)}}),
    ],
)
async def test_what_is_chosen_is_asked_for(
    app: EkcApp, desk: ScriptedSupervisor, keys: tuple[str, ...], changes: dict[str, Any]
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        await press(pilot, *keys)
        await settle(pilot)
        asked = commands(pilot, StartReport)[-1].asked
        for name, value in changes.items():
            got = getattr(asked, name)
            assert (got[:2] if name == "figures" else got) == value


@pytest.mark.long
async def test_a_long_report_shows_how_far_it_is_and_esc_stops_it(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    running = replace(REPORT, status="running", done=0.42, found=6, result=None)
    async with app.run_test(size=(80, 24)) as pilot:
        desk.results.update(ANSWERS)
        desk.results[StartReport] = running
        desk.results[GetReport] = replace(running, rows=())
        desk.results[StopReport] = replace(running, status="stopped", rows=())
        desk.month.asked = ASKED
        await log_in(pilot)
        await press(pilot, "f")
        assert "Считается: 42%, строк 6. Esc — остановить." in shown(pilot, "#month-note")
        assert len(rows(pilot)) == 6
        await press(pilot, "escape")
        await settle(pilot)
        assert commands(pilot, StopReport)
        assert "Остановлено" in shown(pilot, "#month-note")
        await press(pilot, "escape")
        assert app.screen.query("#watch-queues")


@pytest.mark.long
async def test_views_are_kept_opened_dropped_and_restored(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    view = ReportView(name="Неделя", asked=ReportAsked(period="неделя", by="agent"))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        desk.results[SaveReportView] = ReportViews(views=(view,))
        desk.results[GetReportViews] = ReportViews(views=(view,))
        desk.results[DeleteReportView] = ReportViews(views=())
        await press(pilot, "s", *"Мой", "enter")
        await settle(pilot)
        assert [(one.name, one.asked) for one in commands(pilot, SaveReportView)] == [
            ("Мой", ASKED)
        ]
        await press(pilot, "v")
        await settle(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert commands(pilot, StartReport)[-1].asked == view.asked
        await press(pilot, "d")
        await settle(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert [one.name for one in commands(pilot, DeleteReportView)] == ["Неделя"]
        await press(pilot, "ctrl+z")
        await settle(pilot)
        assert commands(pilot, SaveReportView)[-1].asked == view.asked


@pytest.mark.long
async def test_a_folder_that_is_gone_and_a_period_that_is_none_are_said(
    app: EkcApp, desk: ScriptedSupervisor, tmp_path: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        app.set_prefs(reports_folder=str(tmp_path / "gone"))
        await press(pilot, "e", "2")
        await settle(pilot)
        told = app.messages.current(desk.now()).text
        assert "файл не записан" in told
        assert str(tmp_path / "gone") in told
        await press(pilot, "p", *(["backspace"] * 30), *"31.02.2026", "enter")
        assert "такого дня в календаре нет" in shown(pilot, "#prompt-note")
