"""What is audited, on its way into the trail. Nothing of a call waits for it.

What people do is queued (:meth:`Trail.note`) and written when the store can: its trouble is told
as any of it. What shows others' data is written first (:meth:`Trail.kept`): what leaves no trace
is not read.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import structlog

from ekc_console.server.core.clock import Clock
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.entries import Action, Entry
from ekc_console.server.store.audit.heads import Head, Heads
from ekc_console.server.store.base.database import WRITE_WITHIN_S, Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

T = TypeVar("T")

AGAIN_S = 1.0
AT_ONCE = 500
"""Entries in one transaction: the journal of calls waits for the same store."""
MOST_WAITING = 100_000
"""Entries in memory while the store is in trouble; further ones are counted (``lost``)."""


class Trail:
    """``close`` at the end, before the store."""

    def __init__(self, database: Database, clock: Clock, conditions: Conditions) -> None:
        self._database = database
        self._clock = clock
        self._conditions = conditions
        self._heads = Heads(database.path)
        self._waiting: deque[Entry] = deque()
        self._lost = 0
        self._writing: asyncio.Task[None] | None = None
        self._head: Head | None = None
        """Written, and not kept beside the store yet."""
        self._closing = False

    def note(
        self,
        who: str,
        action: Action,
        *,
        about: str = "",
        search: str = "",
        found: int = 0,
        reason: str = "",
    ) -> None:
        """``about``: an id; ``search``: the text itself, of which the hash is kept."""
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
            return
        now = self._clock.now()
        self._waiting.append(Entry(now, who, action, about, search, found, reason))
        self._write_soon()

    async def kept(
        self,
        who: str,
        action: Action,
        *,
        about: str = "",
        search: str = "",
        found: int = 0,
        reason: str = "",
    ) -> None:
        """As ``note``, and in the store when this returns. Raises StoreError."""
        entry = Entry(self._clock.now(), who, action, about, search, found, reason)
        self._head = await self._add(entry)
        self._write_soon()

    async def changed(self, change: Callable[[sqlite3.Connection], T], *done: Entry) -> T:
        """Do a change of the store and note it, both or neither. Raises StoreError and what
        ``change`` raises."""
        result, self._head = await self._database.write(
            lambda conn: (change(conn), entries.add(conn, self._heads, *done))
        )
        self._write_soon()
        return result

    async def close(self) -> None:
        """What waits is written once more; what cannot be is lost, and the log says how much."""
        self._closing = True
        if self._writing is not None:
            # Not cancelled: what is being written would be written once more.
            await asyncio.gather(self._writing, return_exceptions=True)
        try:
            while self._waiting or self._head:
                await self._write()
        except StoreError as error:
            lost = len(self._waiting) + self._lost
            log.error("audit entries lost", entries=lost, error=error.message)

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._waiting or self._head:
            try:
                await self._write()
            except StoreError as error:
                self._conditions.report("audit", words("condition.audit"), detail=error.message)
                if self._closing:
                    return
                await asyncio.sleep(AGAIN_S)
            else:
                self._conditions.clear("audit")

    async def _write(self) -> None:
        """What waits, a part of it at a time, then the head. Raises StoreError."""
        if batch := list(itertools.islice(self._waiting, AT_ONCE)):
            lost = self._lost if len(batch) == len(self._waiting) else 0
            now = self._clock.now()
            told = [Entry(now, entries.NOBODY, "lost", found=lost)] if lost else []
            # Without a limit: who gives up does not know whether it will be written yet.
            self._head = await self._add(*batch, *told, limit_s=None)
            self._lost -= lost
            for _ in batch:
                self._waiting.popleft()
        if (head := self._head) is not None:
            if await asyncio.to_thread(self._heads.keep, head):
                log.info("head of the audit trail", seq=head.seq, seal=head.seal)
            if self._head is head:
                self._head = None

    async def _add(self, *added: Entry, limit_s: float | None = WRITE_WITHIN_S) -> Head:
        return await self._database.write(
            lambda conn: entries.add(conn, self._heads, *added), limit_s=limit_s
        )
