"""Which calls were recorded, and what became of the files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["recording", "joining", "ready", "failed", "deleted"]
"""``recording``: both sides are being written. ``joining``: the call is over, the sides are being
put into one file. ``ready``: the file is complete. ``failed``: there is none, and ``detail`` says
why. ``deleted``: it was kept as long as the site wants."""

_COLUMNS = "call, path, started_at, ended_at, seconds, sha256, state, detail"


@dataclass(frozen=True, slots=True)
class Recording:
    call: str
    path: str
    """Without suffix while it is recorded, then the joined file."""
    started_at: float | None
    """None when the server died before it could be noted."""
    ended_at: float | None
    seconds: float | None
    """Length of the joined file."""
    sha256: str | None
    """Of the joined file, hexadecimal."""
    state: State
    detail: str


def begin(conn: sqlite3.Connection, call: str, path: str, started_at: float) -> None:
    """A recording starts; one that the call has already (after a restart) goes on."""
    conn.execute(
        f"INSERT INTO recordings ({_COLUMNS}) VALUES (?, ?, ?, NULL, NULL, NULL, 'recording', '')"
        " ON CONFLICT (call) DO UPDATE SET path = excluded.path, state = 'recording', detail = ''",
        (call, path, started_at),
    )


def go_without(conn: sqlite3.Connection, call: str, at: float, detail: str) -> None:
    """The call is not recorded. What it has of a recording already is kept."""
    conn.execute(
        f"INSERT INTO recordings ({_COLUMNS}) VALUES (?, '', ?, NULL, NULL, NULL, 'failed', ?)"
        " ON CONFLICT (call) DO UPDATE SET detail = excluded.detail WHERE state = 'failed'",
        (call, at, detail),
    )


def join(conn: sqlite3.Connection, call: str, ended_at: float) -> None:
    """The call is over. Its end is kept when it was noted before, and a recording that was never
    noted (its server died first) is noted now."""
    conn.execute(
        f"INSERT INTO recordings ({_COLUMNS}) VALUES (?, '', NULL, ?, NULL, NULL, 'joining', '')"
        " ON CONFLICT (call) DO UPDATE SET state = 'joining',"
        " ended_at = coalesce(ended_at, excluded.ended_at)",
        (call, ended_at),
    )


def finish(conn: sqlite3.Connection, call: str, path: str, seconds: float, sha256: str) -> None:
    """The file is complete."""
    conn.execute(
        "UPDATE recordings SET state = 'ready', path = ?, seconds = ?, sha256 = ?, detail = ''"
        " WHERE call = ?",
        (path, seconds, sha256, call),
    )


def fail(conn: sqlite3.Connection, call: str, detail: str) -> None:
    conn.execute(
        "UPDATE recordings SET state = 'failed', detail = ? WHERE call = ?", (detail, call)
    )


def delete(conn: sqlite3.Connection, calls: Iterable[str]) -> None:
    """Their files are about to go; what they were stays known."""
    conn.executemany(
        "UPDATE recordings SET state = 'deleted', path = '' WHERE call = ?",
        ((call,) for call in calls),
    )


def get(conn: sqlite3.Connection, call: str) -> Recording | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM recordings WHERE call = ?", (call,)).fetchone()
    return None if row is None else Recording(*row)


def running(conn: sqlite3.Connection, calls: Iterable[str]) -> dict[str, str]:
    """Of these calls, those that are being recorded, and the path without suffix."""
    found = (get(conn, call) for call in calls)
    return {row.call: row.path for row in found if row and row.state == "recording" and row.path}


def unfinished(conn: sqlite3.Connection) -> list[Recording]:
    """Those in ``recording`` or ``joining``, the oldest first: what a restarted server goes on
    with."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM recordings WHERE state IN ('recording', 'joining')"
        " ORDER BY started_at"
    )
    return [Recording(*row) for row in rows]
