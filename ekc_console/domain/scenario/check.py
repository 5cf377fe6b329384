"""Faults that can be seen before a scenario runs: in one document, and in a set of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ekc_console.domain.scenario.check_step import check_step
from ekc_console.domain.scenario.graph import circles, exits, reachable, targets
from ekc_console.domain.scenario.model import (
    CALLS,
    FACTS,
    UNSETTLED,
    Ask,
    Check,
    Choose,
    Do,
    GoTo,
    PlanCallback,
    Problem,
    Say,
    Scenario,
    ScenarioError,
    ToQueue,
)
from ekc_console.domain.scenario.reading import read_document
from ekc_console.domain.scenario.tables import nearest

Path = tuple[str | int, ...]


def scenario_from_document(document: Mapping[str, Any]) -> Scenario:
    """Raises ScenarioError with every fault of structure and reference."""
    scenario, problems = read_document(document)
    if scenario is not None:
        problems = [p for p in check_scenario(scenario) if p.level == "error"]
    if scenario is None or problems:
        raise ScenarioError("\n".join(map(str, problems)), "Исправьте сценарий.")
    return scenario


def check_scenarios(
    scenarios: Mapping[str, Scenario], queues: Collection[str] | None, today: date
) -> list[Problem]:
    """Every fault of a set; ``queues`` are the known ids, None leaves queues unchecked."""
    problems = []
    for scenario in scenarios.values():
        found = [
            *check_scenario(scenario, today),
            *_outward(scenario, scenarios, queues),
            *_unused_fields(scenario, scenarios),
        ]
        problems += [replace(p, scenario=scenario.id) for p in found]
    return [*problems, *_same_labels(scenarios), *_circles_across(scenarios)]


def check_scenario(scenario: Scenario, today: date | None = None) -> list[Problem]:
    """Every fault that shows in one document alone; without ``today`` its dates are not judged."""
    problems = [
        *_dates(scenario, today),
        *_references(scenario),
        *_needs(scenario),
        *_unsettled(scenario),
        *_reserved(scenario),
    ]
    for name, step in scenario.steps.items():
        for problem in check_step(scenario, step, today or scenario.approved):
            problems.append(replace(problem, path=("steps", name, *problem.path)))
    if not any(p.level == "error" for p in problems):
        problems += _ways(scenario)
    return problems


# -- the document ------------------------------------------------------------------


def _dates(scenario: Scenario, today: date | None) -> Iterator[Problem]:
    if scenario.review_by < scenario.approved:
        yield Problem(
            ("review_by",),
            "срок пересмотра раньше даты утверждения.",
            "Проверьте approved и review_by.",
        )
    elif today is not None and scenario.review_by < today:
        yield Problem(
            ("review_by",),
            f"срок пересмотра прошёл {scenario.review_by:%d.%m.%Y}.",
            f"{scenario.owner}: пересмотрите и поставьте новые даты.",
            "warning",
        )


def _references(scenario: Scenario) -> Iterator[Problem]:
    """Names of steps that do not exist."""
    if scenario.start not in scenario.steps:
        yield _no_step(("start",), scenario.start, scenario)
    for name, step in scenario.steps.items():
        for path, target in exits(step):
            if not target:
                yield _leads_nowhere(("steps", name, *path))
            elif target not in scenario.steps:
                yield _no_step(("steps", name, *path), target, scenario)
        if isinstance(step, Do) and step.leaves and step.next:
            yield Problem(
                ("steps", name, "next"),
                "после этого действия сценарий кончается.",
                "Уберите next.",
            )


def _needs(scenario: Scenario) -> Iterator[Problem]:
    """Dispositions and fields that do not exist."""
    for code, name in scenario.needs.items():
        yield from _no_disposition(scenario, "needs", code)
        if name not in scenario.fields:
            yield Problem(("needs", code), f"поля «{name}» нет.", nearest(name, scenario.fields))


def _unsettled(scenario: Scenario) -> Iterator[Problem]:
    """Dispositions that do not exist, and words that say nothing."""
    for code, how in scenario.unsettled.items():
        yield from _no_disposition(scenario, "unsettled", code)
        if how not in UNSETTLED:
            yield Problem(
                ("unsettled", code),
                f"«{how}» здесь не значит ничего.",
                f"Напишите одно из: {', '.join(UNSETTLED)}.",
            )


def _no_disposition(scenario: Scenario, key: str, code: str) -> Iterator[Problem]:
    if code not in scenario.dispositions:
        message = f"итога «{code}» нет в dispositions."
        yield Problem((key, code), message, nearest(code, scenario.dispositions))


def _reserved(scenario: Scenario) -> Iterator[Problem]:
    for name in scenario.fields.keys() & (FACTS.keys() | CALLS.keys()):
        yield Problem(
            ("fields", name),
            "это имя занято: так называется то, что программа знает сама.",
            "Назовите поле иначе.",
        )


def _no_step(path: Path, target: str, scenario: Scenario) -> Problem:
    return Problem(path, f"шага «{target}» нет.", nearest(target, scenario.steps))


def _leads_nowhere(path: Path) -> Problem:
    where = "у ответа" if "options" in path else "у шага"
    return Problem(path, f"{where} нет продолжения.", "Добавьте next: имя следующего шага.")


def _ways(scenario: Scenario) -> Iterator[Problem]:
    steps = scenario.steps
    forward = {name: targets(step) for name, step in steps.items()}
    for name in steps.keys() - reachable([scenario.start], forward):
        yield Problem(
            ("steps", name),
            "к этому шагу нет пути от начала.",
            f"Сошлитесь на него в next или уберите. Начало — «{scenario.start}».",
        )
    backward: dict[str, list[str]] = {name: [] for name in steps}
    for name, onward in forward.items():
        for target in onward:
            backward[target].append(name)
    ends = [name for name, onward in forward.items() if not onward]
    for name in steps.keys() - reachable(ends, backward):
        yield Problem(
            ("steps", name),
            "с этого шага нельзя дойти до конца.",
            "Добавьте путь к шагу end или к передаче звонка.",
        )
    for name in circles(_unasked_ways(scenario)):
        yield Problem(
            ("steps", name),
            "шаг стоит на круге, где ни о чём не спрашивают.",
            "Разорвите круг вопросом или измените next.",
        )


def _unasked_ways(scenario: Scenario) -> dict[str, list[str]]:
    """Ways on from the steps where nobody stops: checks; a menu's texts, too, for no operator
    turns its pages."""
    passing = Check | Say | Do if scenario.kind == "menu" else Check
    return {
        name: targets(step) for name, step in scenario.steps.items() if isinstance(step, passing)
    }


# -- beyond the document -----------------------------------------------------------


def _outward(
    scenario: Scenario, scenarios: Mapping[str, Scenario], queues: Collection[str] | None
) -> Iterator[Problem]:
    """References to queues and to other scenarios."""
    for name, step in scenario.steps.items():
        if not isinstance(step, Do):
            continue
        path: Path = ("steps", name, "do")
        match step.action:
            case ToQueue(queue=queue, script=script):
                yield from _queue(queue, queues, (*path, "queue"))
                if script:
                    yield from _other(script, "script", scenarios, (*path, "script"))
            case PlanCallback() if scenario.kind == "script":
                yield Problem(
                    (*path, "callback"),
                    "обратный вызов планирует только меню.",
                    "В сценарии оператора закончите шаг итогом: перезвонит сам оператор.",
                )
            case PlanCallback(queue=queue):
                yield from _queue(queue, queues, (*path, "callback"))
            case GoTo(scenario=target):
                yield from _other(target, scenario.kind, scenarios, (*path, "scenario"))


def _unused_fields(scenario: Scenario, scenarios: Mapping[str, Scenario]) -> Iterator[Problem]:
    """A field is used, too, when the scenario goes on in another one that has it, or an outcome
    needs it: the card asks for it then."""
    used = set(scenario.needs.values())
    for step in scenario.steps.values():
        used.update(step.voice.slots, step.operator.slots)
        match step:
            case Ask():
                used.add(step.field)
            case Check():
                used.add(step.condition.field)
            case Choose():
                used.update(name for option in step.options for name in option.sets)
            case Do(action=GoTo(scenario=target)) if target in scenarios:
                used.update(scenarios[target].fields)
    for name in scenario.fields:
        if name not in used:
            yield Problem(
                ("fields", name), "поле нигде не используется.", "Спросите его или уберите.",
                "warning",
            )  # fmt: skip


def _circles_across(scenarios: Mapping[str, Scenario]) -> Iterator[Problem]:
    """Scenarios that hand over to each other for ever, asking nothing."""
    ways: dict[str, list[str]] = {}
    handovers: dict[str, Problem] = {}
    for scenario in scenarios.values():
        for name, onward in _unasked_ways(scenario).items():
            ways[f"{scenario.id}/{name}"] = [f"{scenario.id}/{target}" for target in onward]
        for name, step in scenario.steps.items():
            if isinstance(step, Do) and isinstance(step.action, GoTo):
                target = scenarios.get(step.action.scenario)
                node = f"{scenario.id}/{name}"
                ways[node] = [f"{target.id}/{target.start}"] if target else []
                handovers[node] = Problem(
                    ("steps", name, "do"),
                    "сценарии переходят друг в друга по кругу и ни о чём не спрашивают.",
                    "Поставьте перед переходом вопрос.",
                    scenario=scenario.id,
                )
    for node in circles(ways):
        if node in handovers:
            yield handovers[node]


def _same_labels(scenarios: Mapping[str, Scenario]) -> Iterator[Problem]:
    """A code means one thing in all scenarios, for reports count by it."""
    first: dict[str, tuple[str, str]] = {}
    for scenario in scenarios.values():
        for code, label in scenario.dispositions.items():
            known, where = first.setdefault(code, (label, scenario.id))
            if known != label:
                yield Problem(
                    ("dispositions", code),
                    f"итог {code} назван «{label}», а в сценарии {where} — «{known}».",
                    "Назовите одинаково или возьмите другой код.",
                    scenario=scenario.id,
                )


def _queue(queue: str, queues: Collection[str] | None, path: Path) -> Iterator[Problem]:
    if queues is not None and queue not in queues:
        yield Problem(path, f"очереди «{queue}» в настройках нет.", nearest(queue, sorted(queues)))


def _other(
    target: str, kind: str, scenarios: Mapping[str, Scenario], path: Path
) -> Iterator[Problem]:
    alike = {name: s for name, s in scenarios.items() if s.kind == kind}
    if target not in scenarios:
        yield Problem(path, f"сценария «{target}» нет.", nearest(target, alike))
    elif target not in alike:
        yield Problem(
            path,
            f"«{target}» — сценарий вида {scenarios[target].kind}, а нужен {kind}.",
            nearest(target, alike),
        )
