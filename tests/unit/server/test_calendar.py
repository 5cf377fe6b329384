"""The production calendar, held against those that the government has published."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.domain.settings import OpeningHours
from ekc_console.server.calendar import around, schedule

SHORTENED = {
    2024: ["02-22", "03-07", "05-08", "06-11", "11-02"],
    2025: ["03-07", "04-30", "06-11", "11-01"],
    2026: ["04-30", "05-08", "06-11", "11-03"],
    2027: ["02-20", "04-30", "06-11", "11-03"],
}


@pytest.mark.parametrize("year", SHORTENED)
def test_working_days_before_holidays(year: int):
    found = sorted(day for day in around(year).shortened if day.year == year)
    assert [day.strftime("%m-%d") for day in found] == SHORTENED[year]


@pytest.mark.parametrize(
    ("day", "off", "worked"),
    [
        (date(2025, 11, 1), False, True),
        (date(2025, 11, 3), True, False),
        (date(2026, 12, 31), True, False),
        (date(2027, 2, 20), False, True),
        (date(2027, 2, 22), True, False),
        (date(2027, 5, 3), True, False),  # for 1 May, a Saturday
    ],
)
def test_moved_days(day: date, off: bool, worked: bool):
    year = around(day.year)
    assert (day in year.days_off, day in year.workdays) == (off, worked)


def test_days_before_holidays_alone_are_corrected():
    """Without ``holidays`` no day is closed; without either the calendar is not asked."""
    always = ((0.0, 86_400.0),)
    short = ((0.0, 82_800.0),)
    hours = OpeningHours("day", (always,) * 7, pre_holiday=short)
    found = schedule(hours, 2026)
    assert found.spans(date(2026, 11, 3)) == short
    assert found.spans(date(2026, 11, 4)) == always
