"""Saved cards of which the list of callbacks was not told yet, with what was stored before: written
with the card, forgotten when it is told. So nothing that a card promises is lost between the two.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from ekc_console.json_faults import NOT_JSON
from ekc_console.wire.messages import Card


@dataclass(frozen=True, slots=True)
class Untold:
    before: Card
    """What the list follows; of a draft it knows nothing."""
    login: str
    """Who has saved the card since."""


def keep(conn: sqlite3.Connection, before: Card, login: str) -> None:
    """Of one that waits already, what it said meanwhile was told: the newer counts."""
    conn.execute(
        "INSERT OR REPLACE INTO untold_cards (card, login, body) VALUES (?, ?, ?)",
        (before.id, login, msgspec.json.encode(before).decode()),
    )


def get(conn: sqlite3.Connection, card: str) -> Untold | None:
    """None also for what cannot be read: the card can be saved again."""
    row = conn.execute("SELECT login, body FROM untold_cards WHERE card = ?", (card,)).fetchone()
    try:
        return Untold(msgspec.json.decode(row[1], type=Card), row[0]) if row else None
    except NOT_JSON:
        return None


def cards(conn: sqlite3.Connection) -> list[str]:
    """Ids, in the order in which they were saved."""
    return [card for (card,) in conn.execute("SELECT card FROM untold_cards ORDER BY rowid")]


def forget(conn: sqlite3.Connection, card: str) -> None:
    conn.execute("DELETE FROM untold_cards WHERE card = ?", (card,))
