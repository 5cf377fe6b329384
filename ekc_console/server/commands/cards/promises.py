"""What saved cards say of people who are to be called, told to the core where it changes."""

from __future__ import annotations

from ekc_console.domain.facts import CallbackClosed, CallbackStillOwed, ForgottenCall
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.server.cards.cards import Cards
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import contacts
from ekc_console.wire import messages


class Promises:
    def __init__(self, cards: Cards, runtime: Runtime, database: Database) -> None:
        self._cards = cards
        self._runtime = runtime
        self._database = database

    async def saved(self, before: messages.Card, after: messages.Card) -> None:
        """A card was saved, by whomever: ``before`` is what was stored until then, with the login
        of who fills it. The same outcome again says nothing: who was promised a call may have been
        served since."""
        was = await self._unsettled(before) if before.state == "saved" else None
        now = await self._unsettled(after)
        if now == was:
            return
        by = AgentId(before.agent_name)
        if now is None:
            if promised := self._promised(before):
                self._runtime.submit(CallbackClosed(promised.id, "cancelled", by))
            return
        call, forgotten = CallId(before.call), None
        if not self._known(call):
            forgotten = await self._forgotten(before, in_vain=now == "in_vain")
            if forgotten is None:
                return
        self._runtime.submit(CallbackStillOwed(call, by, now == "in_vain", forgotten))

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
