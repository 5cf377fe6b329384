"""Faults of knowledge files as their authors see them: file, line, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ekc_console.config import shipped_scripts
from ekc_console.scenario_files import CheckedKnowledge, check_knowledge

TODAY = date(2026, 11, 1)
HEAD = "owner: Отдел\napproved: 2026-01-10\nreview_by: 2027-01-10\n"
ANSWER = """answers:
  - id: one
    topic: general
    question: Вопрос?
    answer: Ответ.
"""
CLINIC = """clinics:
  - id: one
    title: Поликлиника
    address: Садовая, 1
    phones: ["1"]
    hours: круглосуточно
    specialties: [терапевт, хирург]
"""
SIGN = """signs:
  - id: one
    title: Инсульт
    looks: лицо перекосило
    say: Не кладите трубку.
    call: "103"
    phrases: [инсульт]
    source: памятка
"""
TWICE = SIGN + SIGN.partition("\n")[2].replace("id: one", "id: two").replace("Инсульт", "Удар")


def check(folder: Path, **files: str) -> CheckedKnowledge:
    (folder / "knowledge").mkdir()
    for name, text in files.items():
        (folder / "knowledge" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return check_knowledge(folder, {"general"}, TODAY)


def test_the_shipped_knowledge_has_no_fault() -> None:
    checked = check_knowledge(shipped_scripts(), None, date(2026, 11, 1))
    assert checked.problems == []
    assert checked.knowledge.answers
    assert "терапевт" in checked.knowledge.specialties


def test_the_list_of_emergency_signs_has_an_owner_and_a_date() -> None:
    signs = check_knowledge(shipped_scripts(), None, TODAY).knowledge.signs
    assert signs
    for sign in signs:
        assert sign.owner == "Министерство здравоохранения региона"
        assert sign.review_by > TODAY


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    assert check_knowledge(tmp_path, None, TODAY).problems == []


def test_owner_and_review_of_an_entry_come_before_those_of_the_file(tmp_path: Path) -> None:
    own = ANSWER + "    owner: Другой\n    review_by: 2026-02-01\n"
    checked = check(tmp_path, a=HEAD + own, b=HEAD + CLINIC)
    assert checked.knowledge.answers[0].owner == "Другой"
    assert checked.knowledge.clinics[0].owner == "Отдел"
    assert [p.message for p in checked.warnings] == ["срок пересмотра прошёл 01.02.2026."]
    assert checked.warnings[0].line == 10


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEAD + ANSWER.replace("topic: general", "topic: generl"), 6, "темы «generl» нет"),
        (HEAD + ANSWER.replace("    answer: Ответ.\n", ""), 5, "нет обязательного ключа answer"),
        (HEAD + ANSWER.replace("Ответ.", "о" * 2001), 8, "ответ длиннее"),
        (HEAD + ANSWER.replace("question:", "qestion:"), 7, "неизвестный ключ qestion"),
        (HEAD + ANSWER + ANSWER.partition("\n")[2], 9, "здесь уже есть"),
        (HEAD + ANSWER + CLINIC, 1, "ровно одно"),
        (
            HEAD + CLINIC + CLINIC.partition("\n")[2].replace("id: ", "id: new_"),
            12,
            "здесь уже есть",
        ),
        (HEAD, 1, "ровно одно"),
        (HEAD + SIGN + ANSWER, 1, "ровно одно"),
        (HEAD + SIGN.replace('"103"', '"122"'), 9, "«122» здесь не годится"),
        (HEAD + SIGN.replace("    source: памятка\n", ""), 5, "нет обязательного ключа source"),
        (HEAD + SIGN.replace("looks:", "looks_like:"), 7, "неизвестный ключ looks_like"),
        (HEAD + TWICE, 17, "«инсульт» уже у признака «Инсульт»"),
        (HEAD + SIGN + SIGN.partition("\n")[2], 12, "здесь уже есть"),
        (HEAD + "answers:\n  - просто текст\n", 5, "ключ: значение"),
        ("owner: [\n", 1, "не YAML"),
        (HEAD.replace("2027", "2025") + ANSWER, 3, "раньше даты"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    checked = check(tmp_path, a=text)
    fault = next(p for p in checked.errors if message in p.message)
    assert fault.line == line
    assert fault.file.endswith("a.yaml")


def test_one_id_in_two_files_is_a_fault(tmp_path: Path) -> None:
    checked = check(tmp_path, a=HEAD + ANSWER, b=HEAD + ANSWER)
    assert [(p.line, p.message) for p in checked.errors] == [(5, "id one уже есть в другом файле.")]


def test_one_name_of_two_clinics_is_a_fault(tmp_path: Path) -> None:
    """By the name a card is the one's or the other's."""
    other = CLINIC.replace("id: ", "id: new_")
    checked = check(tmp_path, a=HEAD + CLINIC, b=HEAD + other)
    assert [p.line for p in checked.errors] == [6]
    assert "уже есть в другом файле" in checked.errors[0].message


@pytest.mark.parametrize("harm", [Path.touch, lambda folder: folder.symlink_to(folder.name)])
def test_a_folder_that_cannot_be_read_is_a_fault(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """It is not the same as none."""
    harm(tmp_path / "knowledge")
    [fault] = check_knowledge(tmp_path, None, TODAY).errors
    assert str(fault).startswith(f"{tmp_path}/knowledge:")
    assert "не читается" in fault.message


def test_a_link_to_a_folder_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "knowledge").symlink_to(tmp_path / "gone")
    [fault] = check_knowledge(tmp_path, None, TODAY).errors
    assert "не читается" in fault.message
