"""The production calendar of Russia: public holidays, days off and Saturdays that are moved."""

from __future__ import annotations

import functools
from datetime import date

from holidays import country_holidays

from ekc_console.config_schedules import Hours
from ekc_console.domain.hours import Schedule

COUNTRY = "RU"


@functools.lru_cache(maxsize=8)
def non_working(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off of three years, the one before and the one after included; and the Saturdays and
    Sundays that are worked instead of days that were moved."""
    calendar = country_holidays(COUNTRY, years=range(year - 1, year + 2))
    return frozenset(calendar.keys()), frozenset(calendar.weekend_workdays)


def schedule(hours: Hours, year: int) -> Schedule:
    """The hours with the calendar around ``year`` in them."""
    if hours.holidays is None:
        return Schedule(hours.weekly, hours.exceptions)
    days_off, workdays = non_working(year)
    on_days_off = dict.fromkeys(days_off, hours.holidays)
    return Schedule(hours.weekly, on_days_off | dict(hours.exceptions), days_off, workdays)
