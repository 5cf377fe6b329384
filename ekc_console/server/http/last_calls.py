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
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.rights import REACHES, Reach, Right
from ekc_console.server.cards.rights import moved_on
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.sync import Hub
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth, Session
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.cards import cards
from ekc_console.wire import messages
from ekc_console.wire.entities import LastCall
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

LOOK_S = 0.5
"""Between two looks whether the call is still in hand."""
WRAP_UP_S = 300.0
"""For the card, from the end of the call, however long the queue gives for it: after that the
session is over all the same, and the draft is kept."""


class LastCalls:
    """Sessions are kept in memory: a restart of the server ends those that live by their call."""

    def __init__(
        self,
        router: Router,
        attendance: Attendance,
        auth: Auth,
        hub: Hub,
        database: Database,
        clock: Clock,
    ) -> None:
        self._router = router
        self._attendance = attendance
        self._auth = auth
        self._hub = hub
        self._database = database
        self._clock = clock
        self._seen: dict[AgentId, Session] = {}
        """By which each login's console came last."""
        self._card_until: dict[AgentId, float] = {}
        """When the session ends though the card of the call is a draft."""
        self._card_left: set[AgentId] = set()
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
        if not self.due(AgentId(session.login)):
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
        held = getattr(self._router.agents[login].state, "call", "")
        self._card_left.discard(login)
        last = replace(session, last_call=why, last_of=session.last_of or held)
        self.came(last)
        return last

    async def over(self, session: Session) -> Session | None:
        """Wait until the caller has what was needed: None; or until the account that was closed is
        open again: the session as it is then."""
        login = AgentId(session.login)
        while True:
            held = session.last_call == "closed" and self._attendance.has_caller(login)
            if held and (again := await self._reopened(session)):
                return again
            await asyncio.sleep(LOOK_S)
            if not await self._goes_on(session):
                return None

    def due(self, login: AgentId) -> bool:
        """A caller is in hand, or the card of the last one waits to be saved."""
        if self._attendance.has_caller(login):
            return True
        return self._clock.now() < self._card_until.get(login, 0.0)

    async def _goes_on(self, session: Session) -> bool:
        """A wrap-up that ends by itself takes nobody's card away: its time is the session's."""
        login = AgentId(session.login)
        agent, now = self._router.agents[login], self._clock.now()
        if isinstance(agent.state, WrapUp):
            self._card_until[login] = agent.state.since + WRAP_UP_S
        elif self._attendance.has_caller(login):
            self._card_until.pop(login, None)
            return True
        until = self._card_until.setdefault(login, now + WRAP_UP_S)
        if isinstance(agent.state, WrapUp) and now <= until:
            return True
        left = await self._is_left(session)
        if left and now <= until:
            return True
        self._card_until.pop(login)
        if left:
            self._card_left.add(login)
        return False

    async def _is_left(self, session: Session) -> bool:
        """The card of the call is a draft that nobody but its person has on the desk."""
        call, login = CallId(session.last_of), AgentId(session.login)
        record = self._router.calls.get(call) or self._router.recently_ended.get(call)
        if record is not None and moved_on(record, login):
            return False
        try:
            card = await self._database.read(lambda conn: cards.card_by_call(conn, call))
        except StoreError as error:
            log.error("card of a last call not looked at", error=error.message)
            return False
        return card is not None and card.state == "draft" and card.agent_name == login

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

    def why_over(self, login: AgentId) -> Words | None:
        """What the console is told at the end of its last call; None: it was in none."""
        session = self._seen.get(login)
        if session is None or not session.last_call:
            return None
        left = login in self._card_left
        return words((OVER_WITH_DRAFT if left else OVER)[session.last_call])

    def untold(self, login: AgentId) -> Words | None:
        """What those who keep accounts are told of its end, once."""
        if login not in self._untold:
            return None
        self._untold.discard(login)
        session = self._seen[login]
        return words(TOLD[session.last_call], name=session.name) if session.last_call else None

    def tell_keepers(self, told: Words) -> None:
        """Those who keep accounts."""
        self._hub.notice(messages.Notice(level="info", words=told), self._who("accounts"))

    def tell_of_draft(self, login: AgentId) -> None:
        """Those who can finish the card that was left, and those who keep accounts."""
        if login in self._card_left:
            told = words("account.draft_left", name=self._seen[login].name)
            who = [*self._who("accounts"), *self._who("edit_cards", "team")]
            self._hub.notice(messages.Notice(level="warning", words=told), [*dict.fromkeys(who)])

    def _who(self, right: Right, whose: Reach = REACHES[0]) -> list[AgentId]:
        return [who.login for who in self._hub.connected() if who.may(right, whose)]


BEGUN = {"closed": "session.last_call_closed", "ended": "session.last_call_ended"}
OVER = {"closed": "session.closed", "ended": "session.ended_after_call"}
OVER_WITH_DRAFT = {"closed": "session.closed_with_draft", "ended": "session.ended_with_draft"}
TOLD = {"closed": "account.closed_after_call", "ended": "account.ended_after_call"}
"""Keys of words, by why a call is the last one."""
