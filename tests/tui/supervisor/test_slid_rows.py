"""A row goes in the moment that a key about it is pressed: nothing is done to the one that has
come to its place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from ekc_console.tui.shared.widgets import line_table
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.wire import supervision
from tests.support.desk import NOW
from tests.support.supervisor import CALLS, PEOPLE, ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
PANES = ("queues", "people", "calls", "important", "owed")
ROWS = {
    "queues": ("WatchQueue", "vacc"),
    "people": ("WatchPerson", "anna"),
    "calls": ("WatchCall", "c-2"),
    "important": ("WatchAlarm", "a1"),
    "owed": ("WatchCallback", "cb-2"),
}
"""What stands first in each, as it is told to be gone."""
KEYS = {
    "queues": "pceas",
    "people": "divnlwb",
    "calls": "mguhklwb",
    "important": "as",
    "owed": "gzck",
}


def table(pilot: Pilot[Any], name: str) -> LazyTable:
    return pilot.app.screen.query_one(f"#watch-{name}", LazyTable)


async def begin(pilot: Pilot[Any], pane: str) -> None:
    await log_in(pilot)
    await press(pilot, *("tab",) * PANES.index(pane))


async def slide(pilot: Pilot[Any], desk: ScriptedSupervisor, pane: str) -> None:
    here = table(pilot, pane)
    first = here.selected_key
    desk.change(gone=(ROWS[pane],))
    await settle(pilot)
    assert here.selected_key not in (None, first)


@pytest.mark.parametrize(
    "pane",
    ["calls", *(pytest.param(each, marks=pytest.mark.long) for each in PANES if each != "calls")],
)
async def test_a_key_for_a_row_that_has_just_gone_does_nothing_to_the_next_one(
    app: EkcApp, desk: ScriptedSupervisor, pane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_table, "SLID_S", 600.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, pane)
        await slide(pilot, desk, pane)
        sent = len(desk.commands)
        for key in (*KEYS[pane], "space", "enter"):
            app.messages.entries.clear()
            await press(pilot, key)
            assert not app.panel_open, key
            assert isinstance(app.screen, NowScreen), key
            assert any("только что ушла" in entry.line for entry in app.messages.entries), key
        assert len(desk.commands) == sent


async def test_a_moment_later_or_with_an_arrow_the_next_row_is_the_one_that_is_meant(
    app: EkcApp, desk: ScriptedSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "calls")
        monkeypatch.setattr(line_table, "SLID_S", 600.0)
        await slide(pilot, desk, "calls")
        assert "M Передвинуть" not in shown(pilot, "#keys")
        monkeypatch.setattr(line_table, "SLID_S", 0.0)
        await press(pilot, "u", "1")
        (order,) = commands(pilot, supervision.ReorderCall)
        assert order.call == table(pilot, "calls").selected_key
        monkeypatch.setattr(line_table, "SLID_S", 600.0)
        await press(pilot, "down", "up", "u", "1")
        assert len(commands(pilot, supervision.ReorderCall)) == 2


async def test_the_cursor_goes_to_the_neighbour_of_its_row_however_the_others_are_reordered(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    """Its place in the table may be another one's by then."""
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "calls")
        keys = [row.key for row in table(pilot, "calls").rows]
        neighbour = keys[1]
        fresh = [
            replace(CALLS[1], id=f"c-2{n}", since=NOW - 600, queued_at=NOW - 600, order=NOW - 600)
            for n in range(3)
        ]
        desk.change(*fresh, gone=(("WatchCall", keys[0]),))
        await settle(pilot)
        assert table(pilot, "calls").selected_key == neighbour


async def test_the_row_under_the_cursor_stays_in_sight_when_it_goes_down_the_table(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, "people")
        here = table(pilot, "people")
        await press(pilot, "y")  # by state: who is ready comes last
        await press(pilot, "home")
        many = [replace(PEOPLE[0], id=f"p{n}", name=f"П{n:02}") for n in range(20)]
        desk.change(*many)
        await settle(pilot)
        first = here.selected_key
        desk.change(replace(next(p for p in PEOPLE if p.id == first), state="ready", since=NOW))
        await settle(pilot)
        assert here.selected_key == first
        line = [row.key for row in here.rows].index(first or "") + 1
        assert line in range(here.scroll_offset.y, here.scroll_offset.y + here.size.height)
