"""The router as it was: latest snapshot that is whole, then the journal's tail.

A snapshot only saves time, the journal has it all: one that is damaged, or that this version of
the program does not know, is passed over for an older one, at last for the whole journal.
"""

from __future__ import annotations

import sqlite3

import structlog

from ekc_console.domain.router import IllegalFact, Router
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import journal, projection

log = structlog.get_logger(__name__)


async def restore(database: Database) -> tuple[Router, int]:
    """The router and the number of the last fact it knows (0: the journal is empty)."""
    return await database.read(replay, limit_s=None)


def replay(conn: sqlite3.Connection) -> tuple[Router, int]:
    """Raises StoreError when the journal itself is damaged."""
    router, start = _newest(conn, journal.last_seq(conn))
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
            log.error("snapshot of another version", seq=snapshot.seq, why=error)
    if last_seq:
        log.warning("no snapshot is of use, the whole journal is replayed", facts=last_seq)
    return Router(), 0
