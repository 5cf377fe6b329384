"""The router as it was: latest snapshot that is whole, then the journal's tail.

A snapshot only saves time, the journal has it all: one of an earlier version is migrated, one that
is damaged, or of a later version, is passed over for an older one, at last for the whole journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import structlog

from ekc_console.domain.router import IllegalFact, Router
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import journal, projection

log = structlog.get_logger(__name__)


SAY_EVERY = 20_000
"""Facts: a second or two."""

Progress = Callable[[int, int], None]
"""Told, on a thread of the store, how many facts of how many are replayed."""


async def restore(
    database: Database, progress: Progress = lambda done, of: None
) -> tuple[Router, int]:
    """The router and the number of the last fact it knows (0: the journal is empty)."""
    return await database.read(lambda conn: replay(conn, progress), limit_s=None)


def replay(
    conn: sqlite3.Connection, progress: Progress = lambda done, of: None
) -> tuple[Router, int]:
    """Raises StoreError when the journal itself is damaged."""
    last = journal.last_seq(conn)
    router, start = _newest(conn, last)
    seq, refused = start, 0
    for entry in journal.tail(conn, start):
        seq = entry.seq
        try:
            router.handle(entry.fact, entry.at)
        except IllegalFact as error:
            # The rules have changed since it was written. The engine tells which calls live, so
            # that a state without this fact is better than no service.
            refused += 1
            log.error("journalled fact refused", seq=seq, fact=type(entry.fact).__name__, why=error)
        except Exception:
            refused += 1
            log.exception("journalled fact broke", seq=seq, fact=type(entry.fact).__name__)
        if (seq - start) % SAY_EVERY == 0:
            progress(seq - start, last - start)
    if refused:
        router.numbers_go_on(*projection.numbers_given(conn))
    log.info("state restored", snapshot=start or None, facts=seq - start, refused=refused)
    return router, seq


def _newest(conn: sqlite3.Connection, last_seq: int) -> tuple[Router, int]:
    """The router of the newest snapshot that is of use, and the number of its last fact."""
    for snapshot in journal.snapshots(conn):
        if snapshot.seq > last_seq:
            log.error("snapshot is ahead of the journal", seq=snapshot.seq, last=last_seq)
            continue
        try:
            return Router.load(snapshot.dump), snapshot.seq
        except ValueError as error:
            log.error("snapshot cannot be read", seq=snapshot.seq, why=error)
    if last_seq:
        log.warning("no snapshot is of use, the whole journal is replayed", facts=last_seq)
    return Router(), 0
