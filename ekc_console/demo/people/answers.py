"""Plausible values for the fields of a script, as an operator would type them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from ekc_console.domain.scenario import Field, FieldType

_SURNAMES = ("Иванова", "Петрова", "Соколова", "Кузнецова", "Морозова", "Новикова")
_NAMES = ("Анна", "Мария", "Ольга", "Татьяна", "Елена", "Светлана")
_PATRONYMICS = ("Петровна", "Ивановна", "Сергеевна", "Андреевна", "Павловна")
_STREETS = ("Садовая", "Мира", "Лесная", "Школьная", "Республики", "Набережная")
_TEXTS = ("Со слов абонента", "Уточнено по телефону", "Повторное обращение", "Без особенностей")
_CHILD_AND_ADULT_DAYS = (2 * 365, 85 * 365)


def answer_for(field: Field, source: random.Random, today: date) -> str:
    """A value that ``field.parse`` takes on ``today``."""
    return _MAKERS[field.type](field, source, today)


def _text(field: Field, source: random.Random, today: date) -> str:
    return f"{source.choice(_TEXTS)} {source.randrange(100, 1000)}"


def _person(field: Field, source: random.Random, today: date) -> str:
    return " ".join(source.choice(names) for names in (_SURNAMES, _NAMES, _PATRONYMICS))


def _date(field: Field, source: random.Random, today: date) -> str:
    if field.when == "birth":
        day = today - timedelta(days=source.randint(*_CHILD_AND_ADULT_DAYS))
    elif field.when == "past":
        day = today - timedelta(days=source.randint(0, 5))
    else:
        day = today + timedelta(days=source.randint(1, 14))
    return day.strftime("%d.%m.%Y")


def _phone(field: Field, source: random.Random, today: date) -> str:
    return f"+7 900 000-{source.randrange(100):02}-{source.randrange(100):02}"


def _address(field: Field, source: random.Random, today: date) -> str:
    return (
        f"Тюмень, {source.choice(_STREETS)}, {source.randint(1, 90)}, кв. {source.randint(1, 99)}"
    )


def _snils(field: Field, source: random.Random, today: date) -> str:
    """The check number is the sum of digit × position (9…1), modulo 101; 100 gives 00."""
    digits = f"{source.randrange(100_000_000, 1_000_000_000)}"
    check = sum(int(d) * weight for d, weight in zip(digits, range(9, 0, -1), strict=True))
    return f"{digits}{check % 101 % 100:02}"


def _oms(field: Field, source: random.Random, today: date) -> str:
    """The last of 16 digits is the check digit of Luhn's formula (ISO/IEC 7812-1, annex B)."""
    digits = f"{source.randrange(10**14, 10**15)}"
    doubled = [int(d) * 2 for d in digits[::2]]
    total = sum(int(d) for d in digits[1::2]) + sum(d // 10 + d % 10 for d in doubled)
    return f"{digits}{-total % 10}"


def _clinic(field: Field, source: random.Random, today: date) -> str:
    return f"Поликлиника № {source.randint(1, 17)}"


def _specialty(field: Field, source: random.Random, today: date) -> str:
    return source.choice(("терапевт", "педиатр", "хирург", "невролог", "окулист"))


def _choice(field: Field, source: random.Random, today: date) -> str:
    return source.choice(list(field.choices))


def _number(field: Field, source: random.Random, today: date) -> str:
    if "температур" in field.label.lower():
        return f"{source.randint(366, 389) / 10:.1f}"
    return str(source.randint(1, 9))


def _yes_no(field: Field, source: random.Random, today: date) -> str:
    return source.choice(("да", "нет"))


_MAKERS: dict[FieldType, Callable[[Field, random.Random, date], str]] = {
    "text": _text,
    "person": _person,
    "date": _date,
    "phone": _phone,
    "address": _address,
    "snils": _snils,
    "oms": _oms,
    "clinic": _clinic,
    "specialty": _specialty,
    "choice": _choice,
    "number": _number,
    "yes_no": _yes_no,
}
