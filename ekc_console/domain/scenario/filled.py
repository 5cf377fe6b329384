"""Whether a walk that comes from elsewhere can be stored as a finished card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ekc_console.domain.scenario.field_error import FieldError
from ekc_console.domain.scenario.model import NUMBER, Ask, Choose, Field, Scenario
from ekc_console.domain.scenario.session import PathStep, SessionState


def not_filled(scenario: Scenario, state: SessionState, today: date) -> tuple[str, ...]:
    """Every place at fault, by its label: values that are no canonical ones of their fields,
    fields and answers that the scenario does not have, required questions passed without an
    answer. ``state`` is a sound walk of ``scenario``; a ``today`` is needed for dates."""
    return tuple(dict.fromkeys(_faults(scenario, state, today)))


def _faults(scenario: Scenario, state: SessionState, today: date) -> Iterator[str]:
    for name, value in state.fields.items():
        shape = scenario.fields.get(name)
        if shape is not None:
            yield from _value_faults(shape, value, today)
        elif name != NUMBER:
            yield name
    for index, item in enumerate(state.path):
        passed = index < len(state.path) - 1
        yield from _step_faults(scenario, state, item, passed, today)


def _step_faults(
    scenario: Scenario, state: SessionState, item: PathStep, passed: bool, today: date
) -> Iterator[str]:
    step = scenario.steps[item.step]
    if isinstance(step, Ask):
        shape = scenario.fields[step.field]
        if item.value:
            yield from _value_faults(shape, item.value, today)
        if passed and shape.required and not state.fields.get(step.field):
            yield shape.label
    elif isinstance(step, Choose):
        option = step.option(item.value) if item.value else None
        if item.value and (option is None or option.key != item.value):
            yield step.title or step.id


def _value_faults(shape: Field, value: str, today: date) -> Iterator[str]:
    try:
        canonical = shape.parse(value, today)
    except FieldError:
        yield shape.label
        return
    if canonical != value or (shape.type == "phone" and "*" in value):
        yield shape.label
