"""A queue's day, and the calls behind its figures."""

from __future__ import annotations

import sqlite3

from ekc_console.domain.insight.limits_in_force import queue_limit
from ekc_console.domain.router import Router
from ekc_console.domain.terms.alarm_limits import USUAL_ALARMS
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.day.calls import CallTeller
from ekc_console.server.day.curves import Curves
from ekc_console.server.day.traces import Traces
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import require_queue
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import day_calls
from ekc_console.server.store.calls.day_calls import Behind, CallRow
from ekc_console.wire.day.calls import MOST_CALLS, DayCalls, GetDayCalls
from ekc_console.wire.day.queue_day import GetQueueDay, QueueDay


class QueueDayCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, database: Database, router: Router, clock: Clock, teller: CallTeller, traces: Traces
    ) -> None:
        self._database = database
        self._router = router
        self._clock = clock
        self._teller = teller
        self._traces = traces
        self._curves = Curves(database)
        self.handlers: dict[type, Handler] = {GetQueueDay: self._day, GetDayCalls: self._calls}

    async def _day(self, person: Person, body: GetQueueDay) -> QueueDay:
        queue = self._queue(person, body.queue)
        centre = self._router.centre
        target = queue_limit(centre.alarms or USUAL_ALARMS, queue, "level").target
        return await self._curves.of(queue, target, self._clock.now(), centre.zone)

    async def _calls(self, person: Person, body: GetDayCalls) -> DayCalls:
        queue, now = self._queue(person, body.queue), self._clock.now()
        midnight = start_of(day_of(now, self._router.centre.zone), self._router.centre.zone)
        figure = Behind(
            queue.id,
            midnight if body.since is None else body.since,
            now if body.until is None else body.until,
            body.which,
            queue.service_level_s,
        )

        def read(conn: sqlite3.Connection) -> tuple[list[CallRow], int]:
            return day_calls.behind(conn, figure, MOST_CALLS)

        rows, found = await self._database.read(read)
        await self._traces.calls(person.login, queue.id, len(rows))
        return DayCalls(calls=tuple(map(self._teller.told, rows)), found=found)

    def _queue(self, person: Person, queue: str) -> QueueSettings:
        """Raises Refusal: ``unknown``, ``not_allowed``."""
        settings = self._router.queues.get(QueueId(queue))
        if settings is None:
            raise Refusal("unknown", "queue.none")
        require_queue(self._router, person, "watch", settings.id)
        return settings
