"""Alarms in the store: written behind what happens, taken up at a start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import structlog

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.alarms.book import Alarm, AlarmBook, Happened
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import alarm_log
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000
"""Lines that wait for a store in trouble; the oldest give way."""
_decoder = msgspec.json.Decoder(Alarm)


class AlarmKeeper:
    """``book``: the one in use."""

    def __init__(self, database: Database, clock: Clock, book: Callable[[], AlarmBook]) -> None:
        self._database = database
        self._clock = clock
        self._book = book
        self._waiting: list[Happened] = []
        self._writing = False
        self._background = Background()

    async def load(self) -> AlarmBook:
        """What stood when the last server ended; what is too old in the log goes."""
        before = self._clock.now() - alarm_log.KEPT_S
        try:
            await self._database.write(lambda conn: alarm_log.forget(conn, before))
        except StoreError as error:
            log.error("old lines of the alarm log not removed", error=error.message)
        bodies, last = await self._database.read(alarm_log.kept)
        return AlarmBook(filter(None, map(_decoded, bodies)), last)

    def heard(self, happened: Sequence[Happened]) -> None:
        self._waiting += happened
        del self._waiting[:-MOST_WAITING]
        if self._waiting and not self._writing:
            self._writing = True
            self._background.spawn(self._write())

    async def _write(self) -> None:
        """What a store in trouble refuses waits for the next that happens."""
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                try:
                    await self._put(taken)
                except StoreError as error:
                    self._waiting = taken + self._waiting
                    log.error("alarms not written", lines=len(taken), error=error.message)
                    return
        finally:
            self._writing = False

    async def _put(self, happened: list[Happened]) -> None:
        lines = list(map(_line, happened))
        alarms = {each.alarm.id: self._body(each.alarm.id) for each in happened}
        await self._database.write(lambda conn: alarm_log.add(conn, lines, alarms))

    def _body(self, alarm_id: str) -> str | None:
        kept = self._book().kept(alarm_id)
        return None if kept is None else msgspec.json.encode(kept).decode()

    async def close(self) -> None:
        await self._background.finish()


def _line(happened: Happened) -> alarm_log.Line:
    alarm = happened.alarm
    return alarm_log.Line(
        at=happened.at,
        alarm=alarm.id,
        about=alarm.about,
        thing=alarm.thing,
        figure=alarm.figure,
        reason=alarm.reason,
        event=happened.event,
        level=alarm.level,
        value=alarm.value,
        who=happened.who,
        beyond=alarm.limit,
        until=alarm.snoozed_until if happened.event == "snoozed" else None,
    )


def _decoded(body: str) -> Alarm | None:
    """None for one of a later version that cannot be read here. A call ended with its server."""
    try:
        return replace(_decoder.decode(body), calling="")
    except NOT_JSON as error:
        log.error("an alarm cannot be read", error=type(error).__name__)
        return None
