"""A queue's days: today read each time, days that are over kept once they were read."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from datetime import date, timedelta, tzinfo

from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import half_hours
from ekc_console.server.store.calls.half_hours import Day
from ekc_console.wire.day.queue_day import DayCurve, DayFigures, QueueDay

SETTLED_S = 3600.0
"""So long after its midnight a day is over: its last calls have ended."""
MOST_KEPT = 500


class Curves:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._over: dict[tuple[str, float, float], Day] = {}

    async def of(
        self, queue: QueueSettings, target: float | None, now: float, zone: tzinfo
    ) -> QueueDay:
        """``target``: the level that is aimed at. Raises StoreError."""
        today = day_of(now, zone)
        gone_s = now - start_of(today, zone)
        this = await self._day(queue, today, zone, now)
        return QueueDay(
            queue=queue.id,
            now=now,
            level_s=queue.service_level_s,
            level_target=target or 0.0,
            today=_told(this, start_of(today, zone), this.whole),
            yesterday=await self._earlier(queue, today - timedelta(days=1), zone, now, gone_s),
            week_ago=await self._earlier(queue, today - timedelta(days=7), zone, now, gone_s),
        )

    async def _earlier(
        self, queue: QueueSettings, day: date, zone: tzinfo, now: float, gone_s: float
    ) -> DayCurve | None:
        """None: the store does not go back so far."""
        since, until = start_of(day, zone), start_of(day + timedelta(days=1), zone)
        if not await self._database.read(lambda conn: half_hours.known(conn, until)):
            return None
        whole = await self._day(queue, day, zone, now)
        up_to = min(since + gone_s, until)

        def read(conn: sqlite3.Connection) -> Day:
            return half_hours.of_queue(conn, queue.id, since, up_to, queue.service_level_s)

        return _told(whole, since, (await self._database.read(read)).whole)

    async def _day(self, queue: QueueSettings, day: date, zone: tzinfo, now: float) -> Day:
        since, midnight = start_of(day, zone), start_of(day + timedelta(days=1), zone)
        key, over = (queue.id, since, queue.service_level_s), now > midnight + SETTLED_S
        if not over:
            self._over.pop(key, None)  # read while the clock was ahead
        elif key in self._over:
            return self._over[key]
        until = min(midnight, now)

        def read(conn: sqlite3.Connection) -> Day:
            return half_hours.of_queue(conn, queue.id, since, until, queue.service_level_s)

        found = await self._database.read(read)
        if over:
            if len(self._over) >= MOST_KEPT:
                self._over.clear()
            self._over[key] = found
        return found


def _told(day: Day, since: float, whole: half_hours.Figures) -> DayCurve:
    return DayCurve(
        since=since,
        whole=DayFigures(**asdict(whole)),
        halves=tuple(DayFigures(**asdict(half)) for half in day.halves),
    )
