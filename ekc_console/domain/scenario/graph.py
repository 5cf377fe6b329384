"""The ways through a scenario."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from ekc_console.domain.scenario.field_error import SessionError
from ekc_console.domain.scenario.model import Check, Choose, Do, End, Scenario, Step

Path = tuple[str | int, ...]


def exits(step: Step) -> list[tuple[Path, str]]:
    """Every way on from a step: where it is written below the step, and the step it leads to."""
    match step:
        case Check():
            return [(("then",), step.then), (("else",), step.otherwise)]
        case Choose():
            ways: list[tuple[Path, str]] = [
                (("options", index, "next"), option.next)
                for index, option in enumerate(step.options)
            ]
            for key, target in (("on_silence", step.on_silence), ("on_wrong", step.on_wrong)):
                if target:
                    ways.append(((key,), target))
            return ways
        case End():
            return []
        case Do() if step.leaves:
            return []
    return [(("next",), step.next)]


def targets(step: Step) -> list[str]:
    return [target for _, target in exits(step)]


def reachable(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    """Every node that ``ways`` lead to from ``start``, itself included."""
    seen: set[str] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(ways.get(node, ()))
    return seen


def circles(ways: Mapping[str, Iterable[str]]) -> list[str]:
    """Nodes that lead back to themselves, in the order of ``ways``."""
    return [node for node, onward in ways.items() if node in reachable(onward, ways)]


def longest_ways(scenario: Scenario) -> dict[str, int]:
    """For every step reachable from the start: how many steps a person sees on the longest way to
    an end, itself included. Ways back are not counted."""
    lengths: dict[str, int] = {}
    open_: set[str] = set()

    def length(name: str) -> int:
        if name in open_:
            return 0
        if name not in lengths:
            open_.add(name)
            step = scenario.steps[name]
            further = max((length(target) for target in targets(step)), default=0)
            open_.discard(name)
            lengths[name] = further + (not isinstance(step, Check))
        return lengths[name]

    length(scenario.start)
    return lengths


def settled(
    scenario: Scenario,
    name: str,
    fields: Mapping[str, str],
    today: date,
    brought: Collection[str],
) -> str:
    """The step that ``name`` comes to when its checks are passed."""
    passed: set[str] = set()
    while isinstance(step := scenario.steps[name], Check):
        if name in passed:
            raise SessionError("step.checks_in_a_circle", title=scenario.title, step=name)
        passed.add(name)
        name = step.then if step.condition.holds(fields, today, brought) else step.otherwise
    return name
