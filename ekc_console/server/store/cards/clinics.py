"""Which clinic a card names: kept as the name that stands in it, told by the names that a clinic of
the directory has and has had, so that a card of before is still its own after another title."""

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
    is that one's."""
    conn.executemany(
        "INSERT OR REPLACE INTO clinic_names (name, clinic) VALUES (?, ?)",
        [(name_key(title), clinic) for clinic, title in titles.items()],
    )


def of_card(conn: sqlite3.Connection, card: str) -> str:
    """Id of the clinic that a card names; "" for none, and for one that the directory never had."""
    row = conn.execute(
        "SELECT clinic_names.clinic FROM cards JOIN clinic_names ON name = cards.clinic"
        " WHERE cards.id = ?",
        (card,),
    ).fetchone()
    return row[0] if row else ""


def condition(clinics: Collection[str]) -> tuple[str, tuple[object, ...]]:
    """A condition on ``cards`` that name one of these, by id; and its values."""
    marks = ", ".join("?" * len(clinics))
    within = (
        f"cards.clinic IN (SELECT name FROM clinic_names WHERE clinic_names.clinic IN ({marks}))"
    )
    return within, tuple(clinics)


def counted(conn: sqlite3.Connection, person: PersonRecord, clinics: Iterable[str]) -> PersonRecord:
    """The record as it looks from cards that name one of these alone."""
    within, values = condition(tuple(clinics))
    number, last_at = conn.execute(
        f"SELECT count(*), max(created_at) FROM cards WHERE person_id = ? AND {within}",
        (person.id, *values),
    ).fetchone()
    return msgspec.structs.replace(person, contacts=number, last_at=last_at)
