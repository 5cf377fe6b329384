"""Where a menu brings a caller whose own way is not there: its queue is gone, or the menu broke.

Never to any queue at hand, but where the menu's author sends people who say nothing: that is where
somebody answers who can help with everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import structlog

from ekc_console.domain import scenario as sc

log = structlog.get_logger(__name__)

USUAL_QUEUE, USUAL_TOPIC = "general", "general"


def reachable(
    wanted: sc.ToQueue,
    scenario: sc.Scenario,
    scenarios: Mapping[str, sc.Scenario],
    queues: Collection[str],
) -> sc.ToQueue:
    """``wanted`` where its queue is there; else the way of silence, with the topic and the script
    that the caller has chosen. ``queues``: those in force, at least one."""
    if wanted.queue in queues:
        return wanted
    found = last_resort(scenario, scenarios, queues)
    log.error("queue of a menu is gone", menu=scenario.id, queue=wanted.queue, taken=found.queue)
    return replace(found, topic=wanted.topic, script=wanted.script)


def last_resort(
    scenario: sc.Scenario, scenarios: Mapping[str, sc.Scenario], queues: Collection[str]
) -> sc.ToQueue:
    """Where those who say nothing go; the queue ``general``, or the last one, of a menu that
    leads them nowhere."""
    for action in _way_of_silence(scenario, scenarios):
        if action.queue in queues:
            return action
    queue = USUAL_QUEUE if USUAL_QUEUE in queues else list(queues)[-1]
    return sc.ToQueue(queue=queue, topic=USUAL_TOPIC)


def _way_of_silence(
    scenario: sc.Scenario, scenarios: Mapping[str, sc.Scenario]
) -> Iterator[sc.ToQueue]:
    """Queues at its end: one, or none."""
    seen: set[tuple[str, str]] = set()
    name = scenario.start
    while (scenario.id, name) not in seen:
        seen.add((scenario.id, name))
        step = scenario.steps.get(name)
        match step:
            case sc.Do(action=sc.ToQueue() as action):
                yield action
                return
            case sc.Do(action=sc.GoTo(scenario=other)) if other in scenarios:
                scenario = scenarios[other]
                name = scenario.start
            case sc.Choose():
                name = step.on_silence or step.on_wrong
            case sc.Check():
                name = step.otherwise
            case sc.Say() | sc.Ask() | sc.Do():
                name = step.next
            case _:
                return
