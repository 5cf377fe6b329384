"""The router as it was: latest snapshot, then the journal's tail."""

from __future__ import annotations

import sqlite3

import structlog

from ekc_console.domain.router import Router
from ekc_console.server.store import journal
from ekc_console.server.store.database import Database

log = structlog.get_logger(__name__)


async def restore(database: Database) -> tuple[Router, int]:
    """The router and the number of the last fact it knows (0: the journal is empty)."""
    return await database.read(replay)


def replay(conn: sqlite3.Connection) -> tuple[Router, int]:
    snapshot = journal.latest_snapshot(conn)
    router = Router.load(snapshot.dump) if snapshot else Router()
    seq = snapshot.seq if snapshot else 0
    count = 0
    for entry in journal.tail(conn, seq):
        router.handle(entry.fact, entry.at)
        seq = entry.seq
        count += 1
    log.info("state restored", snapshot=snapshot.seq if snapshot else None, facts=count)
    return router, seq
