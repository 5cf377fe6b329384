"""Login sessions, one a login. They outlive a restart of the server, so that consoles come back
by themselves. The store knows only the hash of a token."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class StoredSession:
    login: str
    created_at: float
    expires_at: float


def put(
    conn: sqlite3.Connection, login: str, token: str, created_at: float, expires_at: float
) -> None:
    """Begin a session; the earlier one of this login ends."""
    conn.execute(
        "INSERT OR REPLACE INTO sessions (login, token_hash, created_at, expires_at)"
        " VALUES (?, ?, ?, ?)",
        (login, hashed(token), created_at, expires_at),
    )


def get(conn: sqlite3.Connection, token: str) -> StoredSession | None:
    """The session of a token, expired or not."""
    row = conn.execute(
        "SELECT login, created_at, expires_at FROM sessions WHERE token_hash = ?", (hashed(token),)
    ).fetchone()
    return None if row is None else StoredSession(*row)


def of(conn: sqlite3.Connection, login: str) -> StoredSession | None:
    """The session of a login, expired or not."""
    row = conn.execute(
        "SELECT login, created_at, expires_at FROM sessions WHERE login = ?", (login,)
    ).fetchone()
    return None if row is None else StoredSession(*row)


def begun(conn: sqlite3.Connection, now: float) -> dict[str, float]:
    """Since when each login that has a session has it, those that are over left out."""
    rows = conn.execute("SELECT login, created_at FROM sessions WHERE expires_at > ?", (now,))
    return dict(rows.fetchall())


Standing = tuple[object, ...]
"""What the rights of a session hang on, as it is stored: compared, never read."""


def standing(conn: sqlite3.Connection) -> dict[str, Standing]:
    """Of all sessions, by :func:`hashed`."""
    rows = conn.execute(
        "SELECT token_hash, sessions.login, sessions.expires_at, name, role, queues, disabled,"
        " users.expires_at, clinics FROM sessions JOIN users ON users.login = sessions.login"
    )
    return {row[0]: row[1:] for row in rows}


def end(conn: sqlite3.Connection, login: str) -> None:
    conn.execute("DELETE FROM sessions WHERE login = ?", (login,))


def move(conn: sqlite3.Connection, by_s: float) -> None:
    """The clock was set by so many seconds."""
    conn.execute(
        "UPDATE sessions SET created_at = created_at + ?, expires_at = expires_at + ?", (by_s, by_s)
    )


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Tokens are random (256 bits), so a plain hash is as good as a slow one. What a stranger shows
    as one may be no text."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
