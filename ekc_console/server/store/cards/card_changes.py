"""Every change of a saved card: who, when, what stood there before and what stands there now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ekc_console.domain.scenario import NUMBER

NOTE = "@note"
DISPOSITION = "@disposition"
PERSON = "@person"
"""Names of the parts of a card that are no fields of its scenario."""

Part = tuple[str, str, str]
"""Name, value before, value after."""


@dataclass(frozen=True, slots=True)
class Change:
    at: float
    login: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What of a card is compared."""

    fields: Mapping[str, Any]
    note: str
    disposition: str


def between(before: Content, after: Content) -> tuple[Part, ...]:
    return tuple(_between(before, after))


def _between(before: Content, after: Content) -> Iterator[Part]:
    if before.disposition != after.disposition:
        yield DISPOSITION, before.disposition, after.disposition
    if before.note != after.note:
        yield NOTE, before.note, after.note
    for name in dict.fromkeys([*before.fields, *after.fields]):
        if name == NUMBER:  # the caller's: a script knows it, nobody fills it in
            continue
        old, new = str(before.fields.get(name, "")), str(after.fields.get(name, ""))
        if old != new:
            yield name, old, new


def add(
    conn: sqlite3.Connection, card: str, at: float, login: str, parts: tuple[Part, ...]
) -> None:
    """Nothing changed is nothing kept."""
    if parts:
        conn.execute(
            "INSERT INTO card_changes (card, at, login, body) VALUES (?, ?, ?, ?)",
            (card, at, login, msgspec.json.encode(parts).decode()),
        )


def unlinked(changes: Iterable[Change]) -> list[Change]:
    """Without whom the card was about in between."""
    filled = ((one, tuple(part for part in one.parts if part[0] != PERSON)) for one in changes)
    return [replace(one, parts=parts) for one, parts in filled if parts]


def of(conn: sqlite3.Connection, card: str) -> list[Change]:
    """The newest first."""
    rows = conn.execute(
        "SELECT at, login, body FROM card_changes WHERE card = ? ORDER BY seq DESC", (card,)
    )
    return [
        Change(at, login, msgspec.json.decode(body, type=tuple[Part, ...]))
        for at, login, body in rows
    ]
