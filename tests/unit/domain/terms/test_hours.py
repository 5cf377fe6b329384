from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms import hours
from ekc_console.domain.terms.settings import USUAL_CENTRE

UTC = replace(USUAL_CENTRE, utc_offset_s=0.0)
DAY = 86_400.0
HOUR = 3600.0
MONDAY = 4 * DAY
"""5 January 1970."""


@pytest.mark.parametrize(
    ("first", "last", "now", "opening", "end"),
    [
        (8, 21, 7, 8, 7),
        (8, 21, 8, 8, 21),
        (8, 21, 21, 32, 21),
        (8, 8, 3, 3, None),
        (22, 6, 23, 23, 30),
        (22, 6, 5, 5, 6),
        (22, 6, 6, 22, 6),
    ],
)
def test_calling_hours(first, last, now, opening, end):
    centre = replace(UTC, callback_from_s=first * HOUR, callback_until_s=last * HOUR)
    assert hours.calling_from(now * HOUR, centre) == opening * HOUR
    assert hours.calling_until(now * HOUR, centre) == (None if end is None else end * HOUR)


@given(st.floats(0, 2e9), st.integers(0, 24), st.integers(0, 24), st.integers(-12, 14))
def test_the_opening_is_within_calling_hours(now, first, last, offset):
    centre = replace(
        UTC,
        callback_from_s=first * HOUR,
        callback_until_s=last * HOUR,
        utc_offset_s=offset * HOUR,
    )
    if (first, last) in ((24, 0), (0, 0), (24, 24)):
        return
    opening = hours.calling_from(now, centre)
    assert now <= opening <= now + DAY
    if first % 24 != last % 24:
        assert hours.calling_from(opening, centre) == opening


WEEK = (((9 * HOUR, 18 * HOUR),),) * 5 + ((), ())


def test_a_week():
    schedule = hours.Schedule(WEEK)
    assert not hours.is_open(schedule, MONDAY + 8.9 * HOUR, 0)
    assert hours.is_open(schedule, MONDAY + 9 * HOUR, 0)
    assert hours.next_change(schedule, MONDAY + 10 * HOUR, 0) == MONDAY + 18 * HOUR
    friday_evening = MONDAY + 4 * DAY + 19 * HOUR
    assert hours.next_change(schedule, friday_evening, 0) == MONDAY + 7 * DAY + 9 * HOUR


def test_corrections_of_the_calendar():
    monday, saturday = date(1970, 1, 5), date(1970, 1, 10)
    schedule = hours.Schedule(
        WEEK,
        exceptions={date(1970, 1, 6): ((12 * HOUR, 13 * HOUR),), date(1970, 1, 7): ()},
        days_off=frozenset({monday, date(1970, 1, 6)}),
        moved_workdays=frozenset({saturday}),
    )
    open_at = [hours.is_open(schedule, MONDAY + day * DAY + 12 * HOUR, 0) for day in range(7)]
    assert open_at == [False, True, False, True, True, True, False]


def test_always_open_never_changes():
    assert hours.next_change(hours.Schedule(), MONDAY, 0) is None


def test_overlap():
    assert hours.overlap([(9, 12), (12, 15)]) is None
    assert hours.overlap([(10, 12), (9, 11)]) == ((9, 11), (10, 12))
