"""Who listened to a call: part of the record of its recording. Written by the journal's read
models."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch in one mode. In ``barge`` the voice of ``login`` is in the recording."""

    login: str
    mode: str
    from_at: float
    """Seconds since the epoch, as ``to_at``."""
    to_at: float
    why: str


def of_call(conn: sqlite3.Connection, call: str) -> list[Spell]:
    """The earliest first; one that goes on is not among them yet."""
    rows = conn.execute(
        "SELECT login, mode, from_at, to_at, why FROM listenings WHERE call = ? ORDER BY seq",
        (call,),
    )
    return [Spell(*row) for row in rows]
