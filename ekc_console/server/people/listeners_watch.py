"""Who listens to a talk, beside the store: a line goes on without its console, and nobody who may
listen no more stays in a talk because the console is cut off."""

from __future__ import annotations

import asyncio

import structlog

from ekc_console.domain.router import Router
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""Between two looks, while anybody listens."""


class ListenersWatch:
    """``start`` once, ``stop`` at the end."""

    def __init__(self, router: Router, auth: Auth, attendance: Attendance, clock: Clock) -> None:
        self._router = router
        self._auth = auth
        self._attendance = attendance
        self._clock = clock
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._looking = essential.start(self._keep_looking(), "listeners")

    async def stop(self) -> None:
        await essential.stop(self._looking)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for login in list(self._router.listenings):
                try:
                    found = await self._auth.session_of(login, self._clock.now())
                except StoreError as error:
                    log.error("session of a listener not looked at", error=error.message)
                else:
                    self._attendance.changed(login, found)
