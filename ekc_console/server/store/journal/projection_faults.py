"""Projections that fail are set aside: the journal is written without them, and they say so.

A row that the read models refuse must not hold up the fact that it follows from. The fact's rows
are left out and the fact is noted here; the rest goes on. The read models are then not all of the
journal until ``rebuild.rebuild`` has made them anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ekc_console.server.store.journal import journal, projection

_OF_THE_DISK = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_INTERRUPT,
    }
)
"""Primary codes of errors that the same rows do not meet at the next try."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fact on its way into the store, and what it changes in the read models."""

    written: journal.Written
    rows: Sequence[projection.RowOp]
    fault: str = ""
    """Why there are no rows, though the fact may have some."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The read models lack what follows from the fact ``seq``."""

    seq: int
    fact: str
    why: str
    """Without values."""


class RowsRefused(Exception):
    """The read models refuse something; nothing was written."""


def store(conn: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Write facts and what follows from them. Raises RowsRefused: then ``store_one_by_one`` writes
    them; and sqlite3.Error when the disk refuses: then all of it is to be tried again."""
    if any(line.fault for line in lines):
        raise RowsRefused
    journal.append_written(conn, [line.written for line in lines])
    try:
        for line in lines:
            projection.apply(conn, line.rows)
    except Exception as error:
        if _is_the_disks(error) or not conn.in_transaction:
            raise
        raise RowsRefused from error


def store_one_by_one(conn: sqlite3.Connection, lines: Sequence[Line]) -> list[Fault]:
    """Write facts and what the read models take of them; what had to be set aside. Slower: each
    fact's rows can be undone alone. Raises sqlite3.Error when the disk refuses."""
    journal.append_written(conn, [line.written for line in lines])
    found = []
    for line in lines:
        found += apply(conn, line.written.seq, line.written.name, line.rows, line.fault)
    return found


def apply(
    conn: sqlite3.Connection,
    seq: int,
    fact: str,
    rows: Sequence[projection.RowOp],
    fault: str = "",
) -> list[Fault]:
    """Write what follows from one fact, or note that it was set aside."""
    why = fault or _refused(conn, rows)
    if not why:
        return []
    found = Fault(seq, fact, why)
    _note(conn, found)
    return [found]


def faults(conn: sqlite3.Connection) -> list[Fault]:
    """In the order of the journal; none: the read models are all of it."""
    rows = conn.execute("SELECT seq, fact, why FROM projection_faults ORDER BY seq")
    return [Fault(*row) for row in rows]


def _refused(conn: sqlite3.Connection, rows: Sequence[projection.RowOp]) -> str:
    """Empty when they are written, else why nothing of them is."""
    conn.execute("SAVEPOINT projection")
    try:
        projection.apply(conn, rows)
    except Exception as error:
        if _is_the_disks(error) or not conn.in_transaction:
            raise
        conn.execute("ROLLBACK TO projection")
        conn.execute("RELEASE projection")
        # SQLite's own text names tables and columns, never values.
        return str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
    conn.execute("RELEASE projection")
    return ""


def _note(conn: sqlite3.Connection, fault: Fault) -> None:
    try:
        conn.execute(
            "INSERT OR REPLACE INTO projection_faults (seq, fact, why) VALUES (?, ?, ?)",
            (fault.seq, fault.fact, fault.why),
        )
    except sqlite3.DatabaseError as error:
        # A damaged page here must not stop the journal either: the fault is said in any case.
        if _is_the_disks(error) or not conn.in_transaction:
            raise


def _is_the_disks(error: Exception) -> bool:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, sqlite3.Error) and code & 0xFF in _OF_THE_DISK
