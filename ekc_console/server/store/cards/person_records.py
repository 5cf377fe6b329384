"""What is done to the records of people: corrected, merged, merges undone; and who has done it.

A record that was merged stays where it is and points to the other one: its id goes on leading to
the person, and undoing needs no more than to take the pointer away.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgspec

from ekc_console.server.store.cards import persons
from ekc_console.server.store.cards.persons import NewPerson, PersonRefused
from ekc_console.server.store.cards.search_words import fold
from ekc_console.wire.card_work import PERSON_FIELDS, PersonEvent, PersonField

Part = tuple[PersonField, str, str]
"""Field, value before, value after."""


class PersonChanged(PersonRefused):
    """Somebody has changed the record since. ``login``, ``at``: of the last change, if one is
    known."""

    def __init__(self, key: str, last: Change | None) -> None:
        super().__init__(key)
        self.last = last


@dataclass(frozen=True, slots=True)
class Change:
    at: float
    login: str
    event: PersonEvent
    other: str = ""
    """Name of the other person of a merge."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """One that can be undone."""

    id: int
    other: int
    name: str
    """Of the other one."""


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    values: NewPerson
    revision: int


def correct(
    conn: sqlite3.Connection, person: int, revision: int, new: NewPerson, at: float, login: str
) -> None:
    """Nothing changed is nothing kept. Raises PersonChanged for another ``revision``, PersonTaken,
    PersonRefused."""
    stored = _at(conn, person, revision)
    persons.require_free(conn, new, person)
    if parts := _between(stored.values, new):
        _put(conn, stored, new)
        _note(conn, person, Change(at, login, "corrected", parts=parts))


def merge(
    conn: sqlite3.Connection,
    person: tuple[int, int],
    other: tuple[int, int],
    take: tuple[PersonField, ...],
    at: float,
    login: str,
) -> None:
    """Two ids, each with its revision. The cards of ``other`` go to ``person``, whose fields in
    ``take`` get the other one's values. Raises PersonChanged, PersonRefused."""
    if person[0] == other[0]:
        raise PersonRefused("person.same")
    kept, gone = _at(conn, *person), _at(conn, *other)
    new = replace(kept.values, **{name: getattr(gone.values, name) for name in take})
    cards = [row[0] for row in conn.execute("SELECT id FROM cards WHERE person_id = ?", other[:1])]
    _put(conn, kept, new)
    conn.execute("UPDATE persons SET merged_into = ? WHERE id = ?", (kept.id, gone.id))
    conn.execute("UPDATE cards SET person_id = ? WHERE person_id = ?", (kept.id, gone.id))
    conn.execute(
        "INSERT INTO person_merges (person, other, revision, before, cards) VALUES (?, ?, ?, ?, ?)",
        (kept.id, gone.id, kept.revision + 1, _json(asdict(kept.values)), _json(cards)),
    )
    parts = _between(kept.values, new)
    _note(conn, kept.id, Change(at, login, "merged", gone.values.name, parts))


def undo(conn: sqlite3.Connection, merge_id: int, at: float, login: str) -> tuple[int, int]:
    """Both records and their cards as before; gives the ids. Cards that were linked to somebody
    since stay with whom they are linked to. Raises PersonChanged when the merged record was
    changed since, PersonTaken when another one has a number by now, PersonRefused for a merge that
    is undone."""
    row = conn.execute(
        "SELECT person, other, revision, before, cards FROM person_merges WHERE id = ?", (merge_id,)
    ).fetchone()
    if row is None:
        raise PersonRefused("person.merge_undone")
    person, other, revision, before, cards = row
    kept = _at(conn, person, revision, "person.changed_since_merge")
    gone, values = _read(conn, other), msgspec.json.decode(before, type=NewPerson)
    assert gone is not None
    for restored in (values, gone.values):
        persons.require_free(conn, restored, person)
    conn.execute("DELETE FROM person_merges WHERE id = ?", (merge_id,))
    conn.execute("UPDATE persons SET merged_into = NULL WHERE id = ?", (other,))
    conn.execute(
        "UPDATE cards SET person_id = ? WHERE person_id = ?"
        " AND id IN (SELECT value FROM json_each(?))",
        (other, person, cards),
    )
    _put(conn, kept, values, standing=revision - 1)
    _put(conn, gone, gone.values, standing=gone.revision)
    parts = _between(kept.values, values)
    _note(conn, person, Change(at, login, "unmerged", gone.values.name, parts))
    return person, other


def last_merge(conn: sqlite3.Connection, person: int) -> Merge | None:
    """The one that can be undone now."""
    row = conn.execute(
        "SELECT person_merges.id, other, name FROM person_merges"
        " JOIN persons ON persons.id = other"
        " WHERE person = ? AND person_merges.revision ="
        " (SELECT revision FROM persons WHERE id = ?)",
        (person, person),
    ).fetchone()
    return Merge(*row) if row else None


def changes(conn: sqlite3.Connection, person: int) -> list[Change]:
    """The newest first, with those of the records that were merged into this one; last, when each
    was made."""
    ids = (
        "WITH RECURSIVE one (id) AS (VALUES (?) UNION"
        " SELECT persons.id FROM persons JOIN one ON merged_into = one.id)"
    )
    rows = conn.execute(
        f"{ids} SELECT at, login, event, other, body FROM person_changes"
        " WHERE person IN (SELECT id FROM one) ORDER BY seq DESC",
        (person,),
    )
    found = [
        Change(at, login, event, other, msgspec.json.decode(body, type=tuple[Part, ...]))
        for at, login, event, other, body in rows
    ]
    made = conn.execute(
        f"{ids} SELECT created_at, created_by FROM persons WHERE id IN (SELECT id FROM one)"
        " ORDER BY created_at DESC",
        (person,),
    )
    return found + [Change(at, login, "created") for at, login in made]


def _read(conn: sqlite3.Connection, person: int) -> _Stored | None:
    row = conn.execute(
        "SELECT name, birth_date, snils, oms, revision FROM persons WHERE id = ?", (person,)
    ).fetchone()
    return _Stored(person, NewPerson(*row[:4]), row[4]) if row else None


def _at(
    conn: sqlite3.Connection,
    person: int,
    revision: int,
    why: str = "person.changed",
) -> _Stored:
    """Raises PersonRefused when there is none, PersonChanged with ``why`` when it is merged or of
    another revision."""
    stored = _read(conn, person)
    if stored is None:
        raise PersonRefused("person.none")
    now = persons.current(conn, person)
    if now != person or stored.revision != revision:
        raise PersonChanged(why, next(iter(changes(conn, now)), None))
    return stored


def _put(
    conn: sqlite3.Connection, stored: _Stored, new: NewPerson, standing: int | None = None
) -> None:
    """``standing``: revision of the earlier merge that is the last thing done once more."""
    conn.execute(
        "UPDATE persons SET name = ?, name_key = ?, birth_date = ?, snils = ?, oms = ?,"
        " revision = ? WHERE id = ?",
        (
            new.name, fold(new.name), new.birth_date, new.snils, new.oms, stored.revision + 1,
            stored.id,
        ),
    )  # fmt: skip
    if standing is not None:
        conn.execute(
            "UPDATE person_merges SET revision = ? WHERE person = ? AND revision = ?",
            (stored.revision + 1, stored.id, standing),
        )


def _note(conn: sqlite3.Connection, person: int, change: Change) -> None:
    conn.execute(
        "INSERT INTO person_changes (person, at, login, event, other, body)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (person, change.at, change.login, change.event, change.other, _json(change.parts)),
    )


def _between(before: NewPerson, after: NewPerson) -> tuple[Part, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in PERSON_FIELDS)
    return tuple((name, old, new) for name, old, new in pairs if old != new)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
