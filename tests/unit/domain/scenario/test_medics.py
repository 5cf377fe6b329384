"""``only: medic``: read, checked so that nobody stands without a way on, refused to all others."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date
from typing import Any

import pytest

from ekc_console.domain import scenario as sc
from ekc_console.domain.scenario.field_error import SessionError
from ekc_console.domain.scenario.reading import read_document
from ekc_console.domain.terms.rights import having

DOCUMENT: dict[str, Any] = {
    "id": "advice",
    "title": "Совет",
    "kind": "script",
    "owner": "Отдел",
    "approved": "2026-01-10",
    "review_by": "2030-01-10",
    "start": "who",
    "dispositions": {"done": "Дано"},
    "steps": {
        "who": {
            "choose": "Что ответить?",
            "options": [
                {"key": "1", "label": "Передам", "next": "done"},
                {"key": "2", "label": "Отвечаю сам", "only": "medic", "next": "dose"},
            ],
        },
        "dose": {"say": "Доза такая.", "only": "medic", "next": "done"},
        "done": {"end": "done", "card": "other"},
    },
}
TODAY = date(2026, 3, 12)


def written(**changes: Any) -> dict[str, Any]:
    document = deepcopy(DOCUMENT)
    for path, value in changes.items():
        step, _, key = path.partition("__")
        if step == "kind":
            document["kind"] = value
        elif key == "option":
            document["steps"][step]["options"] = value
        else:
            document["steps"][step][key] = value
    if "to_emergency" in str(document):
        document["steps"]["to_emergency"] = {"do": {"scenario": "emergency"}}
    return document


def faults(document: dict[str, Any]) -> list[str]:
    """Of structure, or else of what it says."""
    scenario, problems = read_document(document)
    if scenario is not None:
        problems = sc.check_scenario(scenario, TODAY)
    return [f"{p.where}: {p.message}" for p in problems]


def session() -> sc.Session:
    return sc.Session.start(sc.scenario_from_document(DOCUMENT), 0.0, zone=UTC)


def test_it_is_read_from_a_step_and_from_an_answer() -> None:
    steps = sc.scenario_from_document(DOCUMENT).steps
    said, asked = steps["dose"], steps["who"]
    assert isinstance(said, sc.Say)
    assert isinstance(asked, sc.Choose)
    assert (said.only, [option.only for option in asked.options]) == ("medic", ["", "medic"])


def test_only_a_medic_has_the_right() -> None:
    assert having("medical") == ("medic",)


@pytest.mark.parametrize("answer", ["2", "отвечаю сам"])
def test_an_answer_of_a_medic_is_refused_to_others_and_nothing_changes(answer: str) -> None:
    at = session()
    before = at.state
    with pytest.raises(SessionError, match="только медик"):
        at.answer(answer, 1.0, medical=False)
    assert at.state == before
    at.answer(answer, 1.0, medical=True)
    assert at.step.id == "dose"


def test_others_answer_and_go_on() -> None:
    at = session()
    at.answer("1", 1.0, medical=False)
    assert at.step.id == "done"


MEDICS = {"key": "1", "label": "Сам", "only": "medic", "next": "dose"}
OTHERS = {"key": "2", "label": "Передам", "next": "done"}
URGENT = {"key": "3", "label": "Угроза", "only": "medic", "next": "to_emergency"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (written(who__option=[MEDICS, OTHERS]), "options[0].only: первый ответ выделен заранее"),
        (written(who__option=[OTHERS, URGENT]), "options[1].only: угроза жизни не ждёт медика"),
        (written(who__signs=True), "options[1].only: угроза жизни не ждёт медика"),
        (written(dose__only="doctor"), "steps.dose.only"),
        (written(done__only="medic"), "steps.done"),
        (written(kind="menu", who__on_silence="done"), "only бывает только в сценарии оператора"),
    ],
)
def test_what_would_leave_somebody_waiting_is_a_fault(document: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults(document)), faults(document)
