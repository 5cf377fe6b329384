"""What the store knows of a caller beside the list of earlier contacts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ekc_console.domain.terms.localtime import DAY_S
from ekc_console.server.store.base.digits import NO_DIGITS, reversed_digits
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import persons, visits
from ekc_console.server.store.cards.search_words import fold
from ekc_console.server.store.cards.typed_values import filled
from ekc_console.wire.side_work import HomeVisit, KnownValue, OpenCallback, PersonRecord

CARDS_READ = 10
COMPLETED = frozenset({"person", "address", "snils", "oms", "phone", "clinic"})
"""Types of fields whose earlier values are offered again."""
KNOWN_MOST = 30
NAMED_MOST = 3
"""People of one number that are named; it is a flat's or a family's then."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a number belongs to, as cards tell it; who called last first."""

    callers: tuple[str, ...] = ()
    """Who called by it, by their own word."""
    about: tuple[str, ...] = ()
    """Whom cards are about, of others: who is ill may be a child of who calls."""


@dataclass(frozen=True, slots=True)
class StoredCaller:
    calls_24h: int
    name: str
    callers: tuple[str, ...]
    """As ``Named.callers``."""
    callbacks: tuple[OpenCallback, ...]
    """``topic_title`` is the code: titles are not the store's."""
    home_visits: tuple[HomeVisit, ...]
    """``ordered_by`` is the login."""
    known: tuple[KnownValue, ...]
    person: PersonRecord | None
    """Whom the card of ``call`` is about."""
    persons: tuple[PersonRecord, ...]


def caller(conn: sqlite3.Connection, number: str, now: float, call: str = "") -> StoredCaller:
    """By a number in E.164, "" when withheld, and by the person of the present call's card;
    ``call`` and its card are no earlier contacts."""
    (calls,) = conn.execute(
        "SELECT count(*) FROM calls WHERE number_reversed = ? AND arrived_at > ? AND id <> ?"
        " AND direction = 'in'",
        (reversed_digits(number) or NO_DIGITS, now - DAY_S, call),
    ).fetchone()
    callbacks = conn.execute(
        "SELECT since, topic, attempts FROM callbacks WHERE number = ? AND closed_at IS NULL"
        " ORDER BY since",
        (number,),
    )
    row = conn.execute("SELECT person_id FROM cards WHERE call = ?", (call,)).fetchone()
    person = persons.get(conn, row[0] if row else None)
    cards = list(_cards(conn, number, call))
    known = _known(cards)
    newest = next((value.value for value in known if value.type == "person"), "")
    return StoredCaller(
        calls_24h=calls,
        name=person.name if person else newest,
        callers=_callers(cards),
        callbacks=tuple(OpenCallback(since=s, topic_title=t, attempts=a) for s, t, a in callbacks),
        home_visits=visits.open_ones(conn, number, person.id if person else None, call),
        known=tuple(known),
        person=person,
        persons=tuple(persons.of_number(conn, number)) if number else (),
    )


def named(conn: sqlite3.Connection, number: str) -> Named:
    """By a number in E.164."""
    who = _callers(_cards(conn, number, ""))
    calls = {fold(name) for name in who}
    names = (person.name for person in persons.of_number(conn, number))
    about = tuple(name for name in names if fold(name) not in calls)
    return Named(who, about[:NAMED_MOST])


Values = list[tuple[Mapping[str, Any], str]]


def _callers(cards: Iterable[Values]) -> tuple[str, ...]:
    names = (value for values in cards for shape, value in values if shape.get("caller"))
    return tuple(dict.fromkeys(names))[:NAMED_MOST]


def _cards(conn: sqlite3.Connection, number: str, call: str) -> Iterator[Values]:
    """Shape and value of the filled fields of earlier cards, in the author's order; the newest
    card first."""
    rows = conn.execute(
        "SELECT scenario, version, session FROM cards JOIN calls ON calls.id = cards.call"
        " WHERE number_reversed = ? AND call <> ? ORDER BY created_at DESC LIMIT ?",
        (reversed_digits(number) or NO_DIGITS, call, CARDS_READ),
    ).fetchall()
    for scenario, version, session in rows:
        document = scenarios.get(conn, scenario, version) or {}
        shapes: Mapping[str, Any] = document.get("fields") or {}
        fields = filled(session)
        yield [(shape, str(fields[name])) for name, shape in shapes.items() if fields.get(name)]


def _known(cards: Iterable[Values]) -> list[KnownValue]:
    """Each value once, the newest first."""
    found: dict[tuple[str, str], KnownValue] = {}
    for values in cards:
        for shape, value in values:
            if (type_ := str(shape.get("type", ""))) in COMPLETED:
                found.setdefault((type_, value), KnownValue(type=type_, value=value))
    return list(found.values())[:KNOWN_MOST]
