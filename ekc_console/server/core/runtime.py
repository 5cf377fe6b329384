"""The one owner of the router: journal first, effects after.

``submit`` applies a fact to the state at once, so that a refusal is known to the caller. Its
effects are handed out only when the fact is in the journal. Facts that come while a commit is
under way are written together in the next one (group commit).
"""

from __future__ import annotations

import asyncio
import functools
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import structlog

from ekc_console.domain.effects import Effect
from ekc_console.domain.facts import Fact, TimePassed
from ekc_console.domain.router import Router
from ekc_console.domain.snapshot import Still
from ekc_console.server.core.clock import Clock
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.journal import journal, projection

log = structlog.get_logger(__name__)

SNAPSHOT_EVERY = 5000
"""Facts between two snapshots of the state: bounds the replay at start."""
PIECES_BETWEEN_PAUSES = 20
"""Half a millisecond of work."""
PAUSE_S = 0.0002
RETRIES_BEFORE_EFFECTS = 3
RETRY_DELAY_S = 0.2
TRY_AGAIN_S = 1.0
"""After a failed commit the next one is tried no later, whether or not a fact comes."""


@dataclass(slots=True)
class _Step:
    entry: journal.Entry
    rows: list[projection.RowOp]
    effects: list[Effect]


@dataclass(slots=True)
class _Waiting:
    steps: list[_Step] = field(default_factory=list)
    settled: list[asyncio.Future[None]] = field(default_factory=list)


class Runtime:
    """Create, ``start``, then ``submit`` from the event loop only, ``stop`` at the end."""

    def __init__(self, router: Router, database: Database, clock: Clock, last_seq: int) -> None:
        self.router = router
        self._database = database
        self._clock = clock
        self._seq = last_seq
        self._snapshot_seq = last_seq
        self._waiting = _Waiting()
        self._unsaved: list[_Step] = []
        self._committing = False
        self._troubled = False
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._try_again: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._snapshot: asyncio.Task[None] | None = None
        self._on_effect: Callable[[Effect], None] = lambda effect: None
        self._on_trouble: Callable[[str], None] = lambda text: None

    def start(self, on_effect: Callable[[Effect], None], on_trouble: Callable[[str], None]) -> None:
        """``on_effect`` gets effects in order; ``on_trouble`` a word once when the journal cannot
        be written (empty when it can be again). Neither may raise or block."""
        self._on_effect, self._on_trouble = on_effect, on_trouble
        self._task = asyncio.create_task(self._commit_loop(), name="journal")
        self._arm_timer()

    def submit(self, fact: Fact) -> None:
        """Apply a fact now. Raises IllegalFact, and then nothing has changed."""
        now = self._clock.now()
        effects = self.router.handle(fact, now)
        self._seq += 1
        rows = projection.project(fact, now, effects, self.router)
        self._waiting.steps.append(_Step(journal.Entry(self._seq, now, fact), rows, effects))
        self._wake.set()
        self._arm_timer()

    @property
    def saved(self) -> bool:
        """The store has every fact but those of a commit under way: it is not in trouble."""
        return not self._troubled

    async def settled(self) -> None:
        """Wait until all facts submitted so far are journalled and their effects handed out."""
        if not self._waiting.steps and not self._committing:
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.settled.append(future)
        self._wake.set()
        await future

    async def stop(self) -> None:
        """Write what waits, a snapshot too, and end. The database stays open."""
        await self.settled()
        if self._timer:
            self._timer.cancel()
        if self._snapshot:
            await asyncio.gather(self._snapshot, return_exceptions=True)
        # Facts may still come while it is written out: the commit loop goes last.
        await self._save_snapshot()
        await self.settled()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._write([])
        if self._try_again:
            self._try_again.cancel()

    def _arm_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        deadline = self.router.next_deadline()
        if deadline is not None:
            delay = self._clock.delay_until(deadline)
            self._timer = asyncio.get_running_loop().call_later(delay, self._on_deadline)

    def _on_deadline(self) -> None:
        deadline = self.router.next_deadline()
        if deadline is not None and self._clock.now() < deadline:
            self._arm_timer()  # the loop's timer fires a clock tick early at times
            return
        self.submit(TimePassed())

    async def _commit_loop(self) -> None:
        while True:
            await self._wake.wait()
            # What this turn of the loop leads to (a menu's first step after a call's arrival)
            # shares the commit instead of waiting for it.
            await asyncio.sleep(0)
            self._wake.clear()
            work, self._waiting = self._waiting, _Waiting()
            self._committing = True
            await self._write(work.steps)
            for step in work.steps:
                for effect in step.effects:
                    self._on_effect(effect)
            self._committing = False
            for future in work.settled:
                if not future.done():
                    future.set_result(None)
            if self._seq - self._snapshot_seq >= SNAPSHOT_EVERY and not self._snapshotting():
                self._snapshot = asyncio.create_task(self._save_snapshot(), name="snapshot")

    async def _write(self, steps: list[_Step]) -> None:
        """Commit; when the store fails for long, callers are served all the same and the entries
        are kept in memory until a later commit takes them. Callers wait for the retries once, not
        with every fact while the trouble lasts."""
        tries = 1 if self._unsaved else RETRIES_BEFORE_EFFECTS
        self._unsaved += steps
        for attempt in range(tries):
            if attempt:
                await asyncio.sleep(RETRY_DELAY_S)
            unsaved = self._unsaved
            if not unsaved:
                return
            try:
                await self._database.write(functools.partial(_store, steps=unsaved))
            except StoreError as error:
                log.error("journal not written", entries=len(unsaved), error=error.message)
                if not self._troubled:
                    self._troubled = True
                    self._on_trouble(error.message)
            else:
                self._unsaved = []
                if self._troubled:
                    self._troubled = False
                    log.info("journal written again", entries=len(unsaved))
                    self._on_trouble("")
                return
        self._try_again = asyncio.get_running_loop().call_later(TRY_AGAIN_S, self._wake.set)

    def _snapshotting(self) -> bool:
        return self._snapshot is not None and not self._snapshot.done()

    async def _save_snapshot(self) -> None:
        """Facts go on meanwhile: the state of this moment is written out on another thread."""
        seq, now, still = self._seq, self._clock.now(), self.router.still()
        digest, text = await asyncio.to_thread(_written_out, still)
        await self.settled()
        if self._unsaved:
            return  # a snapshot must never hold a fact that the journal does not
        try:
            await self._database.write(
                lambda conn: journal.save_snapshot(conn, seq, now, digest, text)
            )
        except StoreError as error:
            log.error("snapshot not written", error=error.message)  # the journal has it all
            return
        self._snapshot_seq = seq


def _written_out(still: Still) -> tuple[str, str]:
    """Hash and JSON text of a state. Lets go of the interpreter between a few records: a thread
    that computes without a pause keeps the event loop waiting 5 ms at each of its turns."""
    pieces: list[str] = []
    for i, piece in enumerate(still.pieces()):
        pieces.append(piece)
        if i % PIECES_BETWEEN_PAUSES == 0:
            time.sleep(PAUSE_S)
    text = "".join(pieces)
    return sha256(text.encode()).hexdigest(), text


def _store(conn: sqlite3.Connection, steps: list[_Step]) -> None:
    journal.append(conn, [step.entry for step in steps])
    for step in steps:
        projection.apply(conn, step.rows)
