"""When a person wants to be called: «через час», «завтра утром», «в пятницу после 15».

What is understood becomes a time by the clock (``30.11 в 15:40``), which everybody reads alike at
any later moment; anything else stays the person's own words.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from ekc_console.domain.scenario.dates import parse_date
from ekc_console.domain.scenario.field_error import FieldError

_PARTS = {
    "утром": time(9), "с утра": time(9), "днём": time(13), "днем": time(13), "в обед": time(13),
    "после обеда": time(14), "вечером": time(18), "до вечера": time(18), "к вечеру": time(18),
    "ближе к вечеру": time(18), "в полночь": time(0),
    "в полдень": time(12), "после полудня": time(12),
}  # fmt: skip
_WHOLE_DAY = time(9)
"""Of another day without a time."""
_COUNTS = {"полчаса": 30, "пол часа": 30, "полтора часа": 90, "час": 60, "часик": 60}
_MINUTES = "(?:м|мин|минут|минуту|минуты)"
_IN_HOURS = re.compile(
    r"через (?P<h>\d{1,3})(?P<tenths>[.,]\d)? ?(?:ч|час|часа|часов)\.?"
    rf"(?: (?:и )?(?P<m>[1-5]?\d)(?: ?{_MINUTES}\.?)?)?"
)
_IN_MINUTES = re.compile(rf"через (?P<m>\d{{1,3}}) ?{_MINUTES}\.?")
_AT = re.compile(
    r"(?:(?:в|во|к|ко|с|со|после|около) )?"
    r"(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?(?: ?(?:ч|час|часа|часов))?\.?"
    r"(?: (?P<half>утра|дня|вечера|ночи))?"
)
_CLOCK = re.compile(r"(?P<day>\d\d\.\d\d)(?:\.(?P<year>\d{4}))? в (?P<time>\d\d:\d\d)")
"""As :func:`clock_time` writes it."""
_NUMBERS = {
    word: number
    for number, words in {
        1: "один одну одна", 2: "два две двух двум пару", 3: "три трёх трех трём трем",
        4: "четыре четырёх четырех", 5: "пять пяти", 6: "шесть шести", 7: "семь семи",
        8: "восемь восьми", 9: "девять девяти", 10: "десять десяти",
        11: "одиннадцать одиннадцати", 12: "двенадцать двенадцати", 15: "пятнадцать",
        20: "двадцать", 30: "тридцать", 40: "сорок", 50: "пятьдесят",
    }.items()
    for word in words.split()
}  # fmt: skip
_TENS = frozenset({20, 30, 40, 50})
_AN_HOUR = re.compile(r"^через час(?= )")
_ENDS_WITH_HOUR = {
    word: hour
    for hour, words in enumerate(
        ("первого", "второго", "третьего", "четвёртого четвертого", "пятого", "шестого", "седьмого",
         "восьмого", "девятого", "десятого", "одиннадцатого", "двенадцатого"), start=1,
    )
    for word in words.split()
}  # fmt: skip
_HALF_PAST = re.compile(rf"\b(?:пол ?|половин[аеуы] )({'|'.join(_ENDS_WITH_HOUR)})\b")
"""«Полдесятого» is half past nine."""
_ONE_O_CLOCK = re.compile(r"\b(в|к|после|около) (?:час|часа|часу)\b")
_NOON = 12
_AFTERNOON = range(1, 8)
"""Hours that people say without «дня» or «вечера»: nobody wants to be called at three at night."""
_SMALL_HOURS = 5
"""Up to this one «ночи» is after midnight."""
FARTHEST_DAYS = 183
"""A day further ahead was not meant: «12.10» on 30 November is some time of day."""


def clock_time(text: str, now: datetime) -> str:
    """The moment that is wanted, by the clock of ``now``'s zone; the text as it is where none is
    understood."""
    moment = wanted_at(text, now)
    if moment is None:
        return text
    short = f"{moment:%d.%m в %H:%M}"
    return short if wanted_at(short, now) == moment else f"{moment:%d.%m.%Y в %H:%M}"


def is_clock_time(text: str) -> bool:
    """Whether it stands as :func:`clock_time` writes what it has understood."""
    return _CLOCK.fullmatch(text) is not None


def wanted_at(text: str, now: datetime) -> datetime | None:
    """None: no time is told, or not one that can be relied on."""
    said = _in_figures(text)
    if match := _CLOCK.fullmatch(said):
        return _by_the_clock(match, now)
    if (after := _after(said)) is not None:
        passed = (now.astimezone(UTC) + after).astimezone(now.tzinfo)  # clocks may be set within it
        return passed.replace(second=0, microsecond=0)
    return _on_a_day(said, now)


def no_such_time(text: str, now: datetime) -> bool:
    """Whether it is written as a time, of some day or of none, that no clock shows: «в 25:70»."""
    if wanted_at(text, now) is not None:
        return False
    words = _in_figures(text).split()
    for cut in range(len(words)):
        day, rest = " ".join(words[:cut]), " ".join(words[cut:])
        if _AT.fullmatch(rest) and _time(rest) is None:
            return not day or _day(day, now.date()) is not None
    return False


def _in_figures(text: str) -> str:
    """In small letters, and with figures for numbers told in words."""
    found: list[str] = []
    before = 0
    for word in text.lower().strip(" .!,").split():
        number = _NUMBERS.get(word, 0)
        if before in _TENS and 0 < number < _NUMBERS["десять"]:
            found[-1] = str(before + number)
        else:
            found.append(str(number) if number else word)
        before = number
    said = _HALF_PAST.sub(_half_past, " ".join(found))
    return _ONE_O_CLOCK.sub(r"\1 1", _AN_HOUR.sub("через 1 час", said))


def _half_past(match: re.Match[str]) -> str:
    return f"{_ENDS_WITH_HOUR[match[1]] - 1 or _NOON}:30"


def _after(said: str) -> timedelta | None:
    if said.startswith("через ") and (minutes := _COUNTS.get(said.removeprefix("через "))):
        return timedelta(minutes=minutes)
    if match := _IN_MINUTES.fullmatch(said):
        return timedelta(minutes=int(match["m"]))
    if match := _IN_HOURS.fullmatch(said):
        hours, tenths = int(match["h"]), int((match["tenths"] or ".0")[1:])
        return timedelta(hours=hours, minutes=6 * tenths + int(match["m"] or 0))
    return None


def _on_a_day(said: str, now: datetime) -> datetime | None:
    """The words up to some blank name a day, the others a time; either may be missing."""
    words = said.split()
    for cut in range(len(words), -1, -1):
        day, rest = _day(" ".join(words[:cut]), now.date()), " ".join(words[cut:])
        at = _time(rest) if rest else _WHOLE_DAY
        if at is None or (cut and day is None) or not words:
            continue
        if day is not None and day > now.date() + timedelta(days=FARTHEST_DAYS):
            return None
        wanted = datetime.combine(day or now.date(), at, now.tzinfo)
        if wanted > now:
            return wanted
        return None if cut else wanted + timedelta(days=1)
    return None


def _day(words: str, today: date) -> date | None:
    try:
        return date.fromisoformat(parse_date(words, today, "future")) if words else None
    except FieldError:
        return None


def _time(said: str) -> time | None:
    if said in _PARTS:
        return _PARTS[said]
    match = _AT.fullmatch(said)
    if match is None:
        return None
    try:
        return time(_hour(match["h"], match["half"] or ""), int(match["m"] or 0))
    except ValueError:
        return None


def _hour(told: str, half: str) -> int:
    """Of 24. Raises ValueError for one that the half of the day has not."""
    hour = int(told)
    if half and not 1 <= hour <= _NOON:
        raise ValueError(told)
    if half == "ночи" and hour == _NOON:
        return 0
    said_short = not half and hour in _AFTERNOON and not told.startswith("0")
    late = half == "вечера" or (half == "дня" and hour != _NOON)
    at_night = half == "ночи" and hour > _SMALL_HOURS
    return hour + _NOON if said_short or late or at_night else hour


def _by_the_clock(match: re.Match[str], now: datetime) -> datetime | None:
    """Without a year in the one in which it is nearest to now."""
    years = [int(match["year"])] if match["year"] else [now.year - 1, now.year, now.year + 1]
    found = []
    for year in years:
        try:
            on = datetime.strptime(f"{match['day']}.{year:04}", "%d.%m.%Y").date()
            at = time.fromisoformat(match["time"])
        except ValueError:
            continue
        found.append(datetime.combine(on, at, now.tzinfo))
    nearest = min(found, key=lambda each: abs(each - now), default=None)
    if nearest is None or nearest.date() > now.date() + timedelta(days=FARTHEST_DAYS):
        return None
    return nearest
