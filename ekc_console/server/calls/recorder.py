"""Recordings of calls: where they go, and what is done when a call is over."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Coroutine
from pathlib import Path
from typing import Any

import structlog

from ekc_console.domain.terms.ids import CallId
from ekc_console.errors import EkcError
from ekc_console.server.core.clock import Clock
from ekc_console.server.services import recordings as files
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import recordings as rows

log = structlog.get_logger(__name__)


class Recorder:
    """``stem`` names the files when a recording begins; ``finish`` joins the two sides."""

    def __init__(
        self, directory: Path, database: Database, clock: Clock, *, on: Callable[[], bool]
    ) -> None:
        """``on``: whether recordings are begun now; one that has begun goes on."""
        self._directory = directory
        self._database = database
        self._clock = clock
        self._on = on
        self._stems: dict[CallId, Path] = {}
        self._joining: set[CallId] = set()
        self._made: dict[CallId, files.RecordingFile] = {}
        """Joined, but not noted in the store: the parts are gone then."""

    def stem(self, call: CallId) -> Path | None:
        """Path without suffix, the same for the whole call; None when nothing is recorded."""
        if call not in self._stems:
            if not self._on():
                return None
            now = self._clock.now()
            day = datetime.datetime.fromtimestamp(now).date().isoformat()
            folder = self._directory / day
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stems[call] = folder / call
        return self._stems[call]

    async def begin(self, call: CallId) -> None:
        """Note in the store that a recording runs, so that a crash does not lose sight of it."""
        if stem := self._stems.get(call):
            now = self._clock.now()
            try:
                await self._database.write(lambda conn: rows.begin(conn, call, str(stem), now))
            except StoreError as error:
                # It runs all the same: the row is made when it is joined.
                log.error("recording not noted", call=call, error=error.message)

    async def finish(self, call: CallId) -> None:
        stem = self._stems.pop(call, None)
        if stem is not None:
            await self._join(call, stem)

    @property
    def running(self) -> Collection[CallId]:
        return self._stems.keys()

    async def finish_left_over(self, live: Collection[CallId]) -> None:
        """Join what a crash or a store in trouble left behind; recordings of ``live`` calls still
        run."""
        for call in self._made.keys() - self._joining:
            await self._guarded(call, self._note_made(call))
        for stem in files.unjoined(self._directory):
            call = CallId(stem.name)
            if call in live:
                self._stems[call] = stem
            elif call not in self._stems and call not in self._joining:
                await self._join(call, stem)

    async def _join(self, call: CallId, stem: Path) -> None:
        """One that cannot be noted stays in its parts, for ``finish_left_over``."""
        await self._guarded(call, self._join_and_note(call, stem))

    async def _guarded(self, call: CallId, work: Coroutine[Any, Any, None]) -> None:
        self._joining.add(call)
        try:
            await work
        except StoreError as error:
            log.error("recording not joined", call=call, error=error.message)
        finally:
            self._joining.discard(call)

    async def _join_and_note(self, call: CallId, stem: Path) -> None:
        now = self._clock.now()
        await self._database.write(lambda conn: rows.join(conn, call, now))
        try:
            made = await files.join(stem)
        except EkcError as error:
            log.error("recording lost", call=call, error=error.message)
            message = error.message
            await self._database.write(lambda conn: rows.fail(conn, call, message))
            return
        if made.flaws:
            log.warning("recording has flaws", call=call, flaws=made.flaws)
        self._made[call] = made
        await self._note_made(call)

    async def _note_made(self, call: CallId) -> None:
        made = self._made[call]
        await self._database.write(
            lambda conn: rows.finish(conn, call, str(made.path), made.seconds, made.sha256)
        )
        del self._made[call]
