"""People whom cards are about. Personal data: lives here and in no journal and no log."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from ekc_console.errors import WordsError
from ekc_console.server.store.base.digits import reversed_digits
from ekc_console.server.store.cards.search_words import fold
from ekc_console.wire.side_work import PersonRecord

MOST = 20
READ_MOST = 500
"""People of one surname that are looked through for the other words of a search."""
SNILS_DIGITS = 11
OMS_DIGITS = 16

_SELECT = """
SELECT persons.id, name, birth_date, snils, oms,
       (SELECT count(*) FROM cards WHERE person_id = persons.id),
       (SELECT max(created_at) FROM cards WHERE person_id = persons.id),
       persons.revision
"""


class PersonRefused(WordsError):
    """The person cannot be recorded so, or there is none."""


class PersonTaken(PersonRefused):
    """Somebody else has this number of a document: ``snils`` or ``oms``."""

    def __init__(self, document: str, value: str, owner: str) -> None:
        super().__init__("person.taken_by", document=document, value=value, owner=owner)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Canonical values, as of the fields of a scenario; all but the name may be empty."""

    name: str
    birth_date: str = ""
    snils: str = ""
    oms: str = ""


def add(conn: sqlite3.Connection, new: NewPerson, at: float, by: str) -> int:
    """Id of a new person, or of the one who has this name and this date of birth already, or had
    them in a record that was merged.

    Raises PersonTaken when somebody else has the СНИЛС or the policy number.
    """
    key = fold(new.name)
    if new.birth_date:
        same = conn.execute(
            "SELECT id FROM persons WHERE name_key = ? AND birth_date = ?"
            " ORDER BY merged_into IS NOT NULL",
            (key, new.birth_date),
        ).fetchone()
        if same:
            return current(conn, same[0])
    require_free(conn, new)
    done = conn.execute(
        "INSERT INTO persons (name, name_key, birth_date, snils, oms, created_at, created_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new.name, key, new.birth_date, new.snils, new.oms, at, by),
    )
    assert done.lastrowid is not None
    return done.lastrowid


def require_free(conn: sqlite3.Connection, values: NewPerson, *owners: int) -> None:
    """Raises PersonTaken when anybody but the ``owners`` has a number of a document."""
    for column in ("snils", "oms"):
        value = getattr(values, column)
        holders = conn.execute(
            f"SELECT id, name FROM persons WHERE {column} = ? AND {column} <> ''"
            " AND merged_into IS NULL",
            (value,),
        )
        for holder, name in holders:
            if holder not in owners:
                raise PersonTaken(column, value, name)


def current(conn: sqlite3.Connection, person: int) -> int:
    """The record that this one was merged into, else this one."""
    (found,) = conn.execute(
        "WITH RECURSIVE ahead (id) AS (VALUES (?) UNION"
        " SELECT merged_into FROM persons JOIN ahead ON persons.id = ahead.id"
        " WHERE merged_into IS NOT NULL)"
        " SELECT coalesce(max(persons.id), ?) FROM ahead JOIN persons ON persons.id = ahead.id"
        " WHERE merged_into IS NULL",
        (person, person),
    ).fetchone()
    return int(found)


def get(conn: sqlite3.Connection, person: int | None) -> PersonRecord | None:
    """Of a record that was merged into another one, that one."""
    if person is None:
        return None
    row = conn.execute(f"{_SELECT} FROM persons WHERE id = ?", (current(conn, person),)).fetchone()
    return _record(row) if row else None


def of_same_numbers(conn: sqlite3.Connection, person: int) -> list[PersonRecord]:
    """Whom the cards of the numbers are about that this person's cards came from."""
    return where(
        conn,
        "id IN (SELECT person_id FROM cards JOIN calls ON calls.id = cards.call"
        " WHERE number_reversed IN (SELECT number_reversed FROM cards"
        " JOIN calls ON calls.id = cards.call WHERE person_id = ?))",
        (person,),
    )


def of_number(conn: sqlite3.Connection, number: str) -> list[PersonRecord]:
    """Whom the cards of a number (E.164) are about, who called last first."""
    rows = conn.execute(
        f"{_SELECT} FROM persons WHERE id IN (SELECT person_id FROM cards"
        " JOIN calls ON calls.id = cards.call WHERE number_reversed = ?)"
        " ORDER BY 7 DESC LIMIT ?",
        (reversed_digits(number), MOST),
    )
    return [_record(row) for row in rows]


def find(conn: sqlite3.Connection, text: str) -> list[PersonRecord]:
    """By a whole СНИЛС or policy number, else by the beginnings of the words of the name, the
    surname first."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == SNILS_DIGITS:
        snils = f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"
        return where(conn, "snils = ?", (snils,))
    if len(digits) == OMS_DIGITS:
        return where(conn, "oms = ?", (digits,))
    words = fold(text).split()
    if not words:
        return []
    found = where(conn, "name_key >= ? AND name_key < ?", (words[0], words[0] + "\U0010ffff"))
    return [person for person in found if _begun(words[1:], person.name)][:MOST]


def where(
    conn: sqlite3.Connection, condition: str, values: tuple[object, ...]
) -> list[PersonRecord]:
    """Of those not merged into another one, by name."""
    rows = conn.execute(
        f"{_SELECT} FROM persons WHERE {condition} AND merged_into IS NULL"
        " ORDER BY name_key, birth_date LIMIT ?",
        (*values, READ_MOST),
    )
    return [_record(row) for row in rows]


def _begun(words: list[str], name: str) -> bool:
    parts = fold(name).split()[1:]
    return all(any(part.startswith(word) for part in parts) for word in words)


def _record(row: tuple[Any, ...]) -> PersonRecord:
    person, name, birth_date, snils, oms, contacts, last_at, revision = row
    return PersonRecord(
        id=person,
        name=name,
        birth_date=birth_date,
        snils=snils,
        oms=oms,
        contacts=contacts,
        last_at=last_at,
        revision=revision,
    )
