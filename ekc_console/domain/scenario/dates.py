"""Days as people name them: in figures, by month, by weekday, by how long ago.

A day has its side of today where the field knows one: «в пятницу» is the last Friday for "ill
since" and the next one for a wish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, get_args

from ekc_console.domain.scenario.field_error import FieldError

When = Literal["", "past", "future", "birth"]
"""``past`` and ``birth``: today or before; ``future``: today or later; empty: either."""
WHENS: tuple[When, ...] = get_args(When)[1:]

OLDEST_YEARS = 120
"""No date lies further back."""
LATEST_DAYS = 366
"""No date lies further ahead."""

_MONTHS = (
    ("январь", "января"), ("февраль", "февраля"), ("март", "марта"), ("апрель", "апреля"),
    ("май", "мая"), ("июнь", "июня"), ("июль", "июля"), ("август", "августа"),
    ("сентябрь", "сентября"), ("октябрь", "октября"), ("ноябрь", "ноября"),
    ("декабрь", "декабря"),
)  # fmt: skip
_NEAR = {
    "позавчера": -2, "вчера": -1, "вчерашнего дня": -1, "сегодня": 0, "сегодняшнего дня": 0,
    "завтра": 1, "послезавтра": 2,
}  # fmt: skip
_YEAR_WORD = r"\s?(?:г\.?|год|года)?"
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_FORMS = (
    _ISO,
    re.compile(rf"(?P<d>\d{{1,2}})[./\- ](?P<m>\d{{1,2}})[./\- ](?P<y>\d{{4}}|\d\d){_YEAR_WORD}"),
    re.compile(r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4}|\d\d)"),
    re.compile(rf"(?P<d>\d{{1,2}}) (?P<word>[а-яё]{{3,}})\.? (?P<y>\d{{4}}|\d\d){_YEAR_WORD}"),
    re.compile(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2}) (?P<word>[а-яё]{3,})\.?"),
)
"""The last two are without a year: the nearest such day on the field's side of today is meant."""
_WEEKDAYS = (
    ("понедельник", "понедельника"), ("вторник", "вторника"), ("среда", "среду", "среды"),
    ("четверг", "четверга"), ("пятница", "пятницу", "пятницы"),
    ("суббота", "субботу", "субботы"), ("воскресенье", "воскресенья"),
)  # fmt: skip
_SINCE = re.compile(r"^со? ")
_WEEKDAY = re.compile(r"(?:во? )?(?P<last>прошл(?:ый|ую|ое|ой|ого) )?(?P<day>[а-яё]+)")
_UNIT = r"(?:(?P<n>\d{1,3}) )?(?P<unit>день|дня|дней|недел[юиь]|месяца?|месяцев|года?|лет)"
_AHEAD = re.compile(rf"через {_UNIT}")
_AGO = re.compile(rf"{_UNIT} назад")
_LASTING = re.compile(rf"(?:(?:уже|около|примерно) )?{_UNIT}")
_NTH_DAY = re.compile(r"(?:(?:уже|идёт|идет) )?(?P<word>[а-яё]+|\d{1,2}(?:-?й)?) день")
_COUNTS = {
    "один": 1, "два": 2, "две": 2, "пару": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6,
    "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
}  # fmt: skip
_ORDINALS = (
    "первый", "второй", "третий", "четвёртый", "пятый", "шестой", "седьмой", "восьмой", "девятый",
    "десятый",
)  # fmt: skip

NEAR_DAYS: Mapping[When, tuple[str, ...]] = {
    "": (
        "сегодня", "завтра", "послезавтра", "вчера", "в понедельник", "во вторник", "в среду",
        "в четверг", "в пятницу", "в субботу", "в воскресенье", "через неделю",
    ),
    "past": (
        "сегодня", "вчера", "позавчера", "с понедельника", "со вторника", "со среды",
        "с четверга", "с пятницы", "с субботы", "с воскресенья", "3 дня назад", "неделю назад",
    ),
    "future": (
        "сегодня", "завтра", "послезавтра", "в понедельник", "во вторник", "в среду",
        "в четверг", "в пятницу", "в субботу", "в воскресенье", "через неделю",
    ),
    "birth": ("сегодня", "вчера"),
}  # fmt: skip
"""Words for days that are offered, by the side of today that is asked for."""


def parse_date(text: str, today: date, when: When = "") -> str:
    """The canonical form (``YYYY-MM-DD``) of a day in words or figures. Raises FieldError.

    A canonical form of a day that was ahead once stays what it is: a card is read later, too.
    """
    day = _day(text, today, when)
    if day.year < today.year - OLDEST_YEARS:
        raise FieldError("field.date_too_old", day=show_date(day.isoformat()))
    if day > today + timedelta(days=LATEST_DAYS):
        raise FieldError("field.date_too_far", day=show_date(day.isoformat()))
    if when in ("past", "birth") and day > today:
        raise FieldError("field.date_ahead", day=show_date(day.isoformat()), how=when)
    if when == "future" and day < today and not _ISO.fullmatch(text):
        raise FieldError("field.date_over", day=show_date(day.isoformat()), how=when)
    return day.isoformat()


def show_date(value: str, *, spoken: bool = False) -> str:
    """A canonical date in the words of people; what is none stays as it is."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    if spoken:
        return f"{day.day} {_MONTHS[day.month - 1][1]} {day.year} года"
    return day.strftime("%d.%m.%Y")


def age(born: str, today: date) -> int:
    """Full years between the canonical date ``born`` and ``today``."""
    day = date.fromisoformat(born)
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _day(text: str, today: date, when: When) -> date:
    lowered = _SINCE.sub("", text.lower())
    back = when in ("past", "birth") or (when == "" and lowered != text.lower())
    if lowered in _NEAR:
        return today + timedelta(days=_NEAR[lowered])
    counted = _in_figures(lowered)
    if (near := _near_day(counted, today, back=back)) is not None:
        return near
    if when == "past" and (since := _lasting(counted, today)) is not None:
        return since
    match = next((m for form in _FORMS if (m := form.fullmatch(lowered))), None)
    if match is None:
        raise FieldError("field.not_a_date", text=text, how=when)
    parts = match.groupdict()
    month = _month(parts["word"], when) if parts.get("word") else int(parts["m"])
    try:
        if parts.get("y"):
            latest = today.year + (when not in ("past", "birth"))
            return date(_year(parts["y"], latest), month, int(parts["d"]))
        if when == "birth":
            raise FieldError("field.date_without_year", text=text, how=when)
        return _nearest(month, int(parts["d"]), today, "past" if back else when)
    except ValueError as error:
        raise FieldError("field.no_such_date", text=text, how=when) from error


def _near_day(text: str, today: date, *, back: bool) -> date | None:
    """A weekday is never today; «через неделю» is seven days from today."""
    if (match := _WEEKDAY.fullmatch(text)) and (weekday := _weekday(match["day"])) is not None:
        if back or match["last"]:
            return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if match := _AHEAD.fullmatch(text):
        return _moved(today, int(match["n"] or 1), match["unit"])
    if match := _AGO.fullmatch(text):
        return _moved(today, -int(match["n"] or 1), match["unit"])
    return None


def _in_figures(text: str) -> str:
    return " ".join(str(_COUNTS.get(word, word)) for word in text.split())


def _lasting(text: str, today: date) -> date | None:
    """Since when what has gone on for so long goes on: «2 дня», «третий день», «неделю»."""
    if match := _LASTING.fullmatch(text):
        return _moved(today, -int(match["n"] or 1), match["unit"])
    if match := _NTH_DAY.fullmatch(text):
        word = match["word"].replace("четвертый", "четвёртый")
        digits = word.rstrip("-й")
        if digits.isdigit() or word in _ORDINALS:
            nth = int(digits) if digits.isdigit() else _ORDINALS.index(word) + 1
            return today - timedelta(days=max(0, nth - 1))
    return None


def _weekday(word: str) -> int | None:
    return next((number for number, names in enumerate(_WEEKDAYS) if word in names), None)


def _moved(day: date, count: int, unit: str) -> date:
    """By days, weeks, months or years; the last day of a shorter month."""
    if unit.startswith("д"):
        return day + timedelta(days=count)
    if unit.startswith("н"):
        return day + timedelta(days=7 * count)
    months = day.year * 12 + day.month - 1 + count * (1 if unit.startswith("м") else 12)
    first = date(months // 12, months % 12 + 1, 1)
    last = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def _nearest(month: int, day: int, today: date, when: When) -> date:
    """The day of this month that is nearest to today on that side of it. Raises ValueError if no
    year has it."""
    found = []
    for year in range(today.year - 4, today.year + 5):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    if when == "past":
        found = [candidate for candidate in found if candidate <= today]
    elif when == "future":
        found = [candidate for candidate in found if candidate >= today]
    return min(found, key=lambda candidate: abs(candidate - today))


def _month(word: str, when: When) -> int:
    """1…12; the beginning of a month's name is enough from three letters on."""
    for number, names in enumerate(_MONTHS, start=1):
        if any(name.startswith(word) for name in names):
            return number
    raise FieldError("field.no_such_month", text=word, how=when)


def _year(digits: str, latest: int) -> int:
    """Two digits mean the latest such year that is not after ``latest``."""
    year = int(digits)
    if len(digits) == 4:
        return year
    century = latest // 100 * 100
    return century + year if century + year <= latest else century - 100 + year
