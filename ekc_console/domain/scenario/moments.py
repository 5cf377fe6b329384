"""When a person wants to be called: «через час», «завтра утром», «в пятницу после 15».

What is understood becomes a time by the clock (``30.11 в 15:40``), which everybody reads alike at
any later moment; anything else stays the person's own words.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from ekc_console.domain.scenario.dates import parse_date
from ekc_console.domain.scenario.field_error import FieldError

_PARTS = {
    "утром": time(9), "с утра": time(9), "днём": time(13), "днем": time(13), "в обед": time(13),
    "после обеда": time(14), "вечером": time(18), "до вечера": time(18), "к вечеру": time(18),
    "ближе к вечеру": time(18),
}  # fmt: skip
_WHOLE_DAY = time(9)
"""Of another day without a time."""
_COUNTS = {"полчаса": 30, "пол часа": 30, "полтора часа": 90, "час": 60, "часик": 60}
_IN = re.compile(
    r"через (?P<n>\d{1,3}) ?(?:(?P<h>ч|час|часа|часов)|(?:м|мин|минут|минуту|минуты))\.?"
)
_AT = re.compile(
    r"(?:(?:в|во|к|ко|с|со|после|около) )?"
    r"(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?(?: ?(?:ч|час|часа|часов))?\.?"
    r"(?: (?P<half>утра|дня|вечера))?"
)
_CLOCK = re.compile(r"(?P<day>\d\d\.\d\d) в (?P<time>\d\d:\d\d)")
"""As :func:`clock_time` writes it."""
_NOON = 12


def clock_time(text: str, now: datetime) -> str:
    """The moment that is wanted, by the clock of ``now``'s zone; the text as it is where none is
    understood."""
    moment = wanted_at(text, now)
    return f"{moment:%d.%m в %H:%M}" if moment else text


def wanted_at(text: str, now: datetime) -> datetime | None:
    """None: no time is told, or not one that can be relied on."""
    said = " ".join(text.lower().strip(" .!,").split())
    if match := _CLOCK.fullmatch(said):
        return _nearest(match["day"], time.fromisoformat(match["time"]), now)
    if (after := _after(said)) is not None:
        return (now + after).replace(second=0, microsecond=0)
    return _on_a_day(said, now)


def _after(said: str) -> timedelta | None:
    if said.startswith("через ") and (minutes := _COUNTS.get(said.removeprefix("через "))):
        return timedelta(minutes=minutes)
    match = _IN.fullmatch(said)
    if match is None:
        return None
    return timedelta(hours=int(match["n"])) if match["h"] else timedelta(minutes=int(match["n"]))


def _on_a_day(said: str, now: datetime) -> datetime | None:
    """The words up to some blank name a day, the others a time; either may be missing."""
    words = said.split()
    for cut in range(len(words), -1, -1):
        day, rest = _day(" ".join(words[:cut]), now.date()), " ".join(words[cut:])
        at = _time(rest) if rest else _WHOLE_DAY
        if at is None or (cut and day is None) or not words:
            continue
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
    hour = int(match["h"]) + (_NOON if match["half"] in ("дня", "вечера") else 0)
    if match["half"] and not 1 <= int(match["h"]) <= _NOON:
        return None
    hour = _NOON if match["half"] == "дня" and int(match["h"]) == _NOON else hour
    try:
        return time(hour, int(match["m"] or 0))
    except ValueError:
        return None


def _nearest(day: str, at: time, now: datetime) -> datetime | None:
    """In the year in which it is nearest to now."""
    found = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            on = datetime.strptime(f"{day}.{year}", "%d.%m.%Y").date()
        except ValueError:
            continue
        found.append(datetime.combine(on, at, now.tzinfo))
    return min(found, key=lambda each: abs(each - now), default=None)
