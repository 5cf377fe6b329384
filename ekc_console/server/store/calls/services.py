"""Emergency services that were called for a call's caller, as the journal has it."""

from __future__ import annotations

import json
from sqlite3 import Connection

from ekc_console.server.store.journal.projection import SERVICE_FIELDS
from ekc_console.wire.call_control import ServiceCalled


def of(conn: Connection, call: str) -> tuple[ServiceCalled, ...]:
    """In the order in which they were called."""
    row = conn.execute("SELECT services FROM calls WHERE id = ?", (call,)).fetchone()
    called = json.loads(row[0]) if row and row[0] else ()
    # Rows of earlier releases are shorter.
    return tuple(ServiceCalled(**dict(zip(SERVICE_FIELDS, one, strict=False))) for one in called)
