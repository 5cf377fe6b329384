from __future__ import annotations

import json
from datetime import date

import pytest

from ekc_console.domain import scenario as sc
from tests.unit.domain.scenario_data import TODAY, line, reception


def test_reads_every_key() -> None:
    menu = line().steps["menu"]
    assert isinstance(menu, sc.Choose)
    assert (menu.timeout_s, menu.repeats, menu.repeat_key) == (4.5, 1, "*")
    assert (menu.on_silence, menu.on_wrong, menu.wrong) == ("to_queue", "end", "Нет такого.")
    assert menu.options[0] == sc.Option("1", "Оператор", "to_queue", ("человек",), {"who": "adult"})
    queue = line().steps["to_queue"]
    assert isinstance(queue, sc.Do)
    assert queue.leaves
    assert queue.action == sc.ToQueue("general", "general", "reception", ("ru", "kids"), 2)
    plan = line().steps["plan"]
    assert isinstance(plan, sc.Do)
    assert not plan.leaves
    assert plan.action == sc.PlanCallback("general", "general")
    hang_up = line().steps["hang_up"]
    assert isinstance(hang_up, sc.Do)
    assert hang_up.action == sc.HangUp()
    assert line().steps["hello"].prompt == "hello"
    assert (line().approved, line().review_by) == (date(2026, 1, 10), date(2027, 1, 10))
    end = reception().steps["done"]
    assert isinstance(end, sc.End)
    assert (end.disposition, end.card) == ("done", "other")
    assert reception().steps["info"].hint == "Говорите медленно."


def test_titles_and_hints_come_from_what_is_there() -> None:
    steps = reception().steps
    assert steps["fio"].title == "ФИО"
    assert steps["fio"].hint == "Полностью"
    assert steps["kind"].title == "Приём или анализ, {fio}?"
    assert steps["elsewhere"].title == "Переход в другой сценарий"


def test_text_for_ear_and_eye() -> None:
    step = reception().steps["kind"]
    known = {"fio": "Иванова Анна", "born": "1985-03-02"}
    assert step.text_for("voice", known) == "Приём или анализ, Иванова Анна?"
    assert (
        step.text_for("operator", known) == "Спросите Иванова Анна (02.03.1985): приём или анализ?"
    )
    assert step.text_for("operator", {}) == "Приём или анализ?"
    assert step.text_for("voice", {}) == "Приём или анализ?"
    assert reception().steps["info"].text_for("voice", {"kind": "test"}) == "Ждём вас: анализ."
    spoken = line().steps["plan"].text_for("voice", {"number": "+79123456789"})
    assert spoken == "Перезвоним по номеру 8, 912, 345, 67, 89."


def test_a_document_goes_over_the_wire() -> None:
    again = sc.scenario_from_document(json.loads(json.dumps(reception().to_document())))
    assert again == reception()
    assert again.to_document() == reception().to_document()


def test_the_version_follows_the_content_and_not_the_order() -> None:
    document = reception().to_document()
    shuffled = dict(reversed(document.items()))
    assert sc.scenario_from_document(shuffled).version == reception().version
    changed = {**document, "title": "Другое"}
    assert sc.scenario_from_document(changed).version != reception().version
    assert len(reception().version) == 12
    int(reception().version, 16)


def test_types_of_json_will_do() -> None:
    document = reception().to_document()
    fields = {**document["fields"], "fio": {"type": "person", "label": "ФИО", "required": True}}
    assert sc.scenario_from_document({**document, "fields": fields}).fields["fio"].required


@pytest.mark.parametrize("document", [{}, [], None, "x", {"steps": {"a": None}}])
def test_what_is_no_scenario_is_refused(document: object) -> None:
    with pytest.raises(sc.ScenarioError):
        sc.scenario_from_document(document)  # type: ignore[arg-type]


def test_a_dangling_step_is_refused() -> None:
    document = {**reception().to_document(), "start": "nowhere"}
    with pytest.raises(sc.ScenarioError, match="шага «nowhere» нет"):
        sc.scenario_from_document(document)


@pytest.mark.parametrize(
    ("test", "values", "known", "holds"),
    [
        ("equals", ("a",), "a", True),
        ("equals", ("a",), "b", False),
        ("in", ("a", "b"), "b", True),
        ("in", ("a", "b"), "c", False),
        ("filled", ("true",), "x", True),
        ("filled", ("true",), "", False),
        ("filled", ("false",), "", True),
        ("filled", ("false",), "x", False),
        ("younger_than", ("18",), "2008-11-24", False),
        ("younger_than", ("18",), "2008-11-25", True),
        ("less_than", ("39",), "38.9", True),
        ("less_than", ("39",), "39", False),
        ("more_than", ("39",), "39.1", True),
        ("more_than", ("39",), "39", False),
        ("more_than", ("39",), "", False),
        ("younger_than", ("18",), "", False),
        ("equals", ("",), "", False),
    ],
)
def test_conditions(test: str, values: tuple[str, ...], known: str, holds: bool) -> None:
    condition = sc.Condition("field", test, values)  # type: ignore[arg-type]
    assert condition.holds({"field": known}, TODAY) is holds


def test_a_blank_answer_is_for_fields_that_may_be_empty() -> None:
    assert reception().fields["note"].parse("  ", TODAY) == ""
    with pytest.raises(sc.FieldError, match="обязательное"):
        reception().fields["fio"].parse("  ", TODAY)
