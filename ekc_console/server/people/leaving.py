"""The end of a shift: the login's sessions end with it, and what is kept for it is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.auth import Auth
from ekc_console.server.people.person import Person
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

REVOKE_AGAIN_S = 1.0


class Leaving:
    def __init__(
        self, auth: Auth, background: Background, *forget: Callable[[AgentId], None]
    ) -> None:
        """``forget``: each part that keeps something for a login."""
        self._auth = auth
        self._background = background
        self._forget = forget

    async def log_out(self, person: Person) -> None:
        await self.revoke(person.login)
        self.forget(person.login)

    async def revoke(self, login: AgentId) -> None:
        """Its sessions end, later when the store is in trouble."""
        try:
            await self._auth.revoke(login)
        except StoreError as error:
            log.error("sessions not ended yet", error=error.message)
            self._background.spawn(self._revoke_later(login))

    def forget(self, login: AgentId) -> None:
        for forget in self._forget:
            forget(login)

    async def _revoke_later(self, login: AgentId) -> None:
        while True:
            await asyncio.sleep(REVOKE_AGAIN_S)
            try:
                return await self._auth.revoke(login)
            except StoreError as error:
                log.info("sessions not ended yet", error=error.message)
