"""Which clinic's a card is: of the one that had the name in it when it was filled in, whatever any
clinic is called since. A name that no clinic had yet waits for the first one that gets it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from ekc_console.server.store.cards.search_words import fold
from ekc_console.wire.side_work import PersonRecord


def name_key(text: str) -> str:
    """By which two names are the same one."""
    return " ".join(fold(text).split())


def named(session: Mapping[str, Any], document: Mapping[str, Any] | None) -> str:
    """Key of the clinic in a card: its first field for one that is filled, in the author's order;
    "" where none is. ``document``: the scenario that says which fields those are."""
    shapes: Mapping[str, Any] = (document or {}).get("fields") or {}
    values: Mapping[str, Any] = session.get("fields") or {}
    keys = (name for name, shape in shapes.items() if shape.get("type") == "clinic")
    return next((name_key(str(values[name])) for name in keys if values.get(name)), "")


def remember(conn: sqlite3.Connection, titles: Mapping[str, str]) -> None:
    """The directory's, by id, beside those of before. A name that has gone over to another clinic
    is that one's in cards to come."""
    names = [(name_key(title), clinic) for clinic, title in titles.items()]
    conn.executemany("INSERT OR REPLACE INTO clinic_names (name, clinic) VALUES (?, ?)", names)
    conn.executemany(
        "UPDATE cards SET clinic_id = ? WHERE clinic = ? AND clinic <> '' AND clinic_id = ''",
        [(clinic, name) for name, clinic in names],
    )


def keep(conn: sqlite3.Connection, seq: int, name: str) -> None:
    """Of the card with this number. One that is saved again with the same name stays whose it is.
    ``name``: as :func:`named` gives it."""
    conn.execute(
        "UPDATE cards SET clinic = :name, clinic_id = coalesce("
        "(SELECT clinic_names.clinic FROM clinic_names WHERE clinic_names.name = :name), '')"
        " WHERE seq = :seq AND (clinic <> :name OR clinic_id = '')",
        {"name": name, "seq": seq},
    )


def of_card(conn: sqlite3.Connection, card: str) -> str:
    """Id of the clinic whose a card is; "" for none, and for one that the directory never had."""
    row = conn.execute("SELECT clinic_id FROM cards WHERE id = ?", (card,)).fetchone()
    return row[0] if row else ""


def condition(clinics: Collection[str]) -> tuple[str, tuple[object, ...]]:
    """A condition on ``cards`` of these, by id; and its values."""
    marks = ", ".join("?" * len(clinics))
    return f"cards.clinic_id IN ({marks})", tuple(clinics)


def counted(conn: sqlite3.Connection, person: PersonRecord, clinics: Iterable[str]) -> PersonRecord:
    """The record as it looks from cards that name one of these alone."""
    within, values = condition(tuple(clinics))
    number, last_at = conn.execute(
        f"SELECT count(*), max(created_at) FROM cards WHERE person_id = ? AND {within}",
        (person.id, *values),
    ).fetchone()
    return msgspec.structs.replace(person, contacts=number, last_at=last_at)
