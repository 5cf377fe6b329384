"""Who may be recorded twice: a guess from names, dates of birth and telephones, for a person to
decide about."""

from __future__ import annotations

import difflib
import sqlite3

from ekc_console.server.store.cards import persons
from ekc_console.server.store.cards.search_words import fold
from ekc_console.wire.side_work import PersonRecord

MOST = 8
ALIKE = 0.8
"""Share of letters that two names have in common, in their order."""


def of(conn: sqlite3.Connection, person: PersonRecord) -> list[PersonRecord]:
    """The likeliest first: those who have the date of birth, the whole name or a telephone in
    common and differ in nothing but a name that is nearly the same."""
    near = [
        *persons.where(conn, "birth_date = ? AND birth_date <> ''", (person.birth_date,)),
        *persons.where(conn, "name_key = ?", (fold(person.name),)),
        *persons.of_same_numbers(conn, person.id),
    ]
    found = {item.id: item for item in near if item.id != person.id and _may_be(person, item)}
    return sorted(found.values(), key=lambda item: -_likeness(person, item))[:MOST]


def _may_be(one: PersonRecord, other: PersonRecord) -> bool:
    told_apart = any(
        a and b and a != b
        for a, b in (
            (one.birth_date, other.birth_date),
            (one.snils, other.snils),
            (one.oms, other.oms),
        )
    )
    return not told_apart and _likeness(one, other) >= ALIKE


def _likeness(one: PersonRecord, other: PersonRecord) -> float:
    """0 to 1; a name that begins with the whole other one lacks no more than a patronymic."""
    a, b = fold(one.name), fold(other.name)
    if a.startswith(b) or b.startswith(a):
        return 1.0
    return difflib.SequenceMatcher(None, a, b).ratio()
