"""Who talked with a caller last: looked up while the menu speaks, so that nobody waits for it."""

from __future__ import annotations

import asyncio

import structlog

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.cards import contacts

log = structlog.get_logger(__name__)

LOOK_UP_WITHIN_S = 0.2
"""A caller who goes straight to a queue waits for a slow store no longer than this."""


class LastOperators:
    """``begin`` when a menu begins, ``of`` when it sends the call to a queue, ``forget`` when it
    is over."""

    def __init__(self, database: Database, router: Router) -> None:
        self._database = database
        self._router = router
        self._found: dict[CallId, asyncio.Task[AgentId | None]] = {}

    def begin(self, call: CallId) -> None:
        """Nothing is looked up while no queue prefers anybody."""
        record = self._router.calls.get(call)
        wanted = any(queue.preferred_agent_s for queue in self._router.queues.values())
        if record and record.number and wanted and call not in self._found:
            self._found[call] = asyncio.create_task(self._look_up(record.number))

    async def of(self, call: CallId, queue: QueueId) -> AgentId | None:
        """None also when it is not known in time, and when the queue does not ask."""
        settings, found = self._router.queues.get(queue), self._found.get(call)
        if found is None or settings is None or not settings.preferred_agent_s:
            return None
        await asyncio.wait([found], timeout=LOOK_UP_WITHIN_S)
        return found.result() if found.done() else None

    def forget(self, call: CallId) -> None:
        if task := self._found.pop(call, None):
            task.cancel()

    async def _look_up(self, number: str) -> AgentId | None:
        try:
            return await self._database.read(lambda conn: contacts.last_operator(conn, number))
        except StoreError as error:
            log.warning("last operator not looked up", error=error.message)
            return None
