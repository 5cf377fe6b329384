"""The production calendar of Russia: public holidays, days off and Saturdays that are moved, and
the working days before holidays, which the law makes an hour shorter (Labour Code, article 95)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from holidays import country_holidays

from ekc_console.domain.terms.hours import Schedule
from ekc_console.domain.terms.localtime import DAY_S
from ekc_console.domain.terms.settings import OpeningHours
from ekc_console.staffing.history import Day

COUNTRY, LANGUAGE = "RU", "en_US"
_MONDAY, _SUNDAY = 0, 6
MOVED = re.compile(r"substituted from (\d\d/\d\d/\d{4})")
OBSERVED = "(observed)"
"""A day off for a holiday that falls on a Saturday or Sunday: no holiday itself."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year with the one before and the one after."""

    days_off: frozenset[date]
    """Public holidays, and days off that were moved to a working day."""
    workdays: frozenset[date]
    """Saturdays and Sundays that are worked instead."""
    shortened: frozenset[date]
    """Working days that are followed by a public holiday; a worked Saturday is as long as the day
    that it stands for."""


@functools.lru_cache(maxsize=8)
def around(year: int) -> Year:
    calendar = country_holidays(COUNTRY, language=LANGUAGE, years=range(year - 1, year + 2))
    names: Mapping[date, str] = dict(calendar.items())
    moved = {day: _moved_from(name) for day, name in names.items()}
    holidays = {d for d, name in names.items() if moved[d] is None and OBSERVED not in name}
    eves = {day - timedelta(days=1) for day in holidays}
    workdays = frozenset(calendar.weekend_workdays)
    shortened = {day for day in eves if day not in names and (day.weekday() < 5 or day in workdays)}
    shortened |= {was for day, was in moved.items() if was in workdays and day in eves}
    return Year(frozenset(names), workdays, frozenset(shortened))


def _moved_from(name: str) -> date | None:
    match = MOVED.search(name)
    return datetime.strptime(match[1], "%m/%d/%Y").date() if match else None


def schedule(hours: OpeningHours, year: int) -> Schedule:
    """The hours with the calendar around ``year`` in them."""
    single = {date.fromisoformat(day): spans for day, spans in hours.exceptions}
    if hours.holidays is None and hours.pre_holiday is None:
        return Schedule(hours.weekly, single)
    known = around(year)
    eves = {} if hours.pre_holiday is None else dict.fromkeys(known.shortened, hours.pre_holiday)
    if hours.holidays is None:
        return Schedule(hours.weekly, eves | single)
    on_days_off = dict.fromkeys(known.days_off, hours.holidays)
    return Schedule(hours.weekly, eves | on_days_off | single, known.days_off, known.workdays)


# -- days as a forecast sees them ------------------------------------------------------


def days(hours: OpeningHours | None, first: date, last: date) -> tuple[Day, ...]:
    """Whose calls they have, and when a queue with these hours is open, always without; both ends
    included. Whatever hours say, people call by the calendar."""
    count = (last - first).days + 1
    return tuple(_day(hours, first + timedelta(days=n)) for n in range(count))


def _day(hours: OpeningHours | None, day: date) -> Day:
    known = around(day.year)
    spans = schedule(hours, day.year).spans(day) if hours else ((0.0, DAY_S),)
    if day in known.days_off:
        return Day(day, _SUNDAY, "off", spans)
    if day in known.workdays:
        return Day(day, _MONDAY, "moved", spans)
    return Day(day, day.weekday(), "usual", spans)
