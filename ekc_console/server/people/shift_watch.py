"""Who is on shift, beside the store: nobody stays there whose account is closed, by whomever, also
where no console is connected by it or the store could not tell when the session ended."""

from __future__ import annotations

import structlog

from ekc_console.domain.state.agent import Offline
from ekc_console.server.people.account_watch import AccountWatch
from ekc_console.server.store.base.errors import StoreError

log = structlog.get_logger(__name__)

LOOK_S = 5.0
"""Between two looks at who is on shift without a console."""


class ShiftWatch(AccountWatch):
    name = "shift"

    def _every_s(self) -> float:
        return LOOK_S

    async def _look(self) -> None:
        """A connected console is the session's matter: it ends with the account."""
        try:
            for login, agent in list(self._router.agents.items()):
                gone = not agent.present and not isinstance(agent.state, Offline)
                if gone and await self._auth.closed(login, self._clock.now()):
                    self._attendance.closed(login)
        except StoreError as error:
            log.error("accounts of who is on shift not looked at", error=error.message)
