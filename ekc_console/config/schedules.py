"""Working hours in the configuration file: read, and what can be wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ekc_console.config.model import Config
from ekc_console.domain.terms.hours import overlap
from ekc_console.domain.terms.settings import OpeningHours, Span

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = "closed"
BY_CALENDAR = ("holidays", "pre_holiday")
"""Days that the production calendar names."""

_EXAMPLE = 'Например, "08:00-20:00", "08:00-12:00, 13:00-20:00" или closed.'
_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)")
_CALLING = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")

_Contradiction = tuple[str, str, str]


class BadHours(ValueError):
    """Not hours; the text says why, in Russian."""


def hours(name: str, document: Mapping[Any, Any]) -> OpeningHours:
    """A schedule that has no faults; a day that is not named is closed."""
    weekly: list[tuple[Span, ...]] = [()] * 7
    for key, value in document.items():
        for day in _days(str(key)):
            weekly[day] = spans(value)
    exceptions = {_date(day).isoformat(): s for day, s in document.get("exceptions", {}).items()}
    holidays, pre_holiday = (spans(document[k]) if k in document else None for k in BY_CALENDAR)
    return OpeningHours(
        name,
        tuple(weekly),
        holidays,
        pre_holiday,
        tuple((day, spans(value)) for day, value in sorted(exceptions.items())),
    )


def spans(value: object) -> tuple[Span, ...]:
    """``closed``, or spans of one day separated by commas. Raises BadHours."""
    if value == CLOSED:
        return ()
    if not isinstance(value, str):
        raise BadHours(f"«{value}» — не часы работы.")
    found = [_span(part.strip()) for part in value.split(",")]
    if shared := overlap(found):
        raise BadHours(f"промежутки {_said(shared[0])} и {_said(shared[1])} перекрываются.")
    return tuple(sorted(found))


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text.replace(" ", ""))
    if match is None:
        raise BadHours(f"«{text}» — не часы работы.")
    h1, m1, h2, m2 = match.groups("0")
    first = int(h1) * 3600.0 + int(m1) * 60
    last = 86_400.0 if match[3] is None else int(h2) * 3600.0 + int(m2) * 60
    if last <= first:
        raise BadHours(f"{text}: конец не позже начала; ночь — два дня, до 24:00 и с 00:00.")
    return first, last


def span_s(text: str) -> tuple[float, float]:
    """Hours of calling, ``08:00-21:00``, as seconds after midnight; they may go past it. Raises
    ValueError."""
    match = _CALLING.fullmatch(text.replace(" ", ""))
    if match is None:
        raise ValueError(text)
    h1, m1, h2, m2 = map(int, match.groups())
    first, last = h1 * 3600.0 + m1 * 60, h2 * 3600.0 + m2 * 60
    if max(first, last) > 86_400:
        raise ValueError(text)
    return first, last


def said_spans(spans: tuple[Span, ...]) -> str:
    """As they are written."""
    return ", ".join(map(_said, spans)) or CLOSED


def _said(span: Span) -> str:
    return "-".join(f"{int(s // 3600):02}:{int(s % 3600 // 60):02}" for s in span)


def _days(key: str) -> range:
    """The weekdays that a key such as ``sat`` or ``mon-fri`` names; none for another key."""
    first, _, last = key.partition("-")
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        return range(0)
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)


def _date(key: object) -> date:
    """YAML reads a date without quotes as one. Raises ValueError."""
    return key if isinstance(key, date) else date.fromisoformat(str(key))


# -- faults ------------------------------------------------------------------


def schedule_faults(config: Config) -> Iterator[_Contradiction]:
    for name, document in config.schedules.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
            remedy = "Латинские буквы, цифры и «_», до 32 знаков."
            yield f"schedules.{name}", f"имя «{name}» не годится.", remedy
        yield from _document_faults(f"schedules.{name}", document)
    known = ", ".join(config.schedules) or "ни одного"
    for index, queue in enumerate(config.queues):
        key = f"queues[{index}].schedule"
        if not queue.schedule:
            continue
        if queue.schedule not in config.schedules:
            yield key, f"расписания «{queue.schedule}» нет.", f"Есть: {known}."
        if not any(rule.when == "closed" for rule in queue.overflow):
            yield (
                key,
                "вне часов вызову некуда идти: у очереди нет правила overflow с when: closed.",
                "Добавьте его, например {when: closed, to: [{callback: true}]}.",
            )


def _document_faults(key: str, document: Mapping[Any, Any]) -> Iterator[_Contradiction]:
    taken: dict[int, str] = {}
    for name, value in document.items():
        where = f"{key}.{name}"
        if name == "exceptions":
            yield from _exception_faults(where, value)
            continue
        days = _days(str(name))
        if not days and name not in BY_CALENDAR:
            known = ", ".join((*WEEKDAYS, "промежутки вроде mon-fri", *BY_CALENDAR, "exceptions"))
            remedy = f"Есть: {known}."
            yield where, "неизвестный ключ.", remedy
            continue
        for day in days:
            if other := taken.get(day):
                yield where, f"{WEEKDAYS[day]} уже задан в {other}.", "Оставьте один."
                break
            taken[day] = str(name)
        yield from _hours_faults(where, value)
    if not taken and not any(_days(str(name)) for name in document):
        yield key, "не задан ни один день недели.", 'Например, mon-fri: "08:00-20:00".'


def _exception_faults(key: str, value: object) -> Iterator[_Contradiction]:
    if not isinstance(value, dict):
        yield key, "здесь нужны пары «дата: часы».", 'Например, {2026-12-31: "08:00-15:00"}.'
        return
    for day, times in value.items():
        where = f"{key}.{day}"
        try:
            _date(day)
        except ValueError:
            yield where, f"«{day}» — не дата.", "Например, 2026-12-31."
        yield from _hours_faults(where, times)


def _hours_faults(key: str, value: object) -> Iterator[_Contradiction]:
    try:
        spans(value)
    except BadHours as error:
        yield key, str(error), _EXAMPLE
