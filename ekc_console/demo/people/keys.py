"""Which keys lead through a voice menu to which topic, read from the menus themselves."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from ekc_console.domain import scenario as sc

MAX_KEYS = 8
END_OF_DIGITS = "#"


def keys_to_topics(scenarios: Mapping[str, sc.Scenario], main_menu: str) -> dict[str, str]:
    """The shortest keys from the start of ``main_menu`` to each topic's queue.

    Topics that cannot be reached by keys are not in the result.
    """
    found: dict[str, str] = {}
    first = (main_menu, scenarios[main_menu].start)
    waiting: deque[tuple[tuple[str, str], str]] = deque([(first, "")])
    seen: set[tuple[str, str]] = set()
    while waiting:
        place, keys = waiting.popleft()
        if place in seen or len(keys) > MAX_KEYS or place[0] not in scenarios:
            continue
        seen.add(place)
        scenario_id, step_id = place
        step = scenarios[scenario_id].steps[step_id]
        if isinstance(step, sc.Do) and isinstance(step.action, sc.ToQueue):
            found.setdefault(step.action.topic, keys)
        for target, more in _ways(scenarios, scenario_id, step):
            # A way without a key is no longer than the one that is looked at.
            put = waiting.append if more else waiting.appendleft
            put((target, keys + more))
    return found


def _ways(
    scenarios: Mapping[str, sc.Scenario], scenario_id: str, step: sc.Step
) -> list[tuple[tuple[str, str], str]]:
    """Where a step leads and by which keys."""
    match step:
        case sc.Say(next=target) if target:
            return [((scenario_id, target), "")]
        case sc.Ask(next=target, field=field) if target:
            # An empty answer passes a question; one that must be answered is asked twice first.
            required = scenarios[scenario_id].fields[field].required
            return [((scenario_id, target), END_OF_DIGITS * (2 if required else 1))]
        case sc.Choose(options=options):
            return [((scenario_id, option.next), option.key) for option in options]
        case sc.Check(then=then, otherwise=otherwise):
            return [((scenario_id, target), "") for target in (then, otherwise)]
        case sc.Do(action=sc.GoTo(scenario=target)) if target in scenarios:
            return [((target, scenarios[target].start), "")]
        case sc.Do(action=sc.PlanCallback(), next=target) if target:
            return [((scenario_id, target), "")]
    return []
