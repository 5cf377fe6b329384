"""Waits in queues that are over, for who counts them."""

from __future__ import annotations

import sqlite3

SETTLED = (
    "SELECT id, queue, queued_at, coalesce(answered_at, forwarded_at, ended_at), wait_s,"
    " CASE WHEN answered_at IS NOT NULL THEN 'answered'"
    " ELSE coalesce(outcome, 'forwarded') END, predicted_s"
    " FROM calls WHERE queued_at >= ? AND direction = 'in' AND queue IS NOT NULL"
    " AND wait_s IS NOT NULL"
)

EndedRow = tuple[str, str, float, float, float, str, float | None]
"""Call, queue, when the caller came into it, when the wait was over, its seconds, the outcome
(``answered`` from the beginning of the talk), the wait that was promised."""


def ended_since(conn: sqlite3.Connection, since: float) -> list[EndedRow]:
    """Of incoming calls that came into a queue at ``since`` (seconds since the epoch) or later."""
    return conn.execute(SETTLED, (since,)).fetchall()
