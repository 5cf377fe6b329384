"""What a program can see of a question that misleads in an emergency, before anybody asks it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from ekc_console.domain import scenario as sc
from ekc_console.domain.scenario.reading import read_document

DOCUMENT: dict[str, Any] = {
    "id": "visit",
    "title": "Вызов врача",
    "kind": "script",
    "owner": "Отдел",
    "approved": "2026-01-10",
    "review_by": "2030-01-10",
    "start": "breath",
    "dispositions": {"done": "Дано"},
    "steps": {
        "breath": {
            "choose": "Больной дышит? Редкие вдохи — это не дыхание.",
            "deliberate": True,
            "options": [
                {"key": "1", "label": "Да, дышит", "next": "done"},
                {"key": "2", "label": "Нет: 103", "next": "to_emergency"},
            ],
        },
        "to_emergency": {"do": {"scenario": "emergency"}},
        "done": {"end": "done", "card": "other"},
    },
}


def faults(**changes: Any) -> list[str]:
    document = deepcopy(DOCUMENT)
    document["steps"]["breath"].update(changes)
    scenario, problems = read_document(document)
    assert problems == []
    assert scenario is not None
    found = sc.check_scenario(scenario, date(2026, 3, 12))
    assert all(p.level == "warning" for p in found)  # a region's own scripts go on
    return [f"{p.where}: {p.message}" for p in found]


def test_one_question_of_one_polarity_that_is_picked_is_no_fault() -> None:
    assert faults() == []


def test_two_questions_in_one_step() -> None:
    [said] = faults(choose="Больной дышит? Он в сознании?")
    assert said.startswith("steps.breath.choose: два вопроса в одном шаге")


@pytest.mark.parametrize(
    "question",
    ["Больной не дышит?", "Нет ли удушья?", "Сыпи нет ли?", "Он так и не проснулся?"],
)
def test_a_question_whose_yes_may_mean_no(question: str) -> None:
    [said] = faults(choose=question)
    assert said.startswith("steps.breath.choose: в вопросе отрицание")


@pytest.mark.parametrize("labels", [("Записать", "Не нужно"), ("Да, дышит", "Хрипит")])
def test_where_nobody_answers_yes_or_no_a_denial_misleads_nobody(labels: tuple[str, str]) -> None:
    options = deepcopy(DOCUMENT["steps"]["breath"]["options"])
    for option, label in zip(options, labels, strict=True):
        option["label"] = label
    assert faults(choose="Почему не дышит?", options=options) == []


def test_enter_alone_answers_nothing_where_an_answer_calls_for_help() -> None:
    [said] = faults(deliberate=False)
    assert "Enter без взгляда" in said
