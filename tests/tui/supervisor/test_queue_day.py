"""A queue's day: figures, half-hours, plots, and the calls behind each."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.present import curves
from ekc_console.wire.day.calls import GetDayCalls
from ekc_console.wire.day.queue_day import GetQueueDay
from tests.support.day import ANSWERS, MIDNIGHT, QUEUE_DAY
from tests.support.supervisor import QUEUES, ScriptedSupervisor
from tests.tui.steps import app_of, commands, log_in, press, settle, shown

pytestmark = pytest.mark.long

replace = msgspec.structs.replace


async def opened(pilot: Pilot[Any], desk: ScriptedSupervisor) -> None:
    desk.results.update(ANSWERS)
    await log_in(pilot)
    await press(pilot, "e")


def rows(pilot: Pilot[Any], table: str) -> list[tuple[str, ...]]:
    return [row.cells for row in pilot.app.screen.query_one(table, LazyTable).rows]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_figures_of_the_day_then_half_hours_against_earlier_days(
    app: EkcApp, desk: ScriptedSupervisor, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await opened(pilot, desk)
        whole, lost, late, *halves = rows(pilot, "#opened-halves")
        assert whole == ("весь день", "115", "106", "9", "72 %", "0:09", "103", "60")
        assert lost[:4] == ("потеряно", "", "", "9")
        assert late[:3] == ("принято поздно", "", "23")
        assert halves[0][:2] == ("10:00–10:30 !", "25")
        assert halves[0][-2:] == ("22", "12")
        assert halves[-1][0].startswith("08:00–08:30")
        assert "вчера к этому часу: поступило 103" in shown(pilot, "#opened-facts")


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "which", "since"),
    [
        ((), "all", None),
        (("down",), "lost", None),
        (("down", "down"), "late", None),
        (("end",), "all", MIDNIGHT + 8 * 3600),
    ],
)
async def test_each_figure_leads_to_its_calls_and_a_call_to_its_story(
    app: EkcApp, desk: ScriptedSupervisor, keys: tuple[str, ...], which: str, since: float | None
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        await press(pilot, *keys, "enter")
        (asked,) = commands(pilot, GetDayCalls)
        until = None if since is None else since + 1800
        assert (asked.queue, asked.which, asked.since, asked.until) == ("vacc", which, since, until)
        assert "Вызовов: 5." in shown(pilot, "#opened-facts")
        assert [row[0] for row in rows(pilot, "#opened-calls")] == ["!", "!", "", "▲", ""]
        await press(pilot, "enter")
        assert app.screen.query("#opened-story")
        await press(pilot, "escape", "escape", "escape")
        assert app.screen.query("#watch-queues")


async def test_without_a_yesterday_it_is_said_so(app: EkcApp, desk: ScriptedSupervisor) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot, desk)
        await press(pilot, "escape")
        desk.results[GetQueueDay] = replace(QUEUE_DAY, yesterday=None, week_ago=None)
        await press(pilot, "e")
        told = shown(pilot, "#opened-facts")
        assert told == "вчера: данных нет · неделю назад: данных нет"
        assert rows(pilot, "#opened-halves")[0][-2:] == ("—", "—")
        assert "вчера: данных нет" in shown(pilot, "#opened-plots")


async def test_plots_stand_beside_the_table_where_there_is_room(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot, desk)
        text = shown(pilot, "#opened-plots")
        for title in ("Поступило", "Уровень, %", "Ожидание, с", "▄ сегодня", "+ неделю назад"):
            assert title in text
        assert "08:00" in text
        assert "\x1b" not in text


def test_a_plot_fits_its_place_whatever_the_day() -> None:
    empty = replace(
        QUEUE_DAY, today=replace(QUEUE_DAY.today, halves=()), yesterday=None, week_ago=None
    )
    for day in (QUEUE_DAY, empty):
        for width, height in ((40, 9), (100, 40), (112, 44)):
            lines = curves.plots(day, width, height).plain.split("\n")
            assert max(map(len, lines)) <= max(width, 66)
            assert len(lines) <= height
    assert not curves.plots(QUEUE_DAY, 20, 40).plain
    assert not curves.plots(QUEUE_DAY, 100, 5).plain


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7, 40, 999])
def test_the_scales_of_a_plot_have_whole_numbers(most: int) -> None:
    """A quarter of a call is nothing."""
    first = replace(QUEUE_DAY.today.halves[0], offered=most, wait_s=most / 3)
    quiet = replace(
        QUEUE_DAY, today=replace(QUEUE_DAY.today, halves=(first,)), yesterday=None, week_ago=None
    )
    text = curves.plots(quiet, 100, 40).plain + curves.beside(quiet, "Вакцинация", 120, 10).plain
    scales = re.findall(r"([^\s│]*)┤", text)
    assert len(scales) >= 12
    assert all(number.isdigit() for number in scales)


async def test_it_is_read_afresh_each_minute(app: EkcApp, desk: ScriptedSupervisor) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        desk.time += 5
        app._tick()
        await settle(pilot)
        assert len(commands(pilot, GetQueueDay)) == 1
        desk.time += 61
        app._tick()
        await settle(pilot)
        assert len(commands(pilot, GetQueueDay)) == 2


async def rests(pilot: Pilot[Any], desk: ScriptedSupervisor, seconds: float = 2.0) -> None:
    desk.time += seconds
    app_of(pilot)._tick()
    await settle(pilot)
    app_of(pilot)._tick()
    await settle(pilot)


async def test_beside_the_queues_the_day_of_the_one_under_the_cursor_is_plotted_small(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        desk.results.update(ANSWERS)
        await log_in(pilot)
        await rests(pilot, desk)
        text = shown(pilot, "#queues-plots")
        for word in ("Поступило", "Уровень, %", "Ожидание, с", "Вакцинация · ▄ сегодня"):
            assert word in text
        assert max(map(len, text.split("\n"))) <= 198
        (asked,) = commands(pilot, GetQueueDay)
        assert asked.queue == "vacc"
        await press(pilot, "down", "down")
        assert len(commands(pilot, GetQueueDay)) == 1  # not on the way
        await rests(pilot, desk)
        assert [each.queue for each in commands(pilot, GetQueueDay)] == ["vacc", "doctor"]
        assert "Запись к врачу · ▄ сегодня" in shown(pilot, "#queues-plots")


@pytest.mark.parametrize(("size", "queues"), [((120, 40), 4), ((200, 50), 50)])
async def test_plots_take_no_room_from_the_queues(
    app: EkcApp, desk: ScriptedSupervisor, size: tuple[int, int], queues: int
) -> None:
    async with app.run_test(size=size) as pilot:
        desk.results.update(ANSWERS)
        await log_in(pilot)
        desk.change(*(replace(QUEUES[0], id=f"q{n}", title=f"Очередь {n}") for n in range(queues)))
        await rests(pilot, desk)
        assert not app.screen.query_one("#queues-plots").display
        assert commands(pilot, GetQueueDay) == []
