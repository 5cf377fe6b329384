"""A walk that comes from a console: what of it is taken for a finished card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ekc_console.domain.scenario import PathStep, SessionState, not_filled
from tests.unit.domain.scenario_data import NOON, TODAY, reception

SCRIPT = reception()
WALK = SessionState(
    SCRIPT.id, SCRIPT.version, "kind", {"fio": "Иванова Анна", "born": "1985-03-12"},
    (
        PathStep("fio", NOON, "Иванова Анна"),
        PathStep("born", NOON, "1985-03-12"),
        PathStep("kind", NOON, "1"),
        PathStep("info", NOON),
    ), 2,
)  # fmt: skip


def test_what_a_session_makes_is_taken() -> None:
    assert not_filled(SCRIPT, WALK, TODAY) == ()


FIO, BORN = SCRIPT.fields["fio"].label, SCRIPT.fields["born"].label


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fields": {"fio": "иванова  анна"}}, FIO),
        ({"fields": {"fio": "Иванова Анна", "born": "12.03.1985"}}, BORN),
        ({"fields": {"born": "1985-03-12"}}, FIO),
        ({"fields": {**WALK.fields, "secret": "1"}}, "secret"),
        ({"path": (PathStep("born", NOON, "1685-03-12"),)}, BORN),
        ({"path": (PathStep("kind", NOON, "7"),)}, SCRIPT.steps["kind"].title or "kind"),
        ({"path": (PathStep("kind", NOON, "Приём"),)}, SCRIPT.steps["kind"].title or "kind"),
    ],
)
def test_what_no_session_makes_is_refused_with_its_place(
    changes: dict[str, object], said: str
) -> None:
    faults = not_filled(SCRIPT, replace(WALK, **changes), TODAY)  # type: ignore[arg-type]
    assert said in [fault.label for fault in faults]


def test_every_fault_is_named_at_once() -> None:
    wrong = replace(WALK, fields={"fio": "", "born": "завтра", "secret": "1"})
    faults = {fault.label: fault for fault in not_filled(SCRIPT, wrong, TODAY)}
    assert {FIO, BORN, "secret"} <= set(faults)
    assert {name: faults[label].why.key for name, label in (("fio", FIO), ("born", BORN))} == {
        "fio": "field.required",
        "born": "field.not_canonical",
    }
    assert (faults[BORN].field, faults["secret"].field) == ("born", "")
