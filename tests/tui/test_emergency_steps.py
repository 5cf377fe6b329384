"""Every step of the scripts for whoever is in danger, as it stands on the screen in the midst of a
call for help."""

from __future__ import annotations

from typing import Any

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from ekc_console.domain.scenario import (
    Check,
    Choose,
    PathStep,
    Scenario,
    Session,
    SessionState,
    Step,
)
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import call_control, messages
from tests.support.desk import NOW
from tests.support.zones import MOSCOW
from tests.tui.steps import TALK, desk_of, replace, settle, show_call, talk
from tests.unit.domain.scenario_data import SHIPPED, scenarios

SCENARIOS = scenarios(SHIPPED)
HELP = ("emergency", "despair")
KNOWN = {
    "complaint": "упал, не отвечает, хрипит",
    "region": "Омская область",
    "settlement": "село Большие Уки",
    "address": "Тюмень, улица Пермякова, 46, кв. 112",
    "landmark": "павильон «Хлеб», остановка",
    "entrance": "второй подъезд, этаж 9, код 112",
    "breathing": "no",
    "fio": "Константинопольская Александра",
    "birth_date": "1985-03-12",
    "number": "+79120000017",
}
"""As long as callers say it; the age is asked of whose birth date is not known."""


async def at(pilot: Pilot[Any], scenario: Scenario, name: str, fields: dict[str, str]) -> None:
    """The card stands at that step, the one before it is in the path."""
    known = {key: text for key, text in fields.items() if key in (*scenario.fields, "number")}
    path = (PathStep(scenario.start, NOW), PathStep(name, NOW))
    state = SessionState(scenario.id, scenario.version, name, known, path, 1)
    card = desk_of(pilot).card_desk
    card.scenario, card.session = scenario, Session(scenario, state, MOSCOW)
    desk_of(pilot).changed("card")
    await settle(pilot)


async def call_for_help(pilot: Pilot[Any]) -> None:
    """103 was busy, 112 rings: what is told of it takes a line of the screen."""
    info = messages.ConsultInfo(
        role="asking", who="112", open=False, heard="caller", since=NOW - 5, emergency=True
    )
    failed = (call_control.NotTaken(who="103", why="busy"),)
    show_call(pilot, "consulting", replace(TALK, state="consult", consult=info, not_taken=failed))
    await settle(pilot)


def lines_needed(step: Step) -> int:
    options = len(step.options) if isinstance(step, Choose) else 1
    return len(step.text_for("operator", KNOWN)) // 78 + options


async def cut_off(
    app: EkcApp, size: tuple[int, int], steps: list[tuple[Scenario, Step]]
) -> list[str]:
    """Those of which something is not in sight."""
    cut = []
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        await call_for_help(pilot)
        for scenario, step in steps:
            await at(pilot, scenario, step.id, KNOWN)
            scroll = app.screen.query_one("#script-scroll", VerticalScroll)
            below = app.screen.query_one("#script-choices").region.bottom
            if scroll.max_scroll_y or below > app.screen.query_one("#call-who").region.y:
                cut.append(step.id)
    return cut


STEPS = [
    (SCENARIOS[name], step)
    for name in HELP
    for step in SCENARIOS[name].steps.values()
    if not isinstance(step, Check)
]


async def test_the_longest_steps_are_all_in_sight_in_the_midst_of_a_call_for_help(
    app: EkcApp,
) -> None:
    longest = sorted(STEPS, key=lambda one: lines_needed(one[1]))[-3:]
    assert await cut_off(app, (80, 24), longest) == []


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_of_every_step_is_in_sight_in_the_midst_of_a_call_for_help(
    app: EkcApp, size: tuple[int, int]
) -> None:
    assert await cut_off(app, size, STEPS) == []
