"""What the store knows of a caller beside the list of earlier contacts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from ekc_console.server.store import scenarios
from ekc_console.server.store.projection import reversed_digits
from ekc_console.wire.work import HomeVisit, KnownValue, OpenCallback

DAY_S = 86400.0
VISIT_OPEN_S = 2 * DAY_S
"""A doctor who was called longer ago has come."""
VISIT = "visit_ordered"
"""Disposition of a card that orders a doctor."""
CARDS_READ = 10
COMPLETED = frozenset({"person", "address", "snils", "oms", "phone", "clinic"})
"""Types of fields whose earlier values are offered again."""
KNOWN_MOST = 30


@dataclass(frozen=True, slots=True)
class StoredCaller:
    calls_24h: int
    name: str
    callbacks: tuple[OpenCallback, ...]
    """``topic_title`` is the code: titles are not the store's."""
    home_visits: tuple[HomeVisit, ...]
    known: tuple[KnownValue, ...]


def caller(
    conn: sqlite3.Connection, number: str, now: float, exclude_call: str = ""
) -> StoredCaller:
    """By a number in E.164; the call ``exclude_call`` and its card are left out."""
    (calls,) = conn.execute(
        "SELECT count(*) FROM calls WHERE number_reversed = ? AND arrived_at > ? AND id <> ?"
        " AND direction = 'in'",
        (reversed_digits(number), now - DAY_S, exclude_call),
    ).fetchone()
    callbacks = conn.execute(
        "SELECT since, topic, attempts FROM callbacks WHERE number = ? AND closed_at IS NULL"
        " ORDER BY since",
        (number,),
    )
    cards = list(_cards(conn, number, exclude_call))
    known = _known(cards)
    return StoredCaller(
        calls_24h=calls,
        name=next((value.value for value in known if value.type == "person"), ""),
        callbacks=tuple(OpenCallback(since=s, topic_title=t, attempts=a) for s, t, a in callbacks),
        home_visits=tuple(_visits(cards, now)),
        known=tuple(known),
    )


@dataclass(frozen=True, slots=True)
class _Card:
    id: str
    created_at: float
    disposition: str
    values: list[tuple[str, str, str]]
    """Type, name and value of the filled fields, in the author's order."""


def _cards(conn: sqlite3.Connection, number: str, exclude_call: str) -> Iterator[_Card]:
    """The newest first."""
    rows = conn.execute(
        "SELECT cards.id, created_at, disposition, scenario, version, session FROM cards"
        " JOIN calls ON calls.id = cards.call"
        " WHERE number_reversed = ? AND call <> ? ORDER BY created_at DESC LIMIT ?",
        (reversed_digits(number), exclude_call, CARDS_READ),
    ).fetchall()
    for card_id, created_at, disposition, scenario, version, session in rows:
        document = scenarios.get(conn, scenario, version) or {}
        shapes: Mapping[str, Any] = document.get("fields") or {}
        fields: Mapping[str, Any] = msgspec.json.decode(session).get("fields") or {}
        values = [
            (str(shape.get("type", "")), name, str(fields[name]))
            for name, shape in shapes.items()
            if fields.get(name)
        ]
        yield _Card(card_id, created_at, disposition, values)


def _known(cards: list[_Card]) -> list[KnownValue]:
    """Each value once, the newest first."""
    found: dict[tuple[str, str], KnownValue] = {}
    for card in cards:
        for type_, _name, value in card.values:
            if type_ in COMPLETED:
                found.setdefault((type_, value), KnownValue(type=type_, value=value))
    return list(found.values())[:KNOWN_MOST]


def _visits(cards: list[_Card], now: float) -> Iterator[HomeVisit]:
    for card in cards:
        if card.disposition == VISIT and card.created_at > now - VISIT_OPEN_S:
            first = {type_: value for type_, _name, value in reversed(card.values)}
            yield HomeVisit(
                at=card.created_at,
                card=card.id,
                person=first.get("person", ""),
                address=first.get("address", ""),
            )
