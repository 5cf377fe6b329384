from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms.localtime import said, start_of, zone_named
from ekc_console.domain.terms.spans import Every, Span, cut

MOSCOW, BERLIN = zone_named("Europe/Moscow"), zone_named("Europe/Berlin")
EVERY: tuple[Every, ...] = ("half_hour", "hour", "day", "week", "month")


def days(first: date, last: date, zone: object = MOSCOW) -> Span:
    return Span(start_of(first, zone), start_of(last, zone))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("every", "begin"),
    [
        ("day", ["27.11 00:00", "28.11 00:00", "29.11 00:00", "30.11 00:00", "01.12 00:00"]),
        ("week", ["27.11 00:00", "30.11 00:00"]),
        ("month", ["27.11 00:00", "01.12 00:00"]),
    ],
)
def test_parts_begin_where_the_calendar_begins_them(every: Every, begin: list[str]) -> None:
    parts = cut(days(date(2026, 11, 27), date(2026, 12, 2)), every, MOSCOW)
    assert [said(part.since, MOSCOW, "%d.%m %H:%M") for part in parts] == begin


def test_a_day_has_the_hours_that_its_clocks_show() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)):
        whole = days(day, date.fromordinal(day.toordinal() + 1), BERLIN)
        assert len(cut(whole, "hour", BERLIN)) == hours
        assert len(cut(whole, "half_hour", BERLIN)) == 2 * hours


def test_nothing_is_cut_into_nothing() -> None:
    assert cut(Span(5.0, 5.0), "day", MOSCOW) == ()


@given(
    st.floats(1.6e9, 1.9e9),
    st.floats(0, 40 * 86_400),
    st.sampled_from(EVERY),
    st.sampled_from([MOSCOW, BERLIN]),
)
def test_parts_leave_no_gap(since: float, length: float, every: Every, zone: object) -> None:
    whole = Span(since, since + length)
    parts = cut(whole, every, zone)  # type: ignore[arg-type]
    assert all(one.until == other.since for one, other in pairwise(parts))
    assert all(part.since < part.until for part in parts)
    if whole.since < whole.until:
        assert (parts[0].since, parts[-1].until) == (whole.since, whole.until)
