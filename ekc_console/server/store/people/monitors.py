"""Programs that may read the measurements. The store knows only the hash of a program's key."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from ekc_console.errors import EkcError
from ekc_console.server.store.people.sessions import hashed

_NAME = re.compile(r"\w[\w .-]{0,39}")


class MonitorError(EkcError):
    """There is no such key, or there is one already, or it cannot be named so."""


@dataclass(frozen=True, slots=True)
class Monitor:
    name: str
    created_at: float


def add(conn: sqlite3.Connection, name: str, token: str, created_at: float) -> None:
    """Raises MonitorError."""
    if not _NAME.fullmatch(name):
        raise MonitorError(
            f"Ключ нельзя назвать «{name}».", "До 40 букв, цифр, пробелов и знаков - _ ."
        )
    insert = "INSERT OR IGNORE INTO monitors (name, token_hash, created_at) VALUES (?, ?, ?)"
    if not conn.execute(insert, (name, hashed(token), created_at)).rowcount:
        raise MonitorError(
            f"Ключ «{name}» уже есть.",
            "Назовите иначе или отзовите: ekc server metrics remove.",
        )


def remove(conn: sqlite3.Connection, name: str) -> None:
    """It opens nothing any more. Raises MonitorError."""
    if not conn.execute("DELETE FROM monitors WHERE name = ?", (name,)).rowcount:
        raise MonitorError(f"Ключа «{name}» нет.", "Какие есть: ekc server metrics list.")


def every(conn: sqlite3.Connection) -> list[Monitor]:
    """In the order of their names."""
    rows = conn.execute("SELECT name, created_at FROM monitors ORDER BY name")
    return [Monitor(*row) for row in rows]


def hashes(conn: sqlite3.Connection) -> frozenset[str]:
    """Of all keys that are good."""
    return frozenset(row[0] for row in conn.execute("SELECT token_hash FROM monitors"))
