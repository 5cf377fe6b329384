"""What scripts keep for a medic (``only: medic``): its words go to nobody else, and nobody else
decides it, whatever a console sends.

What a medic has decided stays in a card that goes on to others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar, cast

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.domain.scenario.graph import reachable, targets
from ekc_console.wire import messages

Message = TypeVar("Message", bound=msgspec.Struct)

KEPT = "Спросите медика"
"""Stands in a script for words that are a medic's."""
_WORDS = ("say", "text", "voice", "operator", "hint", "title")
_NEEDED = "say"


def without_words(message: Message) -> Message:
    """A reply with a script, for who is no medic."""
    if isinstance(message, messages.Reply) and isinstance(message.result, messages.ScenarioText):
        text = message.result
        shown = msgspec.structs.replace(text, document=_document(text.document))
        return cast(Message, msgspec.structs.replace(message, result=shown))
    return message


def decisions(
    scenario: sc.Scenario, path: Collection[sc.PathStep], stored: Collection[sc.PathStep]
) -> Iterator[sc.PathStep]:
    """Each step of ``path`` that is a medic's answer, or lies behind one that is not there, and is
    not ``stored`` already."""
    if not any(_medics(step) for step in scenario.steps.values()):
        return
    free = reachable([scenario.start], {name: _open(s) for name, s in scenario.steps.items()})
    behind = False
    for item in path:
        step = scenario.steps.get(item.step)
        option = step.option(item.value) if isinstance(step, sc.Choose) else None
        answered = bool(option and option.only)
        kept = any(_same(item, one) for one in stored)
        if (answered or (item.step not in free and not behind)) and not kept:
            yield item
        behind = behind or answered


def _same(item: sc.PathStep, other: sc.PathStep) -> bool:
    return (item.step, item.at, item.value) == (other.step, other.at, other.value)


def _medics(step: sc.Step) -> list[sc.Option]:
    return [o for o in step.options if o.only] if isinstance(step, sc.Choose) else []


def _open(step: sc.Step) -> list[str]:
    """Where everybody may go on from a step."""
    if not isinstance(step, sc.Choose):
        return targets(step)
    ways = [option.next for option in step.options if not option.only]
    return [*ways, *filter(None, (step.on_silence, step.on_wrong))]


# -- the document ---------------------------------------------------------------------


def _document(document: Mapping[str, Any]) -> dict[str, Any]:
    steps = {name: _step(step) for name, step in document["steps"].items()}
    return {**document, "steps": steps}


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    if step.get("only"):
        rest = {key: value for key, value in step.items() if key not in _WORDS}
        return {**rest, _NEEDED: KEPT}
    if "options" in step:
        return {**step, "options": [_option(option) for option in step["options"]]}
    return dict(step)


def _option(option: Mapping[str, Any]) -> dict[str, Any]:
    if not option.get("only"):
        return dict(option)
    rest = {key: value for key, value in option.items() if key != "phrases"}
    return {**rest, "label": f"{KEPT} ({option['key']})"}
