"""Recordings of calls: begun beside the call, put together when it is over.

Nothing here may cost a call: whatever fails is told and noted, and the talk goes on.
"""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Callable, Collection, Container, Coroutine, Iterable
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import structlog

from ekc_console.domain.terms.ids import CallId
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.server.core.clock import Clock
from ekc_console.server.engine.protocol import LegGone, TelephonyEngine
from ekc_console.server.services import recordings as files
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import recordings as rows
from ekc_console.server.tasks.background import Background
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

TRY_AGAIN_S = 30.0
"""What the disk or the store refused is tried again after this time."""
_FOUND_AT_ONCE = 100
"""Leftovers that are listed in one go."""

NO_ROOM = "нет места на диске"


class Recorder:
    """Order: :meth:`take_up` once the engine is up, :meth:`look_for_left_over` once consoles are
    served, then :meth:`begin` and :meth:`finish` of each call, :meth:`close`.

    Recordings lie in a folder for each day, ``<directory>/<day>/<call>``.
    """

    def __init__(
        self,
        directory: Path,
        database: Database,
        clock: Clock,
        engine: TelephonyEngine,
        *,
        on: Callable[[], bool],
        zone: Callable[[], tzinfo],
        has_room: Callable[[], bool],
        live: Callable[[], Container[CallId]],
        on_begun: Callable[[CallId], None],
        on_ended: Callable[[CallId], None],
        on_trouble: Callable[[Words | None], None],
        on_lost: Callable[[CallId], None],
    ) -> None:
        """``on``, ``has_room``: whether recordings are begun now; one that has begun goes on.
        ``zone`` decides in the folder of which day.
        ``live``: the calls that have not ended. ``on_begun``, ``on_ended``: the recording of a call
        that goes on. ``on_trouble``: why a call is not recorded, None when they are again.
        ``on_lost``: a recording that had begun came to nothing."""
        self._directory = directory
        self._database = database
        self._clock = clock
        self._engine = engine
        self._on = on
        self._zone = zone
        self._has_room = has_room
        self._live = live
        self._on_begun = on_begun
        self._on_ended = on_ended
        self._on_trouble = on_trouble
        self._on_lost = on_lost
        self._background = Background()
        self._folder: Path | None = None
        """Of the day; made already."""
        self._stems: dict[CallId, Path] = {}
        self._starting: set[CallId] = set()
        self._unwanted: set[CallId] = set()
        """To be stopped, for want of room: refused so far, or just beginning."""
        self._trouble = ""
        self._joining: set[CallId] = set()
        self._parts: dict[CallId, Path] = {}
        """Of ended calls: could not be joined or noted, and are tried again."""
        self._made: dict[CallId, files.RecordingFile] = {}
        """Joined, but not noted in the store: the parts are gone then."""
        self._without: dict[CallId, str] = {}
        """Calls without a recording, and why: not noted in the store yet."""
        self._lost_late = 0
        self._looked_through = True
        """False: what an earlier server left behind is looked for again."""
        self._retry: asyncio.TimerHandle | None = None

    @property
    def running(self) -> Collection[CallId]:
        return self._stems.keys()

    @property
    def backlog(self) -> int:
        """Recordings of ended calls that are still in parts, or not noted in the store."""
        return len(self._parts.keys() | self._made.keys())

    @property
    def state(self) -> Literal["on", "off", "paused", "in_trouble"]:
        """``paused``: for want of room. ``in_trouble``: the last one could not begin."""
        if not self._on():
            return "off"
        if not self._has_room():
            return "paused"
        return "in_trouble" if self._trouble else "on"

    # -- a call ----------------------------------------------------------------------

    async def begin(self, call: CallId) -> bool:
        """Record the call to its end; whether it is recorded now. Raises nothing."""
        if call in self._stems or call in self._starting:
            return True
        if not self._on():
            return False
        if not self._has_room():
            self._goes_without(call, NO_ROOM)
            return False
        self._starting.add(call)
        try:
            stem = await self._stem(call)
            await self._engine.start_recording(call, stem)
        except Exception as error:
            self._unwanted.discard(call)
            if not isinstance(error, LegGone):  # the caller hung up in this moment
                self._failed(call, error)
            return False
        finally:
            self._starting.discard(call)
        self._begun(call, stem)
        return True

    def _begun(self, call: CallId, stem: Path) -> None:
        self._without.pop(call, None)
        self._works_again()
        self._stems[call] = stem
        self._background.spawn(self._note_begun(call, stem))
        if call in self._live():
            self._on_begun(call)
        else:  # it ended before its recording began
            self._background.spawn(self.finish(call))
        if call in self._unwanted:
            self._background.spawn(self._stop(call))

    async def finish(self, call: CallId) -> None:
        """The call is over: put its sides together."""
        self._unwanted.discard(call)
        stem = self._stems.pop(call, None)
        if stem is not None:
            await self._join(call, stem, late=False)

    async def stop_all(self) -> None:
        """End the recordings that run, and those that begin as soon as they have; what they have is
        kept. For want of room: what cannot be stopped is tried again until there is room."""
        self._unwanted.update(self._stems, self._starting)
        for call in tuple(self._stems):
            await self._stop(call)

    async def _stop(self, call: CallId) -> None:
        try:
            await self._engine.stop_recording(call)
        except LegGone:
            self._unwanted.discard(call)
        except Exception as error:
            self._later(call, error)
        else:
            self._unwanted.discard(call)
            self._on_ended(call)

    async def _stem(self, call: CallId) -> Path:
        """Path without suffix. Raises OSError."""
        day = day_of(self._clock.now(), self._zone()).isoformat()
        folder = self._directory / day
        if folder != self._folder:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
            self._folder = folder
        return folder / call

    async def _note_begun(self, call: CallId, stem: Path) -> None:
        """So that a crash does not lose sight of it."""
        now = self._clock.now()
        try:
            await self._database.write(lambda conn: rows.begin(conn, call, str(stem), now))
        except StoreError as error:
            # It runs all the same: the row is made when it is joined.
            log.error("recording not noted", call=call, error=error.message)

    def _failed(self, call: CallId, error: Exception) -> None:
        self._folder = None  # perhaps it is gone
        reason = _reason(error)
        log.error("call not recorded", call=call, error=reason)
        self._trouble = reason
        self._on_trouble(words(_key(error)))
        self._goes_without(call, reason)

    def _works_again(self) -> None:
        if self._trouble:
            self._trouble = ""
            self._on_trouble(None)

    def _goes_without(self, call: CallId, why: str) -> None:
        self._without[call] = why
        self._background.spawn(self._note_without(call))

    async def _note_without(self, call: CallId) -> None:
        why, now = self._without.get(call), self._clock.now()
        if why is None:
            return  # it has begun after all
        try:
            await self._database.write(lambda conn: rows.go_without(conn, call, now, why))
        except StoreError as error:
            self._later(call, error)
        else:
            self._without.pop(call, None)

    # -- what an earlier server, a full disk or a store in trouble left behind -------------

    async def take_up(self, live: Iterable[CallId]) -> None:
        """Recordings of ``live`` calls, begun by an earlier server, go on. What the store cannot
        tell now is found among the left over."""
        calls = tuple(live)
        try:
            known = await self._database.read(lambda conn: rows.running(conn, calls))
        except StoreError as error:
            log.error("running recordings not known", error=error.message)
            return
        for call, path in known.items():
            self._stems.setdefault(CallId(call), Path(path))
            self._on_begun(CallId(call))

    def look_for_left_over(self) -> None:
        """Join what lies there in parts; returns at once, however much it is."""
        self._background.spawn(self._join_left_over())

    def try_again(self) -> None:
        """What the disk or the store refused may be taken now; returns at once."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._background.spawn(self._make_good())

    async def close(self) -> None:
        """What is under way is found at the next start."""
        await self._background.close()
        if self._retry is not None:
            self._retry.cancel()

    async def _join_left_over(self) -> None:
        """One at a time: there may be thousands, and calls come meanwhile."""
        found = files.unjoined(self._directory)
        try:
            while stems := await asyncio.to_thread(lambda: list(islice(found, _FOUND_AT_ONCE))):
                for stem in stems:
                    await self._take_left_over(CallId(stem.name), stem)
            # Joined by a server that died before it could note it; or gone without a trace.
            for row in await self._database.read(rows.unfinished):
                if row.path:
                    await self._take_left_over(CallId(row.call), Path(row.path))
        except (OSError, StoreError) as error:
            log.error("recordings not looked through", error=_reason(error))
            self._looked_through = False
            self._try_again_later()
        if self._lost_late:
            log.error("recordings of earlier calls lost", calls=self._lost_late)

    async def _take_left_over(self, call: CallId, stem: Path) -> None:
        if call in self._stems or call in self._starting or call in self._joining:
            return
        if call in self._live():
            self._stems[call] = stem
            self._on_begun(call)
        else:
            await self._join(call, stem, late=True)

    async def _make_good(self) -> None:
        if self._has_room():
            self._unwanted.clear()
        for call in self._unwanted & self._stems.keys():
            await self._stop(call)
        for call in tuple(self._without):
            await self._note_without(call)
        for call in self._made.keys() - self._joining:
            await self._guarded(call, self._note_made(call))
        for call in self._parts.keys() - self._joining:
            if (stem := self._parts.get(call)) is not None:
                await self._join(call, stem, late=True)
        if not self._looked_through:
            self._looked_through = True
            await self._join_left_over()

    def _later(self, call: CallId, error: Exception) -> None:
        log.error("recording waits", call=call, error=_reason(error))
        self._try_again_later()

    def _try_again_later(self) -> None:
        if self._retry is None:
            loop = asyncio.get_running_loop()
            self._retry = loop.call_later(TRY_AGAIN_S, self.try_again)

    async def _join(self, call: CallId, stem: Path, *, late: bool) -> None:
        """``late``: the call ended long ago, as far as is known."""
        self._parts[call] = stem
        await self._guarded(call, self._join_and_note(call, stem, late))

    async def _guarded(self, call: CallId, work: Coroutine[Any, Any, None]) -> None:
        """What fails stays as it is and is tried again, whatever it is."""
        self._joining.add(call)
        try:
            await work
        except Exception as error:
            if not isinstance(error, EkcError | OSError):
                log.exception("recording not joined", call=call)
            self._later(call, error)
        finally:
            self._joining.discard(call)

    async def _join_and_note(self, call: CallId, stem: Path, late: bool) -> None:
        now = self._clock.now()
        if late:
            settle_s = await asyncio.to_thread(files.unsettled_s, stem)
        else:
            settle_s = files.SETTLE_S
            await self._database.write(lambda conn: rows.join(conn, call, now))
        try:
            made = await files.join(stem, settle_s=settle_s)
        except files.RecordingLost as error:
            await self._lost(call, error.message, late)
            return
        self._parts.pop(call, None)
        if made.flaws:
            log.warning("recording has flaws", call=call, flaws=made.flaws)
        self._made[call] = made
        await self._note_made(call)

    async def _lost(self, call: CallId, why: str, late: bool) -> None:
        """The row says so, and the people; not of each of thousands from before the start."""
        now = self._clock.now()

        def note(conn: sqlite3.Connection) -> None:
            rows.join(conn, call, now)
            rows.fail(conn, call, why)

        await self._database.write(note)
        self._parts.pop(call, None)
        if late:
            self._lost_late += 1
        else:
            log.error("recording lost", call=call, error=why)
            self._on_lost(call)

    async def _note_made(self, call: CallId) -> None:
        made, now = self._made[call], self._clock.now()

        def note(conn: sqlite3.Connection) -> None:
            rows.join(conn, call, now)
            rows.finish(conn, call, str(made.path), made.seconds, made.sha256)

        await self._database.write(note)
        del self._made[call]


def _reason(error: Exception) -> str:
    if isinstance(error, EkcError):
        return error.message
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__


def _key(error: Exception) -> str:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "alert.disk_full" if full else "alert.not_recorded"
