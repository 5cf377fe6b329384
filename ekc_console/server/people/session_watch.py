"""Sessions of open connections beside the store: what was changed there reaches them at once,
whoever has changed it, the command line included."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from ekc_console.server.core.clock import Clock
from ekc_console.server.people.auth import Auth, Session
from ekc_console.server.people.person import Person
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import sessions

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""Between two looks at all sessions together, while anybody is connected."""
ASK_WITHIN_S = 0.5
"""For the session of one command; a store in trouble keeps nobody from the telephone."""


@dataclass(slots=True)
class _Followed:
    session: Session
    changed: asyncio.Future[Session | None]
    row: sessions.Standing | None = ()
    """As of the last look; nothing stored is like it before the first."""


class SessionWatch:
    def __init__(
        self,
        database: Database,
        auth: Auth,
        clock: Clock,
        look_too: Callable[[], Awaitable[None]],
    ) -> None:
        """``look_too``: what else accounts that were changed reach, looked at beside sessions. It
        raises StoreError at most."""
        self._database = database
        self._auth = auth
        self._clock = clock
        self._look_too = look_too
        self._followed: list[_Followed] = []
        self._looking: asyncio.Task[None] | None = None

    async def until_changed(self, session: Session) -> Session | None:
        """Returns when the person of the session may be or do something else than before: the
        session as it is now; None: it, or the account, has ended."""
        loop = asyncio.get_running_loop()
        followed = _Followed(session, loop.create_future())
        self._followed.append(followed)
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking())
        try:
            return await followed.changed
        finally:
            self._followed.remove(followed)
            if not self._followed:
                self._looking.cancel()
                self._looking = None

    async def now(self, session: Session) -> Session | None:
        """The session as the store has it; as it was, where the store cannot tell in time."""
        try:
            return await self._auth.session(session.token, self._clock.now(), limit_s=ASK_WITHIN_S)
        except StoreError as error:
            log.warning("session not asked for", error=error.message)
            return session

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._look()
                await self._look_too()
            except StoreError as error:
                log.error("sessions not looked at", error=error.message)

    async def _look(self) -> None:
        rows = await self._database.read(sessions.standing)
        for followed in list(self._followed):
            row = rows.get(sessions.hashed(followed.session.token))
            if row == followed.row and self._clock.now() < followed.session.expires_at:
                continue
            found = await self._auth.session(followed.session.token, self._clock.now())
            if found is not None and Person.of(found) == Person.of(followed.session):
                followed.session, followed.row = found, row
            elif not followed.changed.done():
                followed.changed.set_result(found)
