"""/ and Y do the same in every list of the supervisor's: words that stay, the next order."""

from __future__ import annotations

import pytest
from textual.widgets import Label

from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire.centre.alarms import GetAlarmLog
from tests.support.day import ANSWERS
from tests.support.supervisor import ALARM_LOG, ScriptedSupervisor
from tests.tui.steps import log_in, press, shown
from tests.tui.supervisor.test_queue_day import rows

pytestmark = pytest.mark.long


def title(app: EkcApp) -> str:
    return str(app.screen.query_one("#opened-title", Label).content)


KNOWN = {**ANSWERS, GetAlarmLog: ALARM_LOG}
LISTS = {
    "queue": (("enter",), "#opened-waiting"),
    "person": (("tab", "enter"), "#opened-calls"),
    "day": (("e",), "#opened-halves"),
    "calls of the day": (("e", "enter"), "#opened-calls"),
    "call": (("e", "enter", "enter"), "#opened-story"),
    "log": (("j",), "#opened-log"),
}


@pytest.mark.parametrize(("keys", "table"), LISTS.values(), ids=LISTS)
async def test_words_narrow_each_list_and_nothing_brings_all_back(
    app: EkcApp, desk: ScriptedSupervisor, keys: tuple[str, ...], table: str
) -> None:
    desk.results.update(KNOWN)
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *keys)
        everything = rows(pilot, table)
        assert everything
        await press(pilot, "/", "zzz", "enter")
        assert rows(pilot, table) == []
        assert "/ zzz" in title(app)
        assert "Ничего не подходит" in str(app.screen.query_one(table)._empty)  # type: ignore[attr-defined]
        await press(pilot, "/", "ctrl+u", "enter")
        assert rows(pilot, table) == everything


@pytest.mark.parametrize("name", ["person", "day", "calls of the day", "log"])
async def test_y_goes_through_the_orders_and_comes_back_to_the_usual_one(
    app: EkcApp, desk: ScriptedSupervisor, name: str
) -> None:
    desk.results.update(KNOWN)
    keys, table = LISTS[name]
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *keys)
        usual = rows(pilot, table)
        seen, titles = [], []
        for _turn in range(len(app.screen.orders[table.strip("#")])):  # type: ignore[attr-defined]
            await press(pilot, "y")
            seen.append(rows(pilot, table))
            titles.append(title(app))
        assert seen[-1] == usual
        assert all(sorted(each) == sorted(usual) for each in seen)
        assert any(each != usual for each in seen)
        assert len(set(titles)) == len(titles)


async def test_where_there_is_one_order_y_says_so(app: EkcApp, desk: ScriptedSupervisor) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "enter", "y")
        assert "здесь он один" in shown(pilot, "#message")


async def test_a_number_is_found_by_its_digits(app: EkcApp, desk: ScriptedSupervisor) -> None:
    desk.results.update(KNOWN)
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "e", "enter")
        number = rows(pilot, "#opened-calls")[0][2]
        digits = "".join(filter(str.isdigit, number))[-7:]
        await press(pilot, "/", digits, "enter")
        assert {row[2] for row in rows(pilot, "#opened-calls")} == {number}
