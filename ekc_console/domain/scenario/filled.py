"""Whether a walk that comes from elsewhere can be stored as a finished card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ekc_console.domain.scenario.field_error import FieldError
from ekc_console.domain.scenario.model import NUMBER, Ask, Choose, Field, Scenario
from ekc_console.domain.scenario.session import PathStep, SessionState
from ekc_console.errors import WordsError


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a card that keeps it from being finished."""

    field: str
    """Name of the field to mend; "" for the answer of a step."""
    label: str
    """Of the field, or the title of the step."""
    why: WordsError


_NUMBERS = ("phone", "snils", "oms")
"""Types of what a console may hold as a mask; a finished card holds the number itself."""


def not_filled(scenario: Scenario, state: SessionState, today: date) -> tuple[Fault, ...]:
    """Every place at fault, once: values that are no canonical ones of their fields, fields and
    answers that the scenario does not have, required questions passed without an answer. ``state``
    is a sound walk of ``scenario``; a ``today`` is needed for dates."""
    found: dict[str, Fault] = {}
    for fault in _faults(scenario, state, today):
        found.setdefault(fault.label, fault)
    return tuple(found.values())


def _faults(scenario: Scenario, state: SessionState, today: date) -> Iterator[Fault]:
    for name, value in state.fields.items():
        shape = scenario.fields.get(name)
        if shape is not None:
            yield from _value_faults(shape, value, today)
        elif name != NUMBER:
            yield Fault("", name, FieldError("field.unknown", label=name))
    for index, item in enumerate(state.path):
        passed = index < len(state.path) - 1
        yield from _step_faults(scenario, state, item, passed, today)


def _step_faults(
    scenario: Scenario, state: SessionState, item: PathStep, passed: bool, today: date
) -> Iterator[Fault]:
    step = scenario.steps[item.step]
    if isinstance(step, Ask):
        shape = scenario.fields[step.field]
        if item.value:
            yield from _value_faults(shape, item.value, today)
        if passed and shape.required and not state.fields.get(step.field):
            yield _fault(shape, FieldError("field.required", label=shape.label))
    elif isinstance(step, Choose):
        option = step.option(item.value) if item.value else None
        if item.value and (option is None or option.key != item.value):
            known = ", ".join(f"{o.key} — {o.label}" for o in step.options)
            why = FieldError("field.no_such_answer", text=item.value, known=known)
            yield Fault("", step.title or step.id, why)


def _value_faults(shape: Field, value: str, today: date) -> Iterator[Fault]:
    try:
        canonical = shape.parse(value, today)
    except FieldError as error:
        yield _fault(shape, error)
        return
    if canonical != value or (shape.type in _NUMBERS and "*" in value):
        yield _fault(shape, FieldError("field.not_canonical", label=shape.label))


def _fault(shape: Field, why: FieldError) -> Fault:
    return Fault(shape.name, shape.label, why)
