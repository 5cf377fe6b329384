"""Faults of one step of a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ekc_console.domain.scenario.field_error import FieldError
from ekc_console.domain.scenario.fields import KEYED_TYPES
from ekc_console.domain.scenario.filling import SLOT
from ekc_console.domain.scenario.model import (
    CALLS,
    FACTS,
    NUMBER,
    Ask,
    Check,
    Choose,
    Condition,
    Do,
    End,
    Field,
    GoTo,
    Problem,
    Say,
    Scenario,
    Step,
    Template,
    ToQueue,
)
from ekc_console.domain.scenario.tables import nearest
from ekc_console.domain.state.skills import check_need
from ekc_console.domain.state.strategy import SettingsError

EAR_LIMIT = 350
"""Characters of one spoken text: about 25 seconds at 14 characters a second."""
EMERGENCY = "emergency"
"""The scenario of an emergency."""
_NOT_IN_A_MENU = (
    "only бывает только в сценарии оператора (kind: script).",
    "Уберите only: в меню медика нет.",
)
_YES_OR_NO = frozenset(("да", "нет"))
_DENIES = re.compile(r"\bне\b|\bнет ли\b|\bникак", re.IGNORECASE)
"""In a question: «да» to it may mean the one or the other."""
MENU_LIMIT = 9
"""Options of one spoken menu."""

Path = tuple[str | int, ...]


def check_step(scenario: Scenario, step: Step, today: date) -> Iterator[Problem]:
    """Every fault of one step; paths are below the step. ``today`` is for values of dates."""
    yield from _texts(scenario, step)
    yield from _questions(scenario, step)
    match step:
        case Do(action=ToQueue() as action):
            yield from _demands(action)
        case Ask():
            yield from _ask(scenario, step)
        case Choose():
            yield from _choose(scenario, step, today)
            yield from _threats(scenario, step)
            yield from _medics_answers(scenario, step)
        case Say() if step.only and scenario.kind == "menu":
            yield Problem(("only",), *_NOT_IN_A_MENU)
        case Check(condition=condition):
            for problem in _condition(scenario, condition, today):
                yield replace(problem, path=("check", *problem.path))
        case End():
            yield from _end(scenario, step)


def _demands(action: ToQueue) -> Iterator[Problem]:
    for index, text in enumerate(action.skills):
        try:
            check_need(text)
        except SettingsError as error:
            yield Problem(("do", "skills", index), error.message, error.remedy)


def _texts(scenario: Scenario, step: Step) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, text in (("voice", step.voice), ("operator", step.operator)):
        path = _text_path(scenario, step, key)
        if text.source not in seen:
            yield from _template(scenario, text, path, key)
        seen.add(text.source)
    if "{" in step.hint:
        yield Problem(
            ("hint",), "в подсказку поля не подставляются.", "Перенесите текст в operator."
        )
    length = len(SLOT.sub("", step.voice.source))
    if length > EAR_LIMIT:
        yield Problem(
            _text_path(scenario, step, "voice"),
            f"слишком длинно для слуха: {length} знаков.",
            f"Сократите до {EAR_LIMIT} или разделите на два шага.",
            "error" if scenario.kind == "menu" else "warning",
        )


def _questions(scenario: Scenario, step: Step) -> Iterator[Problem]:
    """Who is asked two things at once answers one of them."""
    if scenario.kind == "script" and step.voice.source.count("?") > 1:
        yield Problem(
            _text_path(scenario, step, "voice"),
            "два вопроса в одном шаге: ответят на один.",
            "Спросите по одному: сделайте второй шаг.",
            "warning",
        )


def _text_path(scenario: Scenario, step: Step, key: str) -> Path:
    """Where the text is written: its own key, or the step's main text."""
    body = scenario.document["steps"][step.id]
    for name in (key, "text", "say", "choose"):
        if name in body:
            return (name,)
    return ()


def _template(scenario: Scenario, text: Template, path: Path, key: str) -> Iterator[Problem]:
    known = [*scenario.fields, NUMBER]
    if key == "operator" and scenario.kind == "script":
        known += CALLS
    for name in text.slots:
        if name not in known:
            yield Problem(path, f"поля «{name}» нет.", nearest(name, known))
    if "{" in SLOT.sub("", text.source) or "}" in SLOT.sub("", text.source):
        yield Problem(path, "фигурная скобка без пары.", "Поле вставляют так: {phone}.")


def _ask(scenario: Scenario, step: Ask) -> Iterator[Problem]:
    field = scenario.fields.get(step.field)
    if field is None:
        yield Problem(("ask",), f"поля «{step.field}» нет.", nearest(step.field, scenario.fields))
    elif scenario.kind == "menu" and field.type not in KEYED_TYPES:
        yield Problem(
            ("ask",),
            f"поле с type: {field.type} нельзя набрать клавишами телефона.",
            f"В меню можно спросить: {', '.join(sorted(KEYED_TYPES))}.",
        )


def _choose(scenario: Scenario, step: Choose, today: date) -> Iterator[Problem]:
    yield from _answers_told_apart(step)
    if step.repeat_key and step.repeat_key in (option.key for option in step.options):
        yield Problem(
            ("repeat_key",),
            f"клавиша {step.repeat_key} уже занята ответом.",
            "Выберите другую клавишу для повтора.",
        )
    for index, option in enumerate(step.options):
        for name, value in option.sets.items():
            yield from _sets(scenario, name, value, ("options", index, "set", name), today)
    if scenario.kind == "menu":
        if not step.on_silence:
            yield Problem(
                (),
                "не сказано, что делать, если абонент молчит.",
                "Добавьте on_silence: имя шага, например передачи оператору.",
            )
        if len(step.options) > MENU_LIMIT:
            yield Problem(
                ("options",),
                f"слишком много пунктов для слуха: {len(step.options)}.",
                f"Оставьте не больше {MENU_LIMIT}, остальное вынесите во второе меню.",
            )


def _threats(scenario: Scenario, step: Choose) -> Iterator[Problem]:
    """Nobody misses an emergency by Enter alone, or by a «да» that was meant the other way."""
    if scenario.kind == "menu":
        return
    if not step.deliberate and any(_is_emergency(scenario, o.next) for o in step.options):
        yield Problem(
            (),
            "ответ ведёт к вызову скорой, а Enter без взгляда даёт первый.",
            "Добавьте deliberate: true.",
            "warning",
        )
    answers = {re.split(r"\W", option.label, maxsplit=1)[0].lower() for option in step.options}
    asked = [part for part in re.split(r"(?<=[.?!])\s", step.voice.source) if "?" in part]
    if answers >= _YES_OR_NO and any(_DENIES.search(question) for question in asked):
        yield Problem(
            _text_path(scenario, step, "voice"),
            "в вопросе отрицание: «да» и «нет» на него поймут двояко.",
            "Спросите без «не»: «Дышит?», а не «Не дышит?».",
            "warning",
        )


def _is_emergency(scenario: Scenario, name: str) -> bool:
    following = scenario.steps.get(name)
    return isinstance(following, Do) and following.action == GoTo(EMERGENCY)


def _medics_answers(scenario: Scenario, step: Choose) -> Iterator[Problem]:
    """Nobody stands before a step with no way on, and no emergency waits for a medic."""
    for index, option in enumerate(step.options):
        if not option.only:
            continue
        path = ("options", index, "only")
        if scenario.kind == "menu":
            yield Problem(path, *_NOT_IN_A_MENU)
        elif step.signs or _is_emergency(scenario, option.next):
            yield Problem(
                path, "угроза жизни не ждёт медика.", "Уберите only: так ответить может каждый."
            )
        elif index == 0:
            yield Problem(
                path,
                "первый ответ выделен заранее, а выбрать его может только медик.",
                "Поставьте первым ответ для всех.",
            )


def _answers_told_apart(step: Choose) -> Iterator[Problem]:
    taken: dict[str, int] = {}
    for index, option in enumerate(step.options):
        for kind, word in (
            ("key", option.key),
            ("label", option.label),
            *(("phrases", phrase) for phrase in option.phrases),
        ):
            first = taken.setdefault(word.lower(), index)
            if first != index:
                what = "клавиша" if kind == "key" else "слова"
                yield Problem(
                    ("options", index, kind),
                    f"{what} «{word}» уже у ответа «{step.options[first].label}».",
                    "Сделайте ответы разными.",
                )


def _sets(scenario: Scenario, name: str, value: str, path: Path, today: date) -> Iterator[Problem]:
    field = scenario.fields.get(name)
    if field is None:
        yield Problem(path, f"поля «{name}» нет.", nearest(name, scenario.fields))
    elif value:  # an empty one empties the field
        yield from _canonical(field, value, path, today)


def _canonical(field: Field, value: str, path: Path, today: date) -> Iterator[Problem]:
    """A value written into the document must stand in the form it is stored in."""
    if field.type == "choice" and value not in field.choices:
        yield Problem(path, f"варианта «{value}» у поля нет.", nearest(value, field.choices))
        return
    try:
        wanted = field.parse(value, today)
    except FieldError as error:
        yield Problem(path, error.message, error.remedy)
        return
    if wanted != value:
        yield Problem(path, f"«{value}» записано не так, как хранится.", f"Напишите {wanted}.")


_TEST_TYPES = {"younger_than": "date", "less_than": "number", "more_than": "number"}


def _condition(scenario: Scenario, condition: Condition, today: date) -> Iterator[Problem]:
    if condition.field == NUMBER and condition.test in ("filled", "brought"):
        return
    fact = FACTS.get(condition.field)
    field = scenario.fields.get(condition.field) or fact
    if field is None:
        known = nearest(condition.field, [*scenario.fields, *FACTS])
        yield Problem(("field",), f"поля «{condition.field}» нет.", known)
        return
    if fact is not None and scenario.kind == "menu":
        yield Problem(("field",), f"в меню «{fact.name}» не бывает.", "Это для сценария оператора.")
    elif fact is not None and condition.test == "brought":
        yield Problem((condition.test,), "это не поле.", "Напишите equals, in или filled.")
    wanted = _TEST_TYPES.get(condition.test, field.type)
    if field.type != wanted:
        yield Problem(
            (condition.test,),
            f"это условие для поля с type: {wanted}, а у «{field.name}» type: {field.type}.",
            "Выберите другое условие или поле.",
        )
    elif condition.test in ("equals", "in"):
        for value in condition.values:
            yield from _canonical(field, value, (condition.test,), today)


def _end(scenario: Scenario, step: End) -> Iterator[Problem]:
    if step.disposition not in scenario.dispositions:
        yield Problem(
            ("end",),
            f"итога «{step.disposition}» нет в dispositions.",
            nearest(step.disposition, scenario.dispositions),
        )
    if scenario.kind == "script" and not step.card:
        yield Problem((), "не указан вид карточки.", "Добавьте card, например card: other.")
