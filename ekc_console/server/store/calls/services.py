"""Emergency services that were called for a call's caller, as the journal has it."""

from __future__ import annotations

import json
from sqlite3 import Connection

from ekc_console.wire.call_control import ServiceCalled


def of(conn: Connection, call: str) -> tuple[ServiceCalled, ...]:
    """In the order in which they were called."""
    row = conn.execute("SELECT services FROM calls WHERE id = ?", (call,)).fetchone()
    called = json.loads(row[0]) if row and row[0] else ()
    return tuple(
        ServiceCalled(
            number=number, answered_at=at, cancelled_at=cancelled[0] if cancelled else None
        )
        for number, at, *cancelled in called  # rows of earlier releases are shorter
    )
