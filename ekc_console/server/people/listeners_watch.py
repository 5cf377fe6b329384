"""Who listens to a talk, beside the store: a line goes on without its console, and nobody who may
listen no more stays in a talk because the console is cut off."""

from __future__ import annotations

import structlog

from ekc_console.server.people.account_watch import AccountWatch
from ekc_console.server.store.base.errors import StoreError

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""Between two looks, while anybody listens."""


class ListenersWatch(AccountWatch):
    name = "listeners"

    def _every_s(self) -> float:
        return LOOK_S

    async def _look(self) -> None:
        for login in list(self._router.listenings):
            try:
                found = await self._auth.session_of(login, self._clock.now())
            except StoreError as error:
                log.error("session of a listener not looked at", error=error.message)
            else:
                self._attendance.changed(login, found)
