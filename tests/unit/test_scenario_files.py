"""Faults of scenario files as an author sees them: file, line, what is wrong, what to write."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from ekc_console.domain.scenario import Problem, ScenarioError, keys
from ekc_console.scenario_files import check_folder, load_folder, schema_text
from ekc_console.scenario_files.yaml_tree import read_tree
from tests.unit.domain.scenario_data import DATA, QUEUES, SHIPPED, TODAY

OPTIONS = "\n".join(
    f'      - {{key: "{key}", label: "Пункт {key}", next: end}}' for key in "0456789#"
)

ERRORS: list[tuple[str, str, str, str, str, str]] = [
    # file, text to replace, by what, a piece of the line that is named, message, remedy
    ("line", "kind: menu", "kind: bot", "kind: bot", "«bot» здесь не годится", "menu, script"),
    ("line", "approved: 2026-01-10", "approved: 10.01.2026", "approved:", "не дата", "2025-03-01"),
    ("line", "approved: 2026-01-10", "approved: 2027-02-01", "review_by:", "раньше даты", ""),
    ("line", "title: Меню", "titel: Меню", "titel:", "неизвестный ключ titel", "title?"),
    ("line", "title: Меню\n", "", "id: line", "нет обязательного ключа title", "Название"),
    ("line", "title: Меню", "title:", "title:", "значение пропущено", "Впишите"),
    ("line", "owner: Отдел", "owner: [а, б]", "owner:", "одно значение", ""),
    ("line", "start: hello", "start: helo", "start: helo", "шага «helo» нет", "hello?"),
    ("line", "dispositions:\n  goodbye: Попрощались", "dispositions: goodbye", "dispositions:",
     "ключ: значение", ""),
    ("line", "goodbye: Попрощались\n", "goodbye: Попрощались\nneeds: {goodby: age}\n", "needs:",
     "итога «goodby» нет", "goodbye?"),
    ("line", "goodbye: Попрощались\n", "goodbye: Попрощались\nneeds: {goodbye: aeg}\n", "needs:",
     "поля «aeg» нет", "age?"),
    ("line", "goodbye: Попрощались", "Goodbye: Попрощались", "Goodbye:", "имя «Goodbye»",
     "Латинские"),
    ("line", "type: number", "type: integer", "age: {", "«integer» здесь не годится", "number"),
    ("line", "choices: {adult: взрослый, child: ребёнок}", "hint: кто", "who: {",
     "нет вариантов", "Добавьте choices"),
    ("line", "type: choice", "type: text", "who: {", "choices не бывает", "type: choice"),
    ("line", "    say: Здравствуйте!\n", "", "hello:", "ровно одно из", ""),
    ("line", "    say: Здравствуйте!", "    sya: Здравствуйте!", "hello:", "ровно одно из", "say?"),
    ("line", "    say: Здравствуйте!", "    say: Здравствуйте!\n    end: goodbye", "hello:",
     "сразу say и end", "Разделите"),
    ("line", "    say: Здравствуйте!", "    say: ''", "    say: ''", "нужны слова", ""),
    ("line", "label: Перезвонить", "label: ''", "label: ''", "нужны слова", "Впишите"),
    ("line", "    prompt: hello\n    next: ask_age", "    prompt: hello", "hello:",
     "у шага нет продолжения", "next"),
    ("line", "next: ask_age", "next: ask_aeg", "next: ask_aeg", "шага «ask_aeg» нет", "ask_age?"),
    ("line", "ask: age", "ask: aeg", "ask: aeg", "поля «aeg» нет", "age?"),
    ("line", "{type: number, label: Возраст}", "{type: text, label: Возраст}", "ask: age",
     "нельзя набрать клавишами", "number"),
    ("line", "less_than: 18", "less_than: много", "check:", "не число", "цифрами"),
    ("line", "field: age, less_than: 18", "field: age", "check:",
     "ровно одно условие из: equals", "younger_than"),
    ("line", "field: age, less_than: 18", "field: age, younger_than: 18", "check:",
     "условие для поля с type: date", "другое"),
    ("line", "field: age, less_than: 18", "field: who, equals: grown", "check:",
     "варианта «grown» у поля нет", "adult"),
    ("line", "field: age, less_than: 18", "field: agee, less_than: 18", "check:",
     "поля «agee» нет", "age?"),
    ("line", "field: age, less_than: 18", "field: age, equals: '018'", "check:",
     "не так, как хранится", "Напишите 18"),
    ("line", "    then: menu_child\n", "", "is_child:", "нет обязательного ключа then", "then"),
    ("line", "then: menu_child", "then: nowhere", "then: nowhere", "шага «nowhere» нет", ""),
    ("line", 'key: "2"', 'key: "1"', "label: Перезвонить", "клавиша «1» уже у ответа «Оператор»",
     "разными"),
    ("line", "label: Перезвонить", "label: Человек", "label: Человек", "слова «Человек» уже",
     "разными"),
    ("line", 'key: "2"', 'key: "22"', "label: Перезвонить", "«22» здесь не годится", "0, 1"),
    ("line", ", next: plan}", "}", "label: Перезвонить", "у ответа нет продолжения", "next"),
    ("line", ", next: plan}", ", next: plam}", "label: Перезвонить", "шага «plam» нет", "plan?"),
    ("line", "set: {who: adult}", "set: {whom: adult}", "label: Оператор", "поля «whom» нет",
     "who?"),
    ("line", "set: {who: adult}", "set: {who: old}", "label: Оператор", "варианта «old»", "Есть"),
    ("line", "set: {who: adult}", "set: {age: many}", "label: Оператор", "не число", ""),
    ("line", 'repeat_key: "*"', 'repeat_key: "1"', "repeat_key:", "уже занята", "другую"),
    ("line", "    on_silence: to_queue\n", "", "  menu:", "если абонент молчит", "on_silence"),
    ("line", "on_silence: to_queue", "on_silence: queue", "on_silence:", "шага «queue» нет", ""),
    ("line", "on_wrong: end", "on_wrong: ende", "on_wrong:", "шага «ende» нет", "end?"),
    ("line", "timeout_s: 4.5", "timeout_s: 0", "timeout_s:", "больше нуля", ""),
    ("line", "timeout_s: 4.5", "timeout_s: nan", "timeout_s:", "не число", ""),
    ("line", "repeats: 1", "repeats: 1.5", "repeats:", "не целое число", ""),
    ("line", "repeats: 1", "repeats: -1", "repeats:", "меньше нуля", ""),
    ("line", "    timeout_s: 4.5", OPTIONS + "\n    timeout_s: 4.5", "options:",
     "слишком много пунктов для слуха: 11", "9"),
    ("line", "say: Детская линия.", f"say: {'Детская линия. ' * 30}", "say: Детская",
     "слишком длинно для слуха: 449", "350"),
    ("line", "{number}", "{numer}", "text: Перезвоним", "поля «numer» нет", "number?"),
    ("line", "{number}", "number}", "text: Перезвоним", "скобка без пары", "{phone}"),
    ("line", "queue: general", "queue: genral", "do: {queue", "очереди «genral»", "general?"),
    ("line", "script: reception", "script: receptoin", "do: {queue", "сценария «receptoin» нет",
     "reception?"),
    ("line", "script: reception", "script: line", "do: {queue", "а нужен script", ""),
    ("line", "callback: general", "callback: nobody", "do: {callback", "очереди «nobody»", ""),
    ("line", "do: {hang_up: true}", "do: {hang_up: false}", "do: {hang_up", "только true", ""),
    ("line", "do: {hang_up: true}", "do: {number: 103}", "do: {number", "ровно одно действие",
     "do: {queue"),
    ("line", "do: {hang_up: true}", "do: hang_up", "do: hang_up", "ключ: значение", ""),
    ("line", "do: {hang_up: true}", "do: {hang_up: true}\n    next: end", "    next: end",
     "сценарий кончается", "Уберите next"),
    ("line", "end: goodbye", "end: goodby", "    end: goodby", "итога «goodby» нет", "goodbye?"),
    ("line", "on_wrong: end", "on_wrong: end\n  lost:\n    end: goodbye", "  lost:",
     "нет пути от начала", "hello"),
    ("line", "next: menu\n  menu:", "next: menu_child\n  menu:", "  menu_child:",
     "нельзя дойти до конца", "end"),
    ("line", "next: menu\n  menu:", "next: is_child\n  menu:", "  is_child:",
     "на круге, где ни о чём", "вопросом"),
    ("reception", "do: {scenario: reception}", "do: {scenario: line}", "do: {scenario",
     "а нужен script", ""),
    ("reception", "card: other, ", "", "  done: {end", "вид карточки", "card: other"),
    ("reception", "card: other", "card: none", "  done: {end",
     "«none» здесь не годится", "feedback"),
    ("reception", "text: Всего доброго!", "text: Всего, доброго!", "  done: {end",
     "непонятное слово «доброго!»", "в кавычки"),
    ("reception", "hint: Говорите медленно.", "hint: Скажите {fio}.", "hint: Скажите",
     "в подсказку поля", "operator"),
    ("reception", "text: Кто родитель?\n    next: kind",
     "text: Кто родитель?\n    next: is_child\n  loop:\n    check: {field: fio, filled: true}\n"
     "    then: loop\n    else: kind",
     "  loop:", "нет пути от начала", ""),
    ("reception", "id: reception", "id: другое", "id: другое", "имя «другое» не годится", ""),
    ("reception", "id: reception", "id: other", "id: other", "файл называется reception.yaml",
     "other.yaml"),
    ("reception", "  done: Сделано", "  done: Сделано\n  done: Готово", "done: Готово",
     "ключ done здесь уже был", "Оставьте"),
    ("reception", "  born:\n", "  fio:\n", "  fio:\n    ask: born", "ключ fio здесь уже был", ""),
    ("reception", "  done: Сделано", "\tdone: Сделано", "\tdone", "это не YAML", "табуляции"),
    ("reception", "title: Приём", "title: Приём: первый", "title:", "это не YAML", "в кавычки"),
    ("reception", "  done: Сделано", "  [a]: b", "[a]", "ключом может быть только слово", ""),
    ("reception", "field: born, younger_than: 18", "field: state_103, equals: answer", "check:",
     "варианта «answer» у поля нет", "answered?"),
    ("reception", "field: born, younger_than: 18", "field: state_130, filled: true", "check:",
     "поля «state_130» нет", "state_103?"),
    ("reception", "field: born, younger_than: 18", "field: state_103, brought: true", "check:",
     "это не поле", "filled"),
    ("reception", "text: Кто родитель?", "text: 'Кто {state_103}?'", "text: 'Кто",
     "поля «state_103» нет", ""),
    ("reception", "  note: {type", "  state_103: {type: text, label: А}\n  note: {type",
     "state_103:", "это имя занято", "иначе"),
    ("line", "field: age, less_than: 18", "field: state_103, filled: true", "check:",
     "в меню «state_103» не бывает", "сценария оператора"),
    ("reception", "owner: Отдел", "owner: &o {a: *o}", "owner:", "содержит сам себя", ""),
]  # fmt: skip


def folder(to: Path, **changes: tuple[str, str]) -> dict[str, str]:
    """The test scenarios in ``to``, each with a replacement; their texts by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in DATA.glob("*.yaml")}
    for name, (old, new) in changes.items():
        assert old in texts[name], old
        texts[name] = texts[name].replace(old, new, 1)
    for name, text in texts.items():
        (to / f"{name}.yaml").write_text(text, encoding="utf-8")
    return texts


def line_with(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


@pytest.mark.parametrize(("name", "old", "new", "at", "message", "remedy"), ERRORS)
def test_an_error_names_its_line_and_the_remedy(
    tmp_path: Path, name: str, old: str, new: str, at: str, message: str, remedy: str
) -> None:
    text = folder(tmp_path, **{name: (old, new)})[name]
    found = [p for p in check_folder(tmp_path, QUEUES, TODAY).errors if message in p.message]
    assert found, check_folder(tmp_path, QUEUES, TODAY).problems
    problem = found[0]
    assert (problem.file, problem.line) == (
        str(tmp_path / f"{name}.yaml"),
        line_with(text, at),
    )
    assert remedy in problem.remedy
    with pytest.raises(ScenarioError) as caught:
        load_folder(tmp_path, QUEUES, TODAY)
    assert f"{name}.yaml:{problem.line}: " in str(caught.value)


def warnings_of(path: Path, today: date = TODAY) -> list[Problem]:
    checked = check_folder(path, QUEUES, today)
    assert not checked.errors
    return checked.warnings


def test_an_expired_scenario_is_only_a_warning(tmp_path: Path) -> None:
    text = folder(tmp_path)["line"]
    found = warnings_of(tmp_path, date(2027, 1, 11))
    assert [p.scenario for p in found] == ["line", "reception"]
    assert found[0].line == line_with(text, "review_by")
    assert "прошёл 10.01.2027" in found[0].message
    assert load_folder(tmp_path, QUEUES, date(2027, 1, 11)).keys() == {"line", "reception"}
    assert not warnings_of(tmp_path, date(2027, 1, 10))


def test_a_long_text_on_a_screen_and_an_unused_field_are_warnings(tmp_path: Path) -> None:
    folder(
        tmp_path,
        reception=("text: Что ещё?", f"text: {'Что ещё бывает. ' * 30}"),
        line=("fields:", "fields:\n  spare: {type: text, label: Лишнее}"),
    )
    spare, long = warnings_of(tmp_path)
    assert "не используется" in spare.message
    assert spare.where == "fields.spare"
    assert "слишком длинно" in long.message
    assert long.where == "steps.note.text"


def test_every_error_is_listed_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    folder(
        tmp_path,
        line=("kind: menu\nowner: Отдел", "kind: bot\nonwer: Отдел"),
        reception=("start: fio", "start: foi"),
    )
    lines = [(p.scenario, p.line) for p in check_folder(tmp_path, QUEUES, TODAY).errors]
    assert lines == [("line", 1), ("line", 3), ("line", 4), ("reception", 7)]


def test_a_scenario_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    folder(tmp_path, reception=("kind: script", "kind: play"))
    errors = check_folder(tmp_path, QUEUES, TODAY).errors
    assert [p.scenario for p in errors] == ["reception"]


def test_one_code_has_one_label(tmp_path: Path) -> None:
    folder(tmp_path, line=("goodbye: Попрощались", "goodbye: Попрощались\n  done: Всё"))
    (problem,) = check_folder(tmp_path, QUEUES, TODAY).errors
    assert "итог done назван «Сделано»" in problem.message
    assert problem.where == "dispositions.done"


def test_scenarios_that_hand_over_to_each_other_for_ever(tmp_path: Path) -> None:
    folder(tmp_path, reception=("start: fio", "start: elsewhere"))
    unreached = check_folder(tmp_path, QUEUES, TODAY).errors
    text = folder(tmp_path, reception=(
        "start: fio",
        "start: known",
    ))["reception"].replace(
        "steps:\n",
        "steps:\n  known:\n    check: {field: fio, filled: true}\n    then: elsewhere\n"
        "    else: fio\n",
    )  # fmt: skip
    (tmp_path / "reception.yaml").write_text(text, encoding="utf-8")
    (problem,) = check_folder(tmp_path, QUEUES, TODAY).errors
    assert "по кругу" in problem.message
    assert problem.line == line_with(text, "    do: {scenario")
    assert any("по кругу" in p.message for p in unreached)


def test_queues_are_not_checked_when_unknown(tmp_path: Path) -> None:
    folder(tmp_path, line=("queue: general", "queue: anything"))
    assert load_folder(tmp_path, None, TODAY)


def test_a_folder_that_is_not_there_or_empty(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="не читается"):
        load_folder(tmp_path / "none", QUEUES, TODAY)
    with pytest.raises(ScenarioError, match="нет сценариев"):
        load_folder(tmp_path, QUEUES, TODAY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "нужны пары"),
        (b"id: \xff\xfe", "не в кодировке UTF-8"),
        (b"- a\n- b\n", "нужны пары"),
        (b"id: a\x00b", "это не YAML"),
        (b"id: [a\n", "это не YAML"),
        pytest.param(b"[" * 9999 + b"]" * 9999, "вложено слишком глубоко", id="deep"),
        (b"? {a: b}\n: c\n", "ключом может быть только слово"),
    ],
)
def test_files_that_are_no_scenarios(tmp_path: Path, content: bytes, message: str) -> None:
    folder(tmp_path)
    (tmp_path / "odd.yaml").write_bytes(content)
    errors = check_folder(tmp_path, QUEUES, TODAY).errors
    assert any(p.scenario == "odd" and message in p.message for p in errors)


def test_a_file_of_another_suffix_is_named(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "line.yaml").rename(tmp_path / "line.yml")
    (problem,) = check_folder(tmp_path, QUEUES, TODAY).errors
    assert "line.yml" in problem.message
    assert "line.yaml" in problem.remedy


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    folder(tmp_path)
    os.unlink(tmp_path / "line.yaml")
    (tmp_path / "line.yaml").mkdir()
    (problem,) = check_folder(tmp_path, QUEUES, TODAY).errors
    assert "не читается" in problem.message


def test_scalars_stay_as_they_are_written() -> None:
    tree = read_tree("a: 2026-01-10\nb: no\nc: 007\nd: ~\ne: ''\nf:\n  - 1.10\n")
    assert tree.data == {
        "a": "2026-01-10", "b": "no", "c": "007", "d": None, "e": "", "f": ["1.10"]
    }  # fmt: skip
    assert tree.line_of(("f", 0)) == 7
    assert tree.line_of(("f", 3, "x")) == 6
    assert tree.line_of(("nowhere",)) == 1


def test_the_schema_beside_the_scripts_is_the_one_of_the_code() -> None:
    assert (SHIPPED / "schema.json").read_text(encoding="utf-8") == schema_text()
    assert json.loads(schema_text())["required"]


def test_the_example_in_the_guide_is_sound(tmp_path: Path) -> None:
    guide = (SHIPPED.parent / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "flu.yaml").write_text(example, encoding="utf-8")
    assert check_folder(tmp_path, QUEUES, TODAY).problems == []


def test_the_guide_names_every_key() -> None:
    guide = (SHIPPED.parent / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    tables = [keys.DOCUMENT, keys.FIELD, keys.OPTION, keys.CONDITION]
    tables += [*keys.STEPS.values(), *keys.ACTIONS.values()]
    names = {name for table in tables for name in table}
    assert [
        name for name in sorted(names) if f"`{name}" not in guide and f"{name}:" not in guide
    ] == []
