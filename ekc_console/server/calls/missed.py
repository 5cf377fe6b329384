"""Callers of whom the server was never told: found in the engine's own notes.

A caller who came while no server was there, and hung up or was cut off with the engine before
there was one again, is in no journal. The engine notes every caller before it asks for a server;
whoever is in the notes, in none of our books and on no line any more is owed a callback.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Collection

import structlog

from ekc_console.domain.facts import CallMissed
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.core import in_force
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError, NotedCaller, TelephonyEngine
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_S = 1.0


class MissedCallers:
    """``start`` when the engine is up, ``stop`` before the runtime."""

    def __init__(self, engine: TelephonyEngine, runtime: Runtime, database: Database) -> None:
        self._engine = engine
        self._runtime = runtime
        self._database = database
        self._suspects: set[str] = set()
        """Gone, and unknown to us, at the last look: the word of them may be on its way."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = essential.start(self._keep_looking(), "missed callers")

    async def stop(self) -> None:
        await essential.stop(self._task)

    async def look(self) -> None:
        """A caller who is missing at two looks in a row is submitted as ``CallMissed``."""
        notes = await self._engine.noted_callers()
        if not notes or not self._runtime.saved:
            return
        saved = await self._database.read(lambda conn: _known(conn, [note.leg for note in notes]))
        if saved:
            await self._engine.forget_callers(saved)
        strangers = [note for note in notes if note.leg not in saved]
        if not strangers:
            self._suspects.clear()
            return
        live = await self._engine.lines()
        gone = [note for note in strangers if note.leg not in live and not self._knows(note)]
        for note in gone:
            if note.leg in self._suspects:
                try:
                    self._submit(note)
                except Exception:  # one note must not keep the others from being callers
                    log.exception("a missed caller could not be noted", call=note.leg)
        self._suspects = {note.leg for note in gone} - self._suspects

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.look()
            except (EngineError, StoreError) as error:
                log.info("callers' notes not compared", error=error.message)
            except Exception:
                log.exception("callers' notes not compared")
            await asyncio.sleep(LOOK_S)

    def _knows(self, note: NotedCaller) -> bool:
        router = self._runtime.router
        return CallId(note.leg) in router.calls or CallId(note.leg) in router.recently_ended

    def _submit(self, note: NotedCaller) -> None:
        log.warning("a caller was missed", call=note.leg)
        number = in_force.canonical(self._runtime.router, note.number)
        self._runtime.submit(
            CallMissed(CallId(note.leg), number, note.called, note.came_at, note.left_at)
        )


def _known(conn: sqlite3.Connection, calls: Collection[str]) -> set[str]:
    """Those of the calls that are in the store."""
    rows = conn.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM calls WHERE id = value)",
        (json.dumps(list(calls)),),
    )
    return {call for (call,) in rows}
