"""What saved cards say of people who are to be called, told to the core where it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from ekc_console.domain.facts import (
    CallbackClosed,
    CallbackPostponed,
    CallbackStillOwed,
    ForgottenCall,
)
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.scenario.moments import wanted_at
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.localtime import local, moment_of
from ekc_console.errors import reason
from ekc_console.server.cards.cards import Cards
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.cards import cards as rows
from ekc_console.server.store.cards import contacts, untold
from ekc_console.server.tasks.background import Background
from ekc_console.wire import messages
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)


AGAIN_S = 5.0
"""After the store has refused to say what was saved."""


class Promises:
    """``tell`` says a word to a person at a console. ``close`` at the end."""

    def __init__(
        self,
        cards: Cards,
        runtime: Runtime,
        database: Database,
        clock: Clock,
        names: Mapping[AgentId, str],
        tell: Callable[[AgentId, Words], None],
    ) -> None:
        self._cards = cards
        self._runtime = runtime
        self._database = database
        self._clock = clock
        self._names = names
        self._tell = tell
        self._turn = asyncio.Lock()
        self._catches_up = False
        self._background = Background()

    async def saved(self, card: str) -> None:
        """A card may have been saved, by whomever: what comes of it is told now, or else as soon
        as the store lets it."""
        try:
            await self.settle(card)
        except StoreError as error:
            log.warning("what a card promises is told later", error=reason(error))
            self.take_up()

    def take_up(self) -> None:
        """Tell what was saved and not told: after a start, and after trouble."""
        if not self._catches_up:
            self._catches_up = True
            self._background.spawn(self._catch_up())

    async def close(self) -> None:
        await self._background.close()

    async def _catch_up(self) -> None:
        try:
            while True:
                try:
                    for card in await self._database.read(untold.cards):
                        await self.settle(card)
                    return
                except StoreError:
                    await asyncio.sleep(AGAIN_S)
        finally:
            self._catches_up = False

    async def settle(self, card: str) -> None:
        """Tell what this card says if it was saved and not told. It has to be before the card is
        saved again. Raises StoreError."""
        async with self._turn:
            waits, after = await self._database.read(
                lambda conn: (untold.get(conn, card), rows.card(conn, card))
            )
            if waits is None:
                return
            if after is not None:
                try:
                    await self._follow(waits.before, after, AgentId(waits.login))
                except IllegalFact as error:
                    log.warning("what a card promises is refused", card=card, why=reason(error))
            if await self._runtime.kept():
                await self._database.write(lambda conn: untold.forget(conn, card))

    async def _follow(self, before: messages.Card, after: messages.Card, to: AgentId) -> None:
        """``before`` was stored until the card was saved; ``to`` is told what comes of it. The
        same outcome again promises nothing: who was promised a call may have been served since. It
        may tell another time."""
        was = await self._unsettled(before) if before.state == "saved" else None
        now = await self._unsettled(after)
        wish = await self._wish(after) if now == "later" else ""
        if now == was:
            if wish and wish != await self._wish(before):
                self._put_off(before, wish, to)
            return
        by = AgentId(before.agent_name)
        if now is None:
            if promised := self._promised(before):
                self._runtime.submit(CallbackClosed(promised.id, "cancelled", by))
            return
        if now == "later" and (talked := await self._talked_since(before)):
            at, who = talked
            self._tell(
                to, words("callback.served_since", at=at, name=self._names.get(who, who) or "—")
            )
            return
        call, forgotten = CallId(before.call), None
        if not self._known(call):
            forgotten = await self._forgotten(before, in_vain=now == "in_vain")
            if forgotten is None:
                return
        until = self._moment(wish)
        self._runtime.submit(CallbackStillOwed(call, by, now == "in_vain", forgotten, until))
        if now == "later":
            self._tell_when(before, wish, to)

    def _put_off(self, card: messages.Card, wish: str, to: AgentId) -> None:
        """The card tells another time than before."""
        promised, until = self._promised(card), self._moment(wish)
        if promised is not None and until is not None:
            self._runtime.submit(CallbackPostponed(promised.id, until, AgentId(card.agent_name)))
            self._tell_when(card, wish, to)

    def _tell_when(self, card: messages.Card, wish: str, to: AgentId) -> None:
        promised = self._promised(card)
        if promised is None or not isinstance(promised.state, cb.Open):
            return
        at = promised.state.not_before
        key = "callback.later" if self._moment(wish) or not wish else "callback.later_unclear"
        self._tell(to, words(key, at=at, text=wish))

    async def _wish(self, card: messages.Card) -> str:
        """When the person wants to be called, as the card tells it."""
        scenario = await self._cards.scenario_of(card)
        field = scenario.needs.get(card.disposition, "") if scenario else ""
        return str(card.session.get("fields", {}).get(field, ""))

    def _moment(self, wish: str) -> float | None:
        """None: no time that is understood, or one that is over."""
        zone = self._runtime.router.centre.zone
        now = self._clock.now()
        found = wanted_at(wish, local(now, zone)) if wish else None
        at = moment_of(found, zone) if found else now
        return at if at > now else None

    async def _talked_since(self, card: messages.Card) -> tuple[float, AgentId] | None:
        """When somebody talked with the person of a card after its call, and who."""
        found = await self._database.read(lambda conn: contacts.talked_since(conn, card.call))
        return (found[0], AgentId(found[1])) if found else None

    async def _unsettled(self, card: messages.Card) -> str | None:
        scenario = await self._cards.scenario_of(card)
        return scenario.unsettled.get(card.disposition) if scenario else None

    def _promised(self, card: messages.Card) -> Callback | None:
        """What the talk of this card left owed, unless its person has called again since or is
        being dialled. An urgent one is closed by hand, with a reason."""
        router = self._runtime.router
        owed = router.owed.get(card.number)
        found = router.callbacks[owed] if owed else None
        if found is None or found.last_call != card.call or found.urgent:
            return None
        return None if isinstance(found.state, cb.Dialing) else found

    def _known(self, call: CallId) -> bool:
        return call in self._runtime.router.calls or call in self._runtime.router.recently_ended

    async def _forgotten(self, card: messages.Card, *, in_vain: bool) -> ForgottenCall | None:
        """None where nobody was called in vain."""
        kept = await self._database.read(lambda conn: contacts.kept_of(conn, card.call))
        direction, queue, callback = kept or ("out", None, None)
        if in_vain and direction != "out":
            return None
        return ForgottenCall(
            card.number or None,
            card.created_at,
            QueueId(queue) if queue else None,
            card.topic,
            CallbackId(callback) if callback else None,
        )
