"""Accounts for an echo test: a workplace hears itself through the telephony before its shift, or
without one. They stand for minutes and can be heard by nobody."""

from __future__ import annotations

import asyncio
import secrets

import structlog

from ekc_console.server.calls.operator_lines import LineAccess, account_of, line_of
from ekc_console.server.commands.handler import Handler
from ekc_console.server.engine.protocol import EngineError, TelephonyEngine
from ekc_console.server.people.person import Person
from ekc_console.wire import messages

log = structlog.get_logger(__name__)

ACCOUNT_PREFIX = "echo-"
"""Never an operator's: a call of it to a standing leg is refused."""
STANDS_S = 300.0
"""A call that stands then goes on."""


class EchoAccounts:
    """``handlers`` go into ``dispatch.Commands``; ``close`` at the end."""

    def __init__(self, engine: TelephonyEngine, access: LineAccess) -> None:
        self._engine = engine
        self._access = access
        self._ends: dict[str, asyncio.Task[None]] = {}
        self.handlers: dict[type, Handler] = {messages.OpenEcho: self._open}

    async def _open(self, person: Person, body: messages.OpenEcho) -> messages.Line:
        """Replaces the one before, with another password."""
        user = ACCOUNT_PREFIX + person.login
        account = account_of(self._access, user, secrets.token_hex(24))
        await self._engine.put_account(account)
        if older := self._ends.pop(user, None):
            older.cancel()
        self._ends[user] = asyncio.create_task(self._end(user))
        return line_of(self._engine, self._access, account, "echo", body.reached)

    async def close(self) -> None:
        """The accounts end with the engine, or at its next start."""
        for task in self._ends.values():
            task.cancel()
        await asyncio.gather(*self._ends.values(), return_exceptions=True)

    async def _end(self, user: str) -> None:
        await asyncio.sleep(STANDS_S)
        try:
            await self._engine.drop_account(user)
        except EngineError as error:
            log.warning("echo account not dropped", error=error.message)
        del self._ends[user]
