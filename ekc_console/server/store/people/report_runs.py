"""Until when the reports that are written by themselves are written."""

from __future__ import annotations

import sqlite3


def written_until(conn: sqlite3.Connection, name: str) -> float | None:
    """The moment that the last one was due, in seconds since the epoch; None: never."""
    row = conn.execute("SELECT due FROM report_runs WHERE name = ?", (name,)).fetchone()
    return None if row is None else float(row[0])


def note(conn: sqlite3.Connection, name: str, due: float) -> None:
    conn.execute(
        "INSERT INTO report_runs (name, due) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET due = excluded.due",
        (name, due),
    )
