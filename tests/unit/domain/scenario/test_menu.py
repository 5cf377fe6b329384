from __future__ import annotations

from dataclasses import replace

import pytest

from ekc_console.domain.scenario import Again, Choose, Chosen, Leave, MenuTurn, Outcome
from tests.unit.domain.scenario_data import line


def menu(repeats: int = 2) -> Choose:
    step = line().steps["menu"]
    assert isinstance(step, Choose)
    return replace(step, repeats=repeats)


def turn_on(step: Choose, events: str) -> list[Outcome]:
    """``-`` is silence, anything else a key."""
    turn = MenuTurn(step)
    return [turn.silence() if event == "-" else turn.key(event) for event in events]


SAY_AGAIN, NOT_THERE = Again(""), Again("Нет такого.")


@pytest.mark.parametrize(
    ("events", "outcomes"),
    [
        ("1", [Chosen(menu().options[0])]),
        ("-3", [SAY_AGAIN, Chosen(menu().options[2])]),
        ("---", [SAY_AGAIN, SAY_AGAIN, Leave("to_queue")]),
        ("999", [NOT_THERE, NOT_THERE, Leave("end")]),
        ("*-9", [SAY_AGAIN, SAY_AGAIN, Leave("end")]),
        ("9*-", [NOT_THERE, SAY_AGAIN, Leave("to_queue")]),
        ("***", [SAY_AGAIN, SAY_AGAIN, Leave("to_queue")]),
        ("992", [NOT_THERE, NOT_THERE, Chosen(menu().options[1])]),
    ],
)
def test_turns(events: str, outcomes: list[Outcome]) -> None:
    assert turn_on(menu(), events) == outcomes


def test_no_repeats_leave_at_once() -> None:
    assert turn_on(menu(repeats=0), "-") == [Leave("to_queue")]


def test_without_a_way_out_the_question_stays() -> None:
    step = replace(menu(repeats=0), on_silence="", on_wrong="")
    assert turn_on(step, "-9") == [SAY_AGAIN, NOT_THERE]
