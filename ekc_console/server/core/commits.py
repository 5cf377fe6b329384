"""Facts on their way into the store, in order; and what is said when they do not get there.

A commit that fails is tried again for as long as it takes; one that hangs is waited for, since
nobody knows whether it will be done. Either is trouble: it is said once, and once when it is over.
Facts that have waited for ``GRACE_S`` are served from memory meanwhile.
"""

from __future__ import annotations

import asyncio
import collections
import functools
import itertools
from collections.abc import Callable, Sequence

import structlog

from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.base.errors import NoRoom
from ekc_console.server.store.journal import projection_faults
from ekc_console.server.store.journal.projection_faults import Fault, Line
from ekc_console.server.tasks import essential
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

GRACE_S = 1.0
"""So long callers wait for the disk."""
FIRST_RETRY_S = 0.2
RETRY_S = 1.0
AT_ONCE = 2000
"""Most facts in one commit, so that a long backlog goes in pieces."""
STOP_WITHIN_S = 4.0
"""Longest wait for the last facts at the end."""
SLOW = words("alert.journal_slow", seconds=f"{GRACE_S:g}")
NO_ROOM = words("alert.journal_no_room")
BROKEN = words("alert.journal_broken")


class Commits:
    """``start``, then ``put`` in order, ``stop`` at the end; all on the event loop."""

    def __init__(self, database: Database, last_seq: int) -> None:
        self._database = database
        self.saved_seq = last_seq
        """The last fact that is in the store."""
        self.from_memory = False
        """The oldest fact has waited too long: all are served before they are written."""
        self.took: Callable[[float], object] = lambda seconds: None
        """Is told of each commit how long it took."""
        self._unsaved: collections.deque[tuple[Line, float]] = collections.deque()
        """With the moment of ``put``, by the loop's time."""
        self._filled = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._troubled = False
        self._grace: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._on_progress: Callable[[], None] = lambda: None
        self._on_trouble: Callable[[Words | None], object] = lambda why: None
        self._on_set_aside: Callable[[Fault], object] = lambda fault: None

    def start(
        self,
        on_progress: Callable[[], None],
        on_trouble: Callable[[Words | None], object],
        on_set_aside: Callable[[Fault], object],
    ) -> None:
        """``on_progress``: ``saved_seq`` or ``from_memory`` has changed. ``on_trouble``: why, for
        people; None when all is well again. None of them may raise."""
        self._on_progress = on_progress
        self._on_trouble = on_trouble
        self._on_set_aside = on_set_aside
        self._task = essential.start(self._run(), "journal")

    def put(self, line: Line) -> None:
        loop = asyncio.get_running_loop()
        self._unsaved.append((line, loop.time()))
        self._filled.set()
        self._empty.clear()
        if self._grace is None:
            self._grace = loop.call_later(GRACE_S, self._look)

    @property
    def troubled(self) -> bool:
        return self._troubled

    @property
    def waiting(self) -> int:
        """Facts that are in memory only."""
        return len(self._unsaved)

    @property
    def oldest_s(self) -> float:
        """How long the oldest of them has waited."""
        if not self._unsaved:
            return 0.0
        return asyncio.get_running_loop().time() - self._unsaved[0][1]

    async def stop(self) -> None:
        """Write what waits, and end; after ``STOP_WITHIN_S`` what is not written is lost, and the
        log says how much."""
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await self._empty.wait()
        except TimeoutError:
            log.critical("facts are lost with this process", facts=len(self._unsaved))
        await essential.stop(self._task)
        if self._grace is not None:
            self._grace.cancel()

    async def _run(self) -> None:
        failed = 0
        while True:
            await self._filled.wait()
            # What this turn of the loop leads to (a menu's first step after a call's arrival)
            # shares the commit instead of waiting for it.
            await asyncio.sleep(0)
            if not self._unsaved:
                self._filled.clear()
                continue
            lines = [line for line, _ in itertools.islice(self._unsaved, AT_ONCE)]
            began = asyncio.get_running_loop().time()
            trouble = await self._write(lines)
            self.took(asyncio.get_running_loop().time() - began)
            if trouble is not None:
                self._in_trouble(trouble)
                await asyncio.sleep(RETRY_S if failed else FIRST_RETRY_S)
                failed += 1
            else:
                failed = 0
                self._saved(len(lines))

    async def _write(self, lines: Sequence[Line]) -> Words | None:
        """None when it is done, else why not."""
        try:
            set_aside = await self._store(lines)
        except StoreError as error:
            log.error("journal not written", entries=len(lines), error=error.message)
            return NO_ROOM if isinstance(error, NoRoom) else BROKEN
        except Exception:
            log.exception("journal not written", entries=len(lines))
            return BROKEN
        for fault in set_aside:
            log.error("rows set aside", seq=fault.seq, fact=fault.fact, why=fault.why)
            self._on_set_aside(fault)
        return None

    async def _store(self, lines: Sequence[Line]) -> list[Fault]:
        write = self._database.write
        try:
            await write(functools.partial(projection_faults.store, lines=lines), limit_s=None)
        except projection_faults.RowsRefused:
            one_by_one = functools.partial(projection_faults.store_one_by_one, lines=lines)
            return await write(one_by_one, limit_s=None)
        return []

    def _saved(self, count: int) -> None:
        for _ in range(count):
            line, _since = self._unsaved.popleft()
            self.saved_seq = line.written.seq
        if not self._unsaved:
            self._empty.set()
        if self.oldest_s < GRACE_S:
            self.from_memory = False
            if self._troubled:
                self._troubled = False
                log.info("journal written again")
                self._on_trouble(None)
        self._on_progress()

    def _look(self) -> None:
        """Has a fact waited too long?"""
        self._grace = None
        if not self._unsaved:
            return
        left = GRACE_S - self.oldest_s
        if left > 0.001:
            self._grace = asyncio.get_running_loop().call_later(left, self._look)
            return
        self._grace = asyncio.get_running_loop().call_later(GRACE_S, self._look)
        if not self.from_memory:
            self.from_memory = True
            self._in_trouble(SLOW)
            self._on_progress()

    def _in_trouble(self, why: Words) -> None:
        if not self._troubled:
            self._troubled = True
            log.error("journal in trouble", why=why.key)
            self._on_trouble(why)
