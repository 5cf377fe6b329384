from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.state.call import Outcome
from ekc_console.reports.kinds import OUTCOMES
from ekc_console.tui.shared import wording
from ekc_console.wire.messages import AgentState, CallStateName

MORNING = 1_773_300_240.0
"""2026-03-12 10:24:00 in Moscow."""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0:00"), (0, "0:00"), (7.9, "0:07"), (65, "1:05"), (3599, "59:59"), (3725, "1:02:05")],
)
def test_span(seconds: float, text: str) -> None:
    assert wording.span(seconds) == text


def test_minutes_do_not_become_hours() -> None:
    assert wording.minutes(4510) == "75:10"


@pytest.mark.parametrize(("left", "shown"), [(12.0, 12), (11.2, 12), (0.1, 1), (0.0, 0), (-4.0, 0)])
def test_seconds_left_counts_the_last_second(left: float, shown: int) -> None:
    assert wording.seconds_left(MORNING + left, MORNING) == shown


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_seconds_left_never_says_less_than_there_is(until: float, now: float) -> None:
    assert wording.seconds_left(until, now) >= until - now


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+79120000017", "+7 912 000-00-17"),
        ("+7912***0017", "+7 912 ***-00-17"),
        ("103", "103"),
        ("+4930123456", "+4930123456"),
        ("", "номер скрыт"),
    ],
)
def test_phone(number: str, text: str) -> None:
    assert wording.phone(number) == text


def test_moment_shortens_what_is_near() -> None:
    assert wording.clock(MORNING) == "10:24:00"
    assert wording.moment(MORNING, MORNING + 60) == "10:24"
    assert wording.moment(MORNING - 86400, MORNING) == "11.03 10:24"
    assert wording.moment(MORNING - 400 * 86400, MORNING) == "05.02.25 10:24"


def test_a_moment_in_a_sentence_has_its_word_before_the_time() -> None:
    assert wording.at_moment(MORNING, MORNING + 60) == "в 10:24"
    assert wording.at_moment(MORNING - 86400, MORNING) == "11.03 в 10:24"


def test_every_state_and_outcome_has_a_word() -> None:
    assert set(wording.AGENT_STATES) == set(get_args(AgentState))
    assert set(wording.CALL_STATES) == set(get_args(CallStateName))
    assert set(get_args(Outcome)) <= set(OUTCOMES)
    assert wording.outcome("newer_than_this_console") == "newer_than_this_console"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("через два часа", "понято как сегодня 12:24"),
        ("в 16:40", "понято как сегодня 16:40"),
        ("завтра утром", "понято как завтра 09:00"),
        ("в субботу после 15", "понято как 14.03, суббота 15:00"),
        ("как-нибудь", ""),
        ("", ""),
    ],
)
def test_what_a_typed_wish_for_a_time_means(typed: str, meant: str) -> None:
    assert wording.wish(typed, MORNING) == meant
