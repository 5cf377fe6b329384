"""A summary names everything that was lost or silent."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from ekc_console.demo.ledger import CentreCall, CentreFigures
from ekc_console.demo.people.caller import CallReport
from ekc_console.demo.people.operators import TalkReport
from ekc_console.demo.summary import Summary
from ekc_console.server.services.recordings import Levels

GOOD, LOST = "+79000000001", "+79000000002"

ANSWERED = CentreCall("c1", GOOD, "answered", Path("c1.flac"), "ready", True, False)
ABANDONED = CentreCall("c2", LOST, "short_abandoned", None, "", False, True)
LEVELS = Levels(-25, -24, -15, -14)
TALK = TalkReport("c1", "auto1", "+7 900 000-00-01", "other", 5.0, caller_dbfs=-15, card_saved=True)


def report(number, ended, **values):
    made = CallReport(number, "other", 0.0, connected_at=1.0, ended=ended)
    for name, value in values.items():
        setattr(made, name, value)
    return made


CALLS = (report(GOOD, "talked", operator_dbfs=-15.0), report(LOST, "gave_up_queue"))


def figures(*calls):
    return CentreFigures(2, 1, 1, 0, 0.5, 3.25, None, 1, 1, 0, 1, calls or (ANSWERED, ABANDONED))


def summary(**values):
    values = {
        "wanted": 2, "calls": CALLS, "talks": (TALK,), "centre": figures(),
        "levels": {"c1": LEVELS}, "seconds": 10.0, **values,
    }  # fmt: skip
    return Summary(**values)


def test_a_good_run_has_no_problems():
    assert summary().problems() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"wanted": 3}, "Завершено вызовов: 2 из 3"),
        ({"timed_out": True}, "не уложился"),
        ({"troubles": ["Сервер недоступен."]}, "Сервер недоступен."),
        ({"calls": (replace(CALLS[0], connected_at=None, detail="busy (486)"), CALLS[1])},
         f"{GOOD}: центр не ответил (busy (486))"),
        ({"calls": (replace(CALLS[0], ended="dropped"), CALLS[1])}, f"{GOOD}: центр прервал"),
        ({"calls": (replace(CALLS[0], operator_dbfs=-80.0), CALLS[1])},
         f"{GOOD}: абонент не слышал оператора (-80 дБ)"),
        ({"centre": figures(ABANDONED), "talks": ()}, f"{GOOD}: вызова нет в учёте"),
        ({"centre": figures(replace(ANSWERED, outcome="failed"), ABANDONED)},
         f"{GOOD}: исход вызова «failed»"),
        ({"centre": figures(replace(ANSWERED, outcome=""), ABANDONED)},
         f"{GOOD}: вызов в учёте не завершён"),
        ({"centre": figures(replace(ANSWERED, card_saved=False), ABANDONED)},
         f"{GOOD}: карточка не сохранена"),
        ({"centre": figures(replace(ANSWERED, recording=None, recording_state="failed"),
                            ABANDONED)}, f"{GOOD}: записи разговора нет (failed)"),
        ({"levels": {}}, f"{GOOD}: запись разговора не читается"),
        ({"levels": {"c1": replace(LEVELS, caller_loudest_dbfs=-90)}},
         f"{GOOD}: в записи не слышно абонента"),
        ({"levels": {"c1": replace(LEVELS, operator_loudest_dbfs=-90)}},
         f"{GOOD}: в записи не слышно оператора"),
        ({"centre": figures(ANSWERED, replace(ABANDONED, callback=False))},
         f"{LOST}: потерянный вызов без обратного вызова"),
        ({"centre": replace(figures(), callbacks=1)}, "Не перезвонили: 1"),
        ({"talks": (TALK, replace(TALK, call="out1", number=LOST, caller_dbfs=-80.0))},
         f"{LOST}: оператор auto1 не слышал"),
        ({"talks": (replace(TALK, caller_dbfs=-80.0),)}, f"{GOOD}: оператор auto1 не слышал"),
        ({"talks": (replace(TALK, trouble="Не выбран итог."),)}, "Не выбран итог."),
    ],
)  # fmt: skip
def test_every_loss_is_named(values, words):
    problems = summary(**values).problems()
    assert any(words in problem for problem in problems), problems


def test_a_caller_who_hung_up_at_the_answer_is_no_silent_path():
    calls = (replace(CALLS[0], ended="gave_up_queue"), CALLS[1])
    talks = (replace(TALK, caller_dbfs=-80.0),)
    assert summary(calls=calls, talks=talks).problems() == []


def test_the_table_shows_figures_and_gaps():
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(summary().table())
    text = console.export_text()
    for words in ("2 / 2", "50 %", "3.2 с", "10.0 с", "—"):
        assert words in text
