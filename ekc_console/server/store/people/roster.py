"""Hours that people have offered and shifts that are planned; and who was there."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass

from ekc_console.domain.terms.spans import Span
from ekc_console.staffing.roster import LONGEST_S, Kind, Shift, joined

_COLUMNS = "id, login, kind, since, until"


@dataclass(frozen=True, slots=True)
class Kept:
    id: int
    shift: Shift


def between(conn: sqlite3.Connection, since: float, until: float) -> list[Kept]:
    """Those that touch the time, in its order; a shift is no longer than ``LONGEST_S``."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM roster WHERE since > ? AND since < ? AND until > ?"
        " ORDER BY since, login, kind",
        (since - LONGEST_S - 1, until, since),
    )
    return [_kept(row) for row in rows]


def of_people(conn: sqlite3.Connection, logins: Set[str], since: float, until: float) -> list[Kept]:
    """As ``between``, of some people."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM roster WHERE since > ? AND since < ? AND until > ?"
        " AND login IN (SELECT value FROM json_each(?)) ORDER BY since, login, kind",
        (since - LONGEST_S - 1, until, since, json.dumps(sorted(logins))),
    )
    return [_kept(row) for row in rows]


def offers_ahead(conn: sqlite3.Connection, now: float) -> dict[str, int]:
    """How many each person has that are not over, by login."""
    rows = conn.execute(
        "SELECT login, count(*) FROM roster WHERE since > ? AND until > ? AND kind = 'offered'"
        " GROUP BY login",
        (now - LONGEST_S - 1, now),
    )
    return dict(rows.fetchall())


def of_id(conn: sqlite3.Connection, shift: int) -> Kept | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM roster WHERE id = ?", (shift,)).fetchone()
    return _kept(row) if row else None


def add(conn: sqlite3.Connection, shifts: Iterable[Shift]) -> None:
    conn.executemany(
        "INSERT INTO roster (login, kind, since, until) VALUES (?, ?, ?, ?)",
        [(one.login, one.kind, one.since, one.until) for one in shifts],
    )


def remove(conn: sqlite3.Connection, shifts: Iterable[int]) -> None:
    conn.executemany("DELETE FROM roster WHERE id = ?", [(one,) for one in shifts])


def _kept(row: tuple[int, str, Kind, float, float]) -> Kept:
    number, login, kind, since, until = row
    return Kept(number, Shift(login, kind, since, until))


def present(conn: sqlite3.Connection, since: float, until: float) -> dict[str, list[Span]]:
    """When people were on shift, by login; a state that lasts ends at ``until`` here."""
    rows = conn.execute(
        "SELECT agent, from_at, coalesce(to_at, :until) FROM agent_intervals"
        " WHERE from_at > :earliest AND from_at < :until AND (to_at IS NULL OR to_at > :since)"
        " ORDER BY from_at, seq",
        {"since": since, "until": until, "earliest": since - LONGEST_S},
    )
    spans: dict[str, list[Span]] = defaultdict(list)
    for agent, begin, end in rows:
        spans[agent].append(Span(max(begin, since), min(end, until)))
    return {agent: list(joined(found)) for agent, found in spans.items()}
