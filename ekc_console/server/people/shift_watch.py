"""Who is on shift, beside the store: nobody stays there whose account is closed, by whomever, also
where no console is connected by it or the store could not tell when the session ended."""

from __future__ import annotations

import asyncio

import structlog

from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import Offline
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_S = 5.0
"""Between two looks at who is on shift without a console."""


class ShiftWatch:
    """``start`` once, ``stop`` at the end."""

    def __init__(self, router: Router, auth: Auth, attendance: Attendance, clock: Clock) -> None:
        self._router = router
        self._auth = auth
        self._attendance = attendance
        self._clock = clock
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._looking = essential.start(self._keep_looking(), "shift")

    async def stop(self) -> None:
        await essential.stop(self._looking)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._look()
            except StoreError as error:
                log.error("accounts of who is on shift not looked at", error=error.message)

    async def _look(self) -> None:
        """A connected console is the session's matter: it ends with the account."""
        for login, agent in list(self._router.agents.items()):
            gone = not agent.present and not isinstance(agent.state, Offline)
            if gone and await self._auth.closed(login, self._clock.now()):
                self._attendance.closed(login)
