"""The production calendar, held against those that the government has published."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.domain.terms.settings import OpeningHours
from ekc_console.server.calls.calendar import around, schedule

# As published: the days off come from the government's decrees on moving them (of August and
# September of the year before), the shortened ones from the production calendars made of them.
OFF_AND_WORKED = {
    2024: (
        "01-01 01-02 01-03 01-04 01-05 01-08 02-23 03-08 04-29 04-30 05-01 05-09 05-10 06-12"
        " 11-04 12-30 12-31",
        "04-27 11-02 12-28",
    ),
    2025: (
        "01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
        "11-01",
    ),
    2026: (
        "01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
        "",
    ),
    2027: (
        "01-01 01-04 01-05 01-06 01-07 01-08 02-22 02-23 03-08 05-03 05-10 06-14 11-04 11-05 12-31",
        "02-20",
    ),
}
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


@pytest.mark.parametrize("year", OFF_AND_WORKED)
def test_weekdays_off_and_weekends_worked(year: int):
    def of(days: frozenset[date]) -> str:
        return " ".join(f"{day:%m-%d}" for day in sorted(days) if day.year == year)

    found = around(year)
    on_weekdays = frozenset(day for day in found.days_off if day.weekday() < 5)
    assert (of(on_weekdays), of(found.workdays)) == OFF_AND_WORKED[year]


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
