"""Reports that people keep by a name of their own."""

from __future__ import annotations

import sqlite3


def of(conn: sqlite3.Connection, login: str) -> list[tuple[str, str]]:
    """(name, what is asked for, as JSON) in the order of the names."""
    rows = conn.execute(
        "SELECT name, body FROM report_views WHERE login = ? ORDER BY name", (login,)
    )
    return [(str(name), str(body)) for name, body in rows]


def keep(conn: sqlite3.Connection, login: str, name: str, body: str) -> None:
    """In place of one of the same name."""
    conn.execute(
        "INSERT INTO report_views (login, name, body) VALUES (?, ?, ?)"
        " ON CONFLICT (login, name) DO UPDATE SET body = excluded.body",
        (login, name, body),
    )


def drop(conn: sqlite3.Connection, login: str, name: str) -> None:
    conn.execute("DELETE FROM report_views WHERE login = ? AND name = ?", (login, name))
