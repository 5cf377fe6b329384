"""What saved cards say of people who are to be called, told to the core where it changes."""

from __future__ import annotations

import asyncio
import contextlib
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
from ekc_console.server.commands.cards.says import NOTHING, Says, says_of
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.cards import cards as rows
from ekc_console.server.store.cards import contacts, untold
from ekc_console.server.tasks.background import Background
from ekc_console.wire import messages
from ekc_console.wire.words import NoticeLevel, Words, words

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
        tell: Callable[[AgentId, NoticeLevel, Words], None],
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

    def _say(self, to: AgentId, said: Words) -> None:
        """What is otherwise than the person at the line was told has to be read."""
        self._tell(to, "info" if said.key == "callback.later" else "warning", said)

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
                with contextlib.suppress(StoreError):
                    if await self._settled_all():
                        return
                await asyncio.sleep(AGAIN_S)
        finally:
            self._catches_up = False

    async def _settled_all(self) -> bool:
        """One card that cannot be read keeps no other from being told. Raises StoreError."""
        whole = True
        for card in await self._database.read(untold.cards):
            try:
                await self.settle(card)
            except StoreError:
                whole = False
        return whole

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
        same outcome again promises nothing, unless it tells another time: who was promised a call
        may have been served since."""
        was = await self._says(before) if before.state == "saved" else NOTHING
        now = await self._says(after)
        if was.outcome and (now.outcome is None or now.number != was.number):
            self._withdraw(before, was)
            was = NOTHING
        if now.outcome == was.outcome:
            if now.wish != was.wish:
                then = self._told(was.wish, before.saved_at or before.created_at)
                await self._put_off(after, now, then, to)
        elif now.outcome == "later" and (talked := await self._talked_since(after)):
            self._say(to, talked)
        else:
            await self._promise(after, now, to)

    def _withdraw(self, card: messages.Card, says: Says) -> None:
        if promised := self._promised(card, says):
            by = AgentId(card.agent_name)
            self._runtime.submit(CallbackClosed(promised.id, "cancelled", by))

    async def _promise(
        self, card: messages.Card, says: Says, to: AgentId, *, anew: bool = False
    ) -> None:
        call, forgotten, in_vain = CallId(card.call), None, says.outcome == "in_vain"
        if not self._known(call):
            forgotten = await self._forgotten(card, in_vain=in_vain)
            if forgotten is None:
                return
        by, until = AgentId(card.agent_name), self._moment(says.wish)
        number = says.number or None
        self._runtime.submit(CallbackStillOwed(call, by, in_vain, forgotten, until, number, anew))
        if not in_vain:
            self._say(to, self._outcome(card, says))

    async def _put_off(
        self, card: messages.Card, says: Says, then: float | None, to: AgentId
    ) -> None:
        """The card tells its time in other words than before, when ``then`` was understood. Another
        time to come has been agreed on with the person: it holds also when the callback of the time
        before was closed, by hand or after its tries."""
        promised, until = self._promised(card, says), self._moment(says.wish)
        if until is not None and until == then:
            return
        if promised is None and (talked := await self._talked_since(card)):
            self._say(to, talked)
            return
        owed = self._owed(says.number) is not None
        if until is not None and not owed and not self._served(card, then, until):
            await self._promise(card, says, to, anew=True)
            return
        if promised is not None and until is not None:
            self._runtime.submit(CallbackPostponed(promised.id, until, AgentId(card.agent_name)))
        self._say(to, self._outcome(card, says))

    def _served(self, card: messages.Card, then: float | None, until: float) -> bool:
        """Somebody has talked with the person since, as whoever closed the callback says: only a
        later time than ``then`` is about another talk."""
        reached = any(
            settled.last_call == card.call
            and isinstance(settled.state, cb.Closed)
            and settled.state.result == "reached"
            for settled in self._runtime.router.recently_settled.values()
        )
        return reached and then is not None and until < then

    def _outcome(self, card: messages.Card, says: Says) -> Words:
        """What the list makes of somebody who wants to be called later, and of the time."""
        found = self._owed(says.number)
        if not says.number:
            return words("callback.no_number")
        if found is None:
            blocked = self._runtime.router.blocked.get(says.number)
            held = blocked is not None and blocked.holds(self._clock.now())
            return words("callback.blocked_number" if held else "callback.not_made")
        if found.last_call != card.call:
            return words("callback.owed_already")
        if found.urgent:
            return words("callback.urgent")
        if isinstance(found.state, cb.Dialing):
            return words("callback.being_dialled")
        at = found.state.not_before if isinstance(found.state, cb.Open) else self._clock.now()
        understood = not says.wish or self._moment(says.wish) is not None
        key = "callback.later" if understood else "callback.later_unclear"
        return words(key, at=at, text=says.wish)

    async def _says(self, card: messages.Card) -> Says:
        return says_of(card, await self._cards.scenario_of(card))

    def _moment(self, wish: str) -> float | None:
        """None: no time that is understood, or one that is over."""
        now = self._clock.now()
        at = self._told(wish, now)
        return at if at is not None and at > now else None

    def _told(self, wish: str, at: float) -> float | None:
        """The time that a wish meant when it was written down; None: none that is understood."""
        zone = self._runtime.router.centre.zone
        found = wanted_at(wish, local(at, zone)) if wish else None
        return moment_of(found, zone) if found else None

    async def _talked_since(self, card: messages.Card) -> Words | None:
        """That somebody talked with the person of a card after its call."""
        found = await self._database.read(lambda conn: contacts.talked_since(conn, card.call))
        if found is None:
            return None
        at, who = found
        name = self._names.get(AgentId(who), who) or "—"
        return words("callback.served_since", at=at, name=name)

    def _owed(self, number: str) -> Callback | None:
        router = self._runtime.router
        owed = router.owed.get(number)
        return router.callbacks[owed] if owed else None

    def _promised(self, card: messages.Card, says: Says) -> Callback | None:
        """What the talk of this card left owed, unless its person has called again since or is
        being dialled. An urgent one is closed by hand, with a reason."""
        found = self._owed(says.number)
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
