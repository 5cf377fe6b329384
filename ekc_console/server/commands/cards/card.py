"""Commands about the card of the call in hand, reading of cards, and the search."""

from __future__ import annotations

from contextlib import suppress

from ekc_console.domain.facts import CallbackStillOwed
from ekc_console.domain.terms.ids import CallId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.person import Person
from ekc_console.wire import messages


class CardCommands:
    def __init__(self, cards: Cards, runtime: Runtime) -> None:
        self._cards = cards
        self._runtime = runtime
        self.handlers: dict[type, Handler] = {
            messages.GetScenario: self._get_scenario,
            messages.OpenCard: self._open_card,
            messages.SaveDraft: self._save_draft,
            messages.SaveCard: self._save_card,
            messages.FindContacts: self._find,
        }

    async def _get_scenario(
        self, person: Person, body: messages.GetScenario
    ) -> messages.ScenarioText:
        return await self._cards.scenario(body.scenario, body.version)

    async def _open_card(self, person: Person, body: messages.OpenCard) -> messages.Card:
        return await self._cards.open(person, body)

    async def _save_draft(self, person: Person, body: messages.SaveDraft) -> None:
        await self._cards.save_draft(person, body)

    async def _save_card(self, person: Person, body: messages.SaveCard) -> messages.Card:
        card = await self._cards.save(person, body)
        await self._tell_if_unsettled(person, card)
        return card

    async def _tell_if_unsettled(self, person: Person, card: messages.Card) -> None:
        """A call that is forgotten meanwhile, of a card finished much later, owes nobody a call."""
        scenario = await self._cards.scenario_of(card)
        how = scenario.unsettled.get(card.disposition) if scenario else None
        if how is not None:
            fact = CallbackStillOwed(CallId(card.call), person.login, how == "in_vain")
            with suppress(IllegalFact):
                self._runtime.submit(fact)

    async def _find(self, person: Person, body: messages.FindContacts) -> messages.Contacts:
        return await self._cards.find(person, body.text, body.limit)
