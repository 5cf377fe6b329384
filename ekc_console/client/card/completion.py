"""What a field may be completed with, and what is known of a value while it is typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from ekc_console.domain.scenario import NEAR_DAYS, NUMBER, Field, FieldError, Session, age
from ekc_console.i18n import N_, _
from ekc_console.wire.side_work import Caller, Directory

MOST = 5
CLOSE = 70.0
"""Least likeness of 100 by which a name of the directory is offered for a misspelt word."""
WEEKDAYS = (
    N_("понедельник"), N_("вторник"), N_("среда"), N_("четверг"), N_("пятница"), N_("суббота"),
    N_("воскресенье"),
)  # fmt: skip
_DIGITS = {"snils": 11, "oms": 16}


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` goes into the field; ``note`` says more about it."""

    text: str
    note: str = ""


def completions(
    field: Field,
    typed: str,
    *,
    session: Session,
    caller: Caller,
    directory: Directory,
    today: date,
) -> list[Completion]:
    """The likeliest first, at most ``MOST``; nothing that is in the field already."""
    wanted = _folded(typed)
    match field.type:
        case "person" | "address" | "phone" | "snils" | "oms":
            found = _matching(wanted, _earlier(field, session, caller))
        case "date":
            found = _days(field, wanted, today)
        case "clinic":
            known = _matching(wanted, _earlier(field, session, caller))
            found = [*known, *_clinics(wanted, directory)] if wanted else known
        case "specialty":
            names = ((name, name) for name in directory.specialties)
            found = [Completion(name) for name in _closest(wanted, names)]
        case _:
            found = []
    once = {item.text: item for item in found if _folded(item.text) != wanted}
    return list(once.values())[:MOST]


def remark(field: Field, typed: str, today: date, directory: Directory) -> str:
    """What the field makes of the text so far; "" when there is nothing to say yet."""
    if not typed.strip():
        return ""
    if wanted := _DIGITS.get(field.type):
        have = sum(char.isdigit() for char in typed)
        if have < wanted:
            return _("ещё цифр: {n}").format(n=wanted - have)
    try:
        value = field.parse(typed, today)
    except FieldError as error:
        return error.message if field.type in _DIGITS else ""
    match field.type:
        case "date" if field.when == "birth":
            return f"{field.show(value)}, {_aged(value, today)}"
        case "number" if field.unit:
            return field.show(value)
        case "date":
            day = date.fromisoformat(value)
            return f"{field.show(value)}, {_(WEEKDAYS[day.weekday()])}"
        case "clinic" if directory.clinics:
            known = value in [clinic.title for clinic in directory.clinics]
            return "" if known else _("нет в справочнике: запишется как есть")
        case "specialty" if directory.specialties:
            known = value in directory.specialties
            return "" if known else _("нет в справочнике: запишется как есть")
        case "snils" | "oms":
            return _("номер верный")
    return ""


def _aged(born: str, today: date) -> str:
    """How old somebody is: of a child under two, whose dose it decides, in months."""
    years, days = age(born, today), (today - date.fromisoformat(born)).days
    if years >= 2:
        return _("возраст: {n}").format(n=years)
    if days < 31:
        return _("возраст, дней: {n}").format(n=days)
    day = date.fromisoformat(born)
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return _("возраст, месяцев: {n}").format(n=months)


# -- sources -------------------------------------------------------------------------


def _earlier(field: Field, session: Session, caller: Caller) -> Iterable[Completion]:
    """Values of the same type in this card, then in earlier cards of the caller."""
    shapes = session.scenario.fields
    here = [
        session.fields[name]
        for name, shape in shapes.items()
        if shape.type == field.type and name != field.name and session.fields.get(name)
    ]
    if field.type == "phone" and (number := session.fields.get(NUMBER)):
        here.insert(0, number)
    yield from (Completion(field.show(value), _("из этой карточки")) for value in here)
    earlier = (item.value for item in caller.known if item.type == field.type)
    yield from (Completion(field.show(value), _("из прежней карточки")) for value in earlier)


def _days(field: Field, wanted: str, today: date) -> list[Completion]:
    words = [word for word in NEAR_DAYS[field.when] if wanted and f" {wanted}" in f" {word}"]
    return [Completion(word, field.show(field.parse(word, today))) for word in words]


def _clinics(wanted: str, directory: Directory) -> list[Completion]:
    by_title = {clinic.title: clinic for clinic in directory.clinics}
    names = (
        (clinic.title, " ".join([clinic.title, clinic.address, *clinic.words]))
        for clinic in directory.clinics
    )
    return [Completion(title, by_title[title].address) for title in _closest(wanted, names)]


# -- likeness ------------------------------------------------------------------------

_NUMBER = re.compile(r"\d+")


def _matching(wanted: str, candidates: Iterable[Completion]) -> list[Completion]:
    """Those whose words begin with the words typed; digits are compared without signs."""
    digits = re.sub(r"\D", "", wanted)
    return [
        item
        for item in candidates
        if _begun(wanted, _folded(item.text))
        or (len(digits) >= 2 and digits in re.sub(r"\D", "", item.text))
    ]


def _closest(wanted: str, names: Iterable[tuple[str, str]]) -> Sequence[str]:
    """Names (each with the text it is found by) that begin so, then those that are like it; of
    another number none is."""
    if not wanted:
        return []
    ranked = []
    numbers = set(_NUMBER.findall(wanted))
    for name, text in names:
        folded = _folded(text)
        if not numbers <= set(_NUMBER.findall(folded)):
            continue
        score = 101.0 if _begun(wanted, folded) else fuzz.partial_ratio(wanted, folded)
        if score >= CLOSE:
            ranked.append((-score, name))
    return [name for _score, name in sorted(ranked)]


def _begun(wanted: str, text: str) -> bool:
    words = re.findall(r"\w+", text)
    return all(any(word.startswith(part) for word in words) for part in wanted.split())


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
