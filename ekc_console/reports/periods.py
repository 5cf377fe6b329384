"""Periods of reports as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import N_, _

_RANGE = re.compile(r"\s*(?:\.\.\.?|…|\s[-–—]\s|[–—])\s*")
_EARLIEST = 2000
_WORDS = (
    N_("сегодня"), N_("вчера"), N_("неделя"), N_("прошлая неделя"), N_("месяц"),
    N_("прошлый месяц"), N_("год"), N_("прошлый год"),
)  # fmt: skip
THIS_MONTH = _WORDS[4]
NO_PERIOD = N_(
    "«{text}» — не период: {why:period_fault}.\n"
    "Пишите: сегодня, вчера, неделя, прошлая неделя, месяц, прошлый месяц, год, 2026, 2026-11, "
    "28.11.2026, 2026-11-28 или два конца через «..»: 01.11.2026..28.11.2026."
)
FAULTS: Mapping[str, str] = {
    "unread": N_("так его не пишут"),
    "order": N_("кончается раньше, чем начинается"),
    "future": N_("ещё не наступил"),
    "month": N_("месяцев двенадцать"),
    "day": N_("такого дня в календаре нет"),
    "year": N_("год пишут четырьмя цифрами, не раньше 2000"),
}
"""Why a text is no period, by a code that goes over the wire."""


class PeriodError(EkcError):
    """``text`` is no period; ``fault``: one of ``FAULTS``."""

    def __init__(self, text: str, fault: str, may_be_written: str = "") -> None:
        """``may_be_written``: instead, where it is not what a report of the past takes."""
        told = _(NO_PERIOD).replace(":period_fault", "")
        said = told.format(text=quoted(text), why=_(FAULTS[fault]))
        message, _end, remedy = said.partition("\n")
        super().__init__(message, may_be_written or remedy)
        self.fault = fault


class _NotRead(Exception):
    """Neither a word nor a date; its text is the fault."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both included, none of them later than today."""

    first: date
    last: date
    complete: bool
    """The day after ``last`` has begun, and nothing that was asked for is still to come."""
    until: date
    """The last day that was asked for, today or later of what is not complete."""

    @property
    def _months(self) -> int:
        """0: it is not made of whole ones."""
        whole = self.first.day == 1 and self.until == _month(self.until)[1]
        return _number(self.until) - _number(self.first) + 1 if whole else 0

    def before(self) -> Period:
        """As long a time just before it: months before months, else days before days."""
        if months := self._months:
            return self._moved(-months)
        days = self.last - self.first + timedelta(days=1)
        return Period(self.first - days, self.last - days, True, self.last - days)

    def year_before(self) -> Period:
        return self._moved(-12)

    def _moved(self, months: int) -> Period:
        """Its days of other months; the end of a month stays the end of one."""
        first, last = _in_month(self.first, months), _in_month(self.last, months)
        if self.complete and self._months:
            last = _month(last)[1]
        return Period(first, last, True, last)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _in_month(day: date, months: int) -> date:
    year, month = divmod(_number(day) + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read(text: str, today: date) -> Period:
    """«сегодня», «прошлая неделя», ``2026``, ``2026-11``, ``11.2026``, a date, two of these with
    ``..`` between them. Raises PeriodError."""
    first, last = ends(text, today)
    if first > today:
        raise PeriodError(text, "future")
    return Period(first, min(last, today), last < today, last)


def ends(text: str, today: date, may_be_written: str = "") -> tuple[date, date]:
    """The first and the last day, of any time. Raises PeriodError with ``may_be_written``."""
    both = _RANGE.split(text.strip().lower())
    if len(both) > 2 or not all(both):
        raise PeriodError(text, "unread", may_be_written)
    try:
        first, last = _part(both[0], today)[0], _part(both[-1], today)[1]
    except _NotRead as error:
        raise PeriodError(text, str(error), may_be_written) from None
    if last < first:
        raise PeriodError(text, "order", may_be_written)
    return first, last


def canonical(text: str) -> str:
    """As every language reads it: words of the one in use become the Russian ones."""
    said = {_(word): word for word in _WORDS}
    ends = _RANGE.split(text.strip().lower())
    return "..".join(said.get(end, end) for end in ends)


def _part(text: str, today: date) -> tuple[date, date]:
    """The first and the last day of it."""
    if found := _by_word(text, today):
        return found
    if match := re.fullmatch(r"(\d{4})", text):
        return _calendar_year(_year(int(match[1])))
    if match := re.fullmatch(r"(\d{4})-(\d\d?)|(\d\d?)\.(\d{4})", text):
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        if not 1 <= month <= 12:
            raise _NotRead("month")
        return _month(date(_year(year), month, 1))
    if match := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)\.(\d\d?)(?:\.(\d{4}))?", text):
        year = _year(int(match[1] or match[6] or today.year))
        month, day = int(match[2] or match[5]), int(match[3] or match[4])
        try:
            return (date(year, month, day),) * 2
        except ValueError:
            raise _NotRead("day") from None
    raise _NotRead("unread")


def _by_word(text: str, today: date) -> tuple[date, date] | None:
    one = timedelta(days=1)
    monday, month = today - today.weekday() * one, _month(today)
    before = _month(month[0] - one)
    days = (
        (today, today),
        (today - one, today - one),
        (monday, monday + 6 * one),
        (monday - 7 * one, monday - one),
        month,
        before,
        _calendar_year(today.year),
        _calendar_year(today.year - 1),
    )
    words = zip(_WORDS, days, strict=True)
    return next((both for word, both in words if text in (word, _(word))), None)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _calendar_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _year(year: int) -> int:
    if year < _EARLIEST:
        raise _NotRead("year")
    return year
