"""A walk that comes from a console: what of it is taken for a finished card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ekc_console.domain.scenario import FieldError, PathStep, SessionState, require_filled
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
    require_filled(SCRIPT, WALK, TODAY)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fields": {"fio": "иванова  анна"}}, "не так"),
        ({"fields": {"fio": "Иванова Анна", "born": "12.03.1985"}}, "не так"),
        ({"fields": {"born": "1985-03-12"}}, "обязательное поле"),
        ({"fields": {**WALK.fields, "secret": "1"}}, "«secret»"),
        ({"path": (PathStep("born", NOON, "1685-03-12"),)}, "слишком давно"),
        ({"path": (PathStep("kind", NOON, "7"),)}, "нет ответа «7»"),
        ({"path": (PathStep("kind", NOON, "Приём"),)}, "нет ответа «Приём»"),
    ],
)
def test_what_no_session_makes_is_refused_with_its_reason(
    changes: dict[str, object], said: str
) -> None:
    with pytest.raises(FieldError) as caught:
        require_filled(SCRIPT, replace(WALK, **changes), TODAY)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_every_fault_is_named_at_once() -> None:
    wrong = replace(WALK, fields={"fio": "", "born": "завтра", "secret": "1"})
    with pytest.raises(FieldError) as caught:
        require_filled(SCRIPT, wrong, TODAY)
    text = str(caught.value)
    assert "обязательное поле" in text
    assert "secret" in text
    assert len(text.splitlines()) > 1
