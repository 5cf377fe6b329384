"""Where a caller goes whose way is not there."""

from __future__ import annotations

import datetime

from ekc_console.config import shipped_scripts
from ekc_console.domain import scenario as sc
from ekc_console.scenario_files import load_folder
from ekc_console.server.calls.menus.menu_fallback import last_resort, reachable
from ekc_console.server.core.scenario_source import gone_queues

SCENARIOS = load_folder(shipped_scripts(), None, datetime.date(2026, 11, 1))
MENU = SCENARIOS["main_menu"]
QUEUES = ("appointments", "general", "spare")


def document(**steps: object) -> sc.Scenario:
    return sc.scenario_from_document(
        {
            "id": "own",
            "title": "Меню",
            "owner": "Тесты",
            "approved": "2026-10-01",
            "review_by": "2099-01-01",
            "kind": "menu",
            "start": "begin",
            "steps": steps,
        }
    )


def test_a_queue_that_is_there_is_taken_as_it_is() -> None:
    wanted = sc.ToQueue("appointments", "appointment", "appointment", ("medic",), 3)
    assert reachable(wanted, MENU, SCENARIOS, QUEUES) is wanted


def test_one_that_is_gone_gives_way_to_where_silence_leads() -> None:
    wanted = sc.ToQueue("other", "other", "other", ("medic",), 3)
    assert reachable(wanted, MENU, SCENARIOS, QUEUES) == sc.ToQueue("general", "other", "other")


def test_silence_is_followed_through_steps_and_into_another_menu() -> None:
    first = document(
        begin={"title": "Приветствие", "say": "Здравствуйте!", "next": "on"},
        on={"title": "Дальше", "do": {"scenario": "main_menu"}},
    )
    assert last_resort(first, SCENARIOS, QUEUES).queue == "general"


def test_a_menu_in_which_silence_leads_nowhere_gives_way_to_the_usual_queue() -> None:
    gone = document(begin={"title": "В очередь", "do": {"queue": "army", "topic": "other"}})
    assert last_resort(gone, SCENARIOS, QUEUES) == sc.ToQueue("general", "general")
    assert last_resort(gone, SCENARIOS, ("a", "b")).queue == "b"
    assert (
        last_resort(
            document(
                begin={"title": "По кругу", "say": "Раз.", "next": "on"},
                on={"title": "Дальше", "do": {"scenario": "own"}},
            ),
            {},
            QUEUES,
        ).queue
        == "general"
    )


def test_steps_that_lead_to_queues_which_are_gone_are_named() -> None:
    assert list(gone_queues(SCENARIOS, [q for q in MENU_QUEUES if q != "feedback"])) == [
        ("main_menu: steps.to_feedback", "feedback")
    ]


MENU_QUEUES = {
    step.action.queue
    for scenario in SCENARIOS.values()
    for step in scenario.steps.values()
    if isinstance(step, sc.Do) and isinstance(step.action, sc.ToQueue | sc.PlanCallback)
}
