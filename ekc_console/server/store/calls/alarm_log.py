"""What went beyond its limits and what was done about it: a log, and beside it what still stands.
Logins, codes and ids; no names and numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from itertools import islice

KEPT_S = 90 * 86400.0
"""A line of the log stays this long."""
_COLUMNS = "at, alarm, about, thing, figure, reason, event, level, value, who, until, beyond"


@dataclass(frozen=True, slots=True)
class Line:
    at: float
    alarm: str
    about: str
    thing: str
    figure: str
    reason: str
    event: str
    level: int
    value: float
    who: str
    until: float | None
    beyond: float | None = None
    """The limit then; None of lines from before it was kept."""


def add(conn: sqlite3.Connection, lines: Iterable[Line], alarms: Mapping[str, str | None]) -> None:
    """``alarms``: what is to be kept of each that a line is about; None: it is over."""
    conn.executemany(
        f"INSERT INTO alarm_log ({_COLUMNS}) VALUES ({', '.join('?' * 12)})", map(astuple, lines)
    )
    for alarm, body in alarms.items():
        if body is None:
            conn.execute("DELETE FROM alarms WHERE id = ?", (alarm,))
        else:
            conn.execute("INSERT OR REPLACE INTO alarms (id, body) VALUES (?, ?)", (alarm, body))


def kept(conn: sqlite3.Connection) -> tuple[list[str], int]:
    """What stands, and the highest number that an alarm has had (``a17``: 17)."""
    bodies = [body for (body,) in conn.execute("SELECT body FROM alarms")]
    (last,) = conn.execute(
        "SELECT MAX(CAST(substr(alarm, 2) AS INTEGER)) FROM"
        " (SELECT alarm FROM alarm_log UNION SELECT id FROM alarms)"
    ).fetchone()
    return bodies, last or 0


def latest(
    conn: sqlite3.Connection, limit: int, seen: Callable[[str, str], bool], looked_at: int
) -> list[Line]:
    """The latest first, of those whose ``about`` and ``thing`` are ``seen``, among so many."""
    rows = conn.execute(
        f"SELECT about, thing, {_COLUMNS} FROM alarm_log ORDER BY seq DESC LIMIT ?", (looked_at,)
    )
    mine = (line for about, thing, *line in rows if seen(about, thing))
    return [Line(*line) for line in islice(mine, limit)]


def forget(conn: sqlite3.Connection, before: float) -> None:
    """Lines from before this moment."""
    conn.execute("DELETE FROM alarm_log WHERE at < ?", (before,))
