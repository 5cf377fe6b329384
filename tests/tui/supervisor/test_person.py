"""A person opened: the day as a line of states, the last calls."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.present import day_line
from ekc_console.wire.day.person_day import GetPersonDay
from ekc_console.wire.day.story import GetCallStory
from tests.support.day import ANSWERS, PERSON_DAY
from tests.support.desk import NOW
from tests.support.supervisor import ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown


async def opened(pilot: Pilot[Any], desk: ScriptedSupervisor) -> None:
    desk.results.update(ANSWERS)
    await log_in(pilot)
    await press(pilot, "tab", "enter")


def lines(width: int) -> list[str]:
    return day_line.lines(PERSON_DAY, width, NOW).plain.split("\n")


def test_the_line_has_each_state_where_it_was_and_a_legend_in_words() -> None:
    hours, states, marks, legend, told = lines(102)
    assert "07:00" in hours
    assert "10:00" in hours
    assert states.startswith("··░░░░░░")
    assert {"▇", "▒", "─", "×"} <= set(states)
    assert len(states) == 102
    assert states[-1] == "▇"
    assert legend == (
        "▇ разговор  ▒ постобработка  ░ готов  ─ перерыв  · не готов  × не отвечает"
        "  ▴ долго  ▾ коротко"
    )
    assert (marks.count("▴"), marks.count("▾")) == (2, 1)
    assert states[marks.index("▴")] == "▒"
    assert told == (
        "Выделяется: 09:49 разговор короче 0:10 · 08:24 перерыв: Обед 45:00 при 30:00 · "
        "07:54 постобработка 20:00 при 1:00"
    )


@pytest.mark.parametrize("width", [20, 76, 196])
def test_the_line_fits_whatever_the_width(width: int) -> None:
    assert all(len(line) <= width for line in lines(width)[:3])


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_a_call_of_the_day_is_opened_from_the_person(
    app: EkcApp, desk: ScriptedSupervisor, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await opened(pilot, desk)
        assert "▇ разговор" in shown(pilot, "#opened-day")
        table = app.screen.query_one("#opened-calls", LazyTable)
        assert table.rows[1].cells[:5] == ("!", "10:04", "+7 900 000-01-01", "Вакцинация", "0:52")
        assert table.rows[3].cells[0] == "▲"
        await press(pilot, "down", "enter")
        assert commands(pilot, GetCallStory)[-1].call == "c-d1"
        assert app.screen.query_one("#opened-story", LazyTable).rows
        await press(pilot, "escape")
        assert app.screen.query("#opened-day")


async def test_the_line_goes_on_by_itself_and_the_server_is_not_asked_for_that(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        before = shown(pilot, "#opened-day")
        desk.time += 1800
        app._tick()
        await settle(pilot)
        assert shown(pilot, "#opened-day").count("▇") > before.count("▇")
        assert len(commands(pilot, GetPersonDay)) == 1


async def test_the_day_of_one_whose_shift_is_over_stays(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, desk)
        desk.change(gone=(("WatchPerson", "anna"),))
        await settle(pilot)
        assert "закончена" in shown(pilot, "#opened-facts")
        assert "Анна П." in str(app.screen.query_one("#opened-title").render())
        assert "▇ разговор" in shown(pilot, "#opened-day")
