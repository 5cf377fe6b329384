"""Entries that the journal has not: what is counted of their time cannot be proved.

The journal is looked through piece by piece beside the server; what was found is kept, so that a
report need not look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

PIECE = 20_000
"""Entries of a look: some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Hole:
    first: int
    last: int
    """Numbers of the first and the last entry that are missing."""
    since: float
    """Of the entry before them, in seconds since the epoch; 0: there is none."""
    until: float
    """Of the entry behind them."""


def look(conn: sqlite3.Connection, after: int) -> tuple[int, list[Hole]]:
    """The last of the next entries behind ``after`` (``after`` itself: there is none), and the
    holes before and among them."""
    piece = "SELECT seq, at FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
    entries, last = conn.execute(
        f"SELECT count(*), max(seq) FROM ({piece})", (after, PIECE)
    ).fetchone()
    if not entries:
        return after, []
    if last - after == entries:
        return last, []
    before = conn.execute("SELECT at FROM journal WHERE seq = ?", (after,)).fetchone()
    seq, at = after, before[0] if before else 0.0
    found = []
    for next_seq, next_at in conn.execute(piece, (after, PIECE)):
        if next_seq > seq + 1:
            found.append(Hole(seq + 1, next_seq - 1, at, next_at))
        seq, at = next_seq, next_at
    return last, found


def keep(conn: sqlite3.Connection, holes: Iterable[Hole], *, all_there_are: bool) -> None:
    """``all_there_are``: no other holes are known of any more."""
    if all_there_are:
        conn.execute("DELETE FROM journal_holes")
    conn.executemany(
        "INSERT OR REPLACE INTO journal_holes (first, last, since, until) VALUES (?, ?, ?, ?)",
        [(hole.first, hole.last, hole.since, hole.until) for hole in holes],
    )


def within(conn: sqlite3.Connection, since: float, until: float) -> list[Hole]:
    """Those kept that touch the time, in order."""
    rows = conn.execute(
        "SELECT first, last, since, until FROM journal_holes WHERE since < ? AND until >= ?"
        " ORDER BY first",
        (until, since),
    )
    return [Hole(*row) for row in rows]
