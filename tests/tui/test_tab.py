"""Tab: the parts of the pane one is in, then the next pane; the same way round at every size."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import ScriptedDesk
from tests.tui.steps import focused, press, settle, talk

SMALL, LARGE = (80, 24), (120, 40)
ROUND = (
    "script-input",
    "history",
    "card-dispositions",
    "card-note",
    "card-fields",
    "waiting",
    "callbacks",
)


async def in_a_field(pilot: Pilot[Any], desk: ScriptedDesk) -> None:
    await talk(pilot)
    while focused(pilot) != "script-input":
        await press(pilot, "1")
    await settle(pilot)


async def way(pilot: Pilot[Any], key: str) -> list[str | None]:
    seen = []
    for _ in ROUND:
        await press(pilot, key)
        seen.append(focused(pilot))
    return seen


@pytest.mark.parametrize("size", [SMALL, pytest.param(LARGE, marks=pytest.mark.long)])
async def test_tab_goes_from_the_field_to_the_card_and_the_queue_and_shift_tab_back(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await in_a_field(pilot, desk)
        assert await way(pilot, "tab") == [*ROUND[1:], ROUND[0]]
        assert await way(pilot, "shift+tab") == [*ROUND[:0:-1], ROUND[0]]


@pytest.mark.long
async def test_the_pane_that_tab_came_to_is_in_sight(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await in_a_field(pilot, desk)
        assert isinstance(app.screen, OperatorScreen)
        await press(pilot, "tab", "tab")
        assert app.screen.active == "card"
        assert app.screen.query_one("#card-dispositions").region.height
        await press(pilot, *["tab"] * 4)
        assert app.screen.active == "callbacks"
        assert app.screen.query_one("#callbacks").region.height


@pytest.mark.parametrize(("size", "stop"), [(SMALL, "callbacks"), ((40, 9), "script-scroll")])
async def test_the_text_is_a_stop_only_where_it_is_longer_than_its_room(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int], stop: str
) -> None:
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        assert focused(pilot) == "script-choices"
        await press(pilot, "shift+tab")
        assert focused(pilot) == stop
        await press(pilot, "tab")
        assert focused(pilot) == "script-choices"
