"""The read models made anew from the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

import structlog

from ekc_console.domain.router import IllegalFact, Router
from ekc_console.server.store.journal import journal, projection, projection_faults

log = structlog.get_logger(__name__)

TABLES = ("calls", "call_path", "offers", "agent_intervals", "callbacks", "listenings")
"""All that ``projection`` writes, and nothing else writes."""
TELL_EVERY = 10_000


def rebuild(
    conn: sqlite3.Connection,
    progress: Callable[[int], None] = lambda facts: None,
    entries: Iterable[journal.Entry] | None = None,
) -> list[projection_faults.Fault]:
    """Empty the read models and fold the whole journal into them; what they refused this time.

    For the one transaction of a store that no server has open: some 15,000 facts a second.
    ``progress`` is told how many facts are done; ``entries`` are those of another store's journal,
    instead of its own. Facts that the rules refuse now are passed over, as at a start. Raises
    StoreError when the journal itself is damaged.
    """
    for table in (*TABLES, "projection_faults"):
        conn.execute(f"DELETE FROM {table}")  # names are constants
    router = Router()
    found: list[projection_faults.Fault] = []
    for entry in journal.tail(conn) if entries is None else entries:
        try:
            effects = router.handle(entry.fact, entry.at)
        except IllegalFact:
            continue
        except Exception:
            log.exception("journalled fact broke", seq=entry.seq, fact=type(entry.fact).__name__)
            continue
        rows, fault = projection.attempt(entry.fact, entry.at, effects, router)
        found += projection_faults.apply(conn, entry.seq, type(entry.fact).__name__, rows, fault)
        if entry.seq % TELL_EVERY == 0:
            progress(entry.seq)
    return found
