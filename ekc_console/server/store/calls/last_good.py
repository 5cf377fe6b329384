"""What was last read from files without a fault, by name: a later start goes on with it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec

from ekc_console.domain.terms.localtime import LATEST
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base.errors import StoreError


def has_served(conn: sqlite3.Connection) -> bool:
    """Whether there was ever a call here."""
    (found,) = conn.execute("SELECT EXISTS (SELECT 1 FROM calls)").fetchone()
    return bool(found)


@dataclass(frozen=True, slots=True)
class Kept:
    at: float
    """When it was last read so."""
    documents: list[dict[str, Any]]


def keep(conn: sqlite3.Connection, name: str, at: float, documents: list[dict[str, Any]]) -> None:
    """``documents``: plain data, fit for JSON."""
    conn.execute(
        "INSERT OR REPLACE INTO last_good (name, at, body) VALUES (?, ?, ?)",
        (name, at, msgspec.json.encode(documents).decode()),
    )


def get(conn: sqlite3.Connection, name: str) -> Kept | None:
    """Raises StoreError when what is kept is damaged."""
    try:
        row = conn.execute("SELECT at, body FROM last_good WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        kept = Kept(row[0], msgspec.json.decode(row[1], type=list[dict[str, Any]]))
    except (sqlite3.OperationalError, *NOT_JSON) as error:
        raise _damaged(name) from error
    if not 0 <= kept.at <= LATEST:
        raise _damaged(name)
    return kept


def _damaged(name: str) -> StoreError:
    return StoreError(f"Запись «{name}» таблицы last_good повреждена.")
