"""Who has read personal data of others, when and what. Rows are added and never changed.

A search is kept as a keyed hash: one can ask whether somebody has searched for a given text, and
the log itself names nobody.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import Literal

Reading = Literal["card", "contacts", "persons", "visits"]
SINCE_VERSION = 10
"""Of the store: before it nothing was kept of this."""


@dataclass(frozen=True, slots=True)
class Access:
    at: float
    login: str
    reading: Reading
    card: str
    """The card that was read, or for which people were looked for; "" for a search."""
    search: str
    """Hash of what was searched for; "" for none."""
    found: int
    """How many were shown."""


def add(
    conn: sqlite3.Connection,
    *,
    at: float,
    login: str,
    reading: Reading,
    card: str = "",
    search: str = "",
    found: int = 1,
) -> None:
    """``search``: the text itself; only its hash is kept."""
    conn.execute(
        "INSERT INTO access_log (at, login, reading, card, search, found)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (at, login, reading, card, _hashed(conn, search) if search else "", found),
    )


def of(
    conn: sqlite3.Connection,
    *,
    login: str = "",
    card: str = "",
    search: str = "",
    since: float | None = None,
    limit: int | None = None,
) -> list[Access]:
    """The newest first, ``limit`` at most; what is empty or None is not asked for. ``since``:
    seconds since the epoch."""
    hashed = _hashed(conn, search) if search else ""
    rows = conn.execute(
        "SELECT at, login, reading, card, search, found FROM access_log"
        " WHERE ? IN ('', login) AND ? IN ('', card) AND ? IN ('', search)"
        " AND coalesce(at >= ?, 1) ORDER BY seq DESC LIMIT ?",
        (login, card, hashed, since, -1 if limit is None else limit),
    )
    return [Access(*row) for row in rows]


def _hashed(conn: sqlite3.Connection, text: str) -> str:
    (key,) = conn.execute("SELECT key FROM access_key").fetchone()
    folded = " ".join(text.split()).casefold()
    return hashlib.blake2b(folded.encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()
