"""Wall boards and what they may show. The store knows only the hash of a board's token."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

import msgspec

from ekc_console.errors import EkcError
from ekc_console.server.store.people.sessions import hashed

_NAME = re.compile(r"\w[\w .-]{0,39}")
_queues = msgspec.json.Decoder(tuple[str, ...])


class BoardError(EkcError):
    """There is no such board, or there is one already, or it cannot be named so."""


@dataclass(frozen=True, slots=True)
class Board:
    name: str
    token_hash: str
    queues: tuple[str, ...]
    """Ids; empty: all."""
    created_at: float


def add(
    conn: sqlite3.Connection, name: str, token: str, queues: tuple[str, ...], created_at: float
) -> None:
    """Raises BoardError."""
    if not _NAME.fullmatch(name):
        raise BoardError(
            f"Табло нельзя назвать «{name}».", "До 40 букв, цифр, пробелов и знаков - _ ."
        )
    row = (name, hashed(token), msgspec.json.encode(queues).decode(), created_at)
    insert = "INSERT OR IGNORE INTO boards (name, token_hash, queues, created_at)"
    if not conn.execute(f"{insert} VALUES (?, ?, ?, ?)", row).rowcount:
        raise BoardError(
            f"Табло «{name}» уже есть.", "Назовите иначе или отзовите: ekc board remove."
        )


def remove(conn: sqlite3.Connection, name: str) -> None:
    """Its token is good no more. Raises BoardError."""
    if not conn.execute("DELETE FROM boards WHERE name = ?", (name,)).rowcount:
        raise BoardError(f"Табло «{name}» нет.", "Какие есть: ekc board list.")


def all_boards(conn: sqlite3.Connection) -> list[Board]:
    """In the order of their names."""
    rows = conn.execute("SELECT name, token_hash, queues, created_at FROM boards ORDER BY name")
    return [_board(row) for row in rows]


def of(conn: sqlite3.Connection, token: str) -> Board | None:
    """Whose token it is."""
    row = conn.execute(
        "SELECT name, token_hash, queues, created_at FROM boards WHERE token_hash = ?",
        (hashed(token),),
    ).fetchone()
    return None if row is None else _board(row)


def hashes(conn: sqlite3.Connection) -> set[str]:
    """Of all tokens that are good."""
    return {row[0] for row in conn.execute("SELECT token_hash FROM boards")}


def _board(row: tuple[str, str, str, float]) -> Board:
    name, token_hash, queues, created_at = row
    return Board(name, token_hash, _queues.decode(queues), created_at)
