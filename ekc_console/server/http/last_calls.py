"""Whose session has ended while a caller was in hand: the console keeps that one call, its card and
the keys for it, whoever ended the session, and nothing besides."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import WrapUp
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Session
from ekc_console.wire.entities import LastCall
from ekc_console.wire.words import Words, words

LOOK_S = 0.5
"""Between two looks whether the call is still in hand."""
WRAP_UP_S = 300.0
"""For the card, after which the session is over all the same: the draft is kept."""


class LastCalls:
    """Sessions are kept in memory: a restart of the server ends those that live by their call."""

    def __init__(self, router: Router, attendance: Attendance, clock: Clock) -> None:
        self._router = router
        self._attendance = attendance
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

    def begin(self, session: Session, why: LastCall) -> Session:
        """``left``, from now on: nothing else is offered to its person."""
        self._attendance.last_call(AgentId(session.login))
        self._untold.add(AgentId(session.login))
        last = replace(session, last_call=why)
        self.came(last)
        return last

    async def over(self, login: AgentId) -> None:
        """Wait until the caller has what was needed."""
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._attendance.has_caller(login) or self._too_long(login):
                return

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


BEGUN = {"closed": "session.last_call_closed", "ended": "session.last_call_ended"}
OVER = {"closed": "session.closed", "ended": "session.ended_after_call"}
TOLD = {"closed": "account.closed_after_call", "ended": "account.ended_after_call"}
"""Keys of words, by why a call is the last one."""
