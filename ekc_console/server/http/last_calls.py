"""Whose session has ended while a caller was in hand: the console keeps that one call, its card and
the keys for it, whoever ended the session, and nothing besides. An account that is opened again
within the call gives everything back."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import structlog

from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import WrapUp
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.sync import Hub
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth, Session
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire import messages
from ekc_console.wire.entities import LastCall
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

LOOK_S = 0.5
"""Between two looks whether the call is still in hand."""
WRAP_UP_S = 300.0
"""For the card, after which the session is over all the same: the draft is kept."""


class LastCalls:
    """Sessions are kept in memory: a restart of the server ends those that live by their call."""

    def __init__(
        self, router: Router, attendance: Attendance, auth: Auth, hub: Hub, clock: Clock
    ) -> None:
        self._router = router
        self._attendance = attendance
        self._auth = auth
        self._hub = hub
        self._clock = clock
        self._seen: dict[AgentId, Session] = {}
        """By which each login's console came last."""
        self._untold: set[AgentId] = set()

    def came(self, session: Session) -> None:
        self._seen[AgentId(session.login)] = session

    def of(self, token: str) -> Session | None:
        """Of a token whose session is none any more, when its console comes back to the call that
        it had."""
        for session in self._seen.values():
            if secrets.compare_digest(session.token.encode(), token.encode(errors="replace")):
                return self.left(session)
        return None

    def left(self, session: Session) -> Session | None:
        """What is left of a session that has ended; None: nothing."""
        if not self._attendance.has_caller(AgentId(session.login)):
            return None
        return replace(session, last_call=session.last_call or "ended")

    async def closed(self, login: AgentId) -> bool:
        """A session that has ended keeps the shift; an account that is closed does not."""
        try:
            return await self._auth.closed(login, self._clock.now())
        except StoreError as error:
            log.error("account of an ended session not looked at", error=error.message)
            return False

    def begin(self, session: Session, *, closed: bool) -> Session:
        """``left``, from now on: nothing else is offered to its person."""
        login = AgentId(session.login)
        by_closing = closed or session.last_call == "closed" or self._attendance.was_closed(login)
        why: LastCall = "closed" if by_closing else "ended"
        self._attendance.last_call(login)
        self._untold.add(login)
        last = replace(session, last_call=why)
        self.came(last)
        return last

    async def over(self, session: Session) -> Session | None:
        """Wait until the caller has what was needed: None; or until the account that was closed is
        open again: the session as it is then."""
        login = AgentId(session.login)
        while True:
            if session.last_call == "closed" and (again := await self._reopened(session)):
                return again
            await asyncio.sleep(LOOK_S)
            if not self._attendance.has_caller(login) or self._too_long(login):
                return None

    async def _reopened(self, session: Session) -> Session | None:
        try:
            return await self._auth.reopened(session, self._clock.now())
        except StoreError as error:
            log.error("account of a last call not looked at", error=error.message)
            return None

    def give_back(self, session: Session) -> None:
        """What ``over`` returned goes on as if it had never ended."""
        login = AgentId(session.login)
        self._untold.discard(login)
        self.came(session)
        self._attendance.give_back(login)

    def _too_long(self, login: AgentId) -> bool:
        state = self._router.agents[login].state
        return isinstance(state, WrapUp) and self._clock.now() - state.since > WRAP_UP_S

    def why_over(self, login: AgentId) -> Words | None:
        """What the console is told at the end of its last call; None: it was in none."""
        session = self._seen.get(login)
        if session is None or not session.last_call:
            return None
        return words(OVER[session.last_call])

    def untold(self, login: AgentId) -> Words | None:
        """What those who keep accounts are told of its end, once."""
        if login not in self._untold:
            return None
        self._untold.discard(login)
        session = self._seen[login]
        return words(TOLD[session.last_call], name=session.name) if session.last_call else None

    def tell_keepers(self, told: Words) -> None:
        """Those who keep accounts."""
        keepers = [who.login for who in self._hub.connected() if who.may("accounts")]
        self._hub.notice(messages.Notice(level="info", words=told), keepers)


BEGUN = {"closed": "session.last_call_closed", "ended": "session.last_call_ended"}
OVER = {"closed": "session.closed", "ended": "session.ended_after_call"}
TOLD = {"closed": "account.closed_after_call", "ended": "account.ended_after_call"}
"""Keys of words, by why a call is the last one."""
