"""Calls of any time, page by page."""

from __future__ import annotations

import sqlite3

from ekc_console.domain.router import Router
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.day.calls import CallTeller
from ekc_console.server.day.long_reads import LongReads
from ekc_console.server.day.traces import Traces
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.calls import day_calls
from ekc_console.server.store.calls.day_calls import CallRow, Listed
from ekc_console.wire.day.calls import LONGEST_S, MOST_CALLS, CallPage, ListCalls

_EVERYTHING = "calls"
"""What a trace is about where neither a queue nor a person was asked for."""


class CallListCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, reads: LongReads, router: Router, clock: Clock, teller: CallTeller, traces: Traces
    ) -> None:
        self._reads = reads
        self._router = router
        self._clock = clock
        self._teller = teller
        self._traces = traces
        self.handlers: dict[type, Handler] = {ListCalls: self._list}

    async def _list(self, person: Person, body: ListCalls) -> CallPage:
        which, most = self._which(person, body), max(1, min(body.limit, MOST_CALLS))

        def read(conn: sqlite3.Connection) -> list[CallRow]:
            return day_calls.listed(conn, which, most + 1)

        rows = await self._reads.read(read)
        shown = rows[:most]
        about = body.person or body.queue or _EVERYTHING
        await self._traces.calls(person.login, about, len(shown))
        return CallPage(calls=tuple(map(self._teller.told, shown)), more=len(rows) > most)

    def _which(self, person: Person, body: ListCalls) -> Listed:
        """Raises Refusal."""
        zone, now = self._router.centre.zone, self._clock.now()
        since = start_of(day_of(now, zone), zone) if body.since is None else body.since
        until = now if body.until is None else body.until
        if until - since > LONGEST_S:
            raise Refusal("bad_value", "calls.too_long", days=round(LONGEST_S / 86_400))
        reached = scope(self._router, person, "watch")
        return Listed(
            since=since,
            until=until,
            queue=body.queue,
            person=body.person,
            direction=body.direction,
            after=(body.after.arrived_at, body.after.id) if body.after else None,
            queues=None if reached.everything else tuple(reached.queues),
            people=tuple(reached.people),
            unqueued=reached.unqueued,
        )
