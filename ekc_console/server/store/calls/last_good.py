"""What was last read from files without a fault, by name: a later start goes on with it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec


def has_served(conn: sqlite3.Connection) -> bool:
    """Whether there was ever a call here."""
    (found,) = conn.execute("SELECT EXISTS (SELECT 1 FROM calls)").fetchone()
    return bool(found)


@dataclass(frozen=True, slots=True)
class Kept:
    at: float
    """When it was last read so."""
    body: Any
    """Plain data."""


def keep(conn: sqlite3.Connection, name: str, at: float, body: Any) -> None:
    """``body``: plain data, fit for JSON."""
    conn.execute(
        "INSERT OR REPLACE INTO last_good (name, at, body) VALUES (?, ?, ?)",
        (name, at, msgspec.json.encode(body).decode()),
    )


def get(conn: sqlite3.Connection, name: str) -> Kept | None:
    row = conn.execute("SELECT at, body FROM last_good WHERE name = ?", (name,)).fetchone()
    return None if row is None else Kept(row[0], msgspec.json.decode(row[1]))
