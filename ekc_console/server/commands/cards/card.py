"""Commands about the card of the call in hand, reading of cards, and the search."""

from __future__ import annotations

from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.cards.promises import Promises
from ekc_console.server.commands.handler import Handler
from ekc_console.server.people.person import Person
from ekc_console.wire import messages


class CardCommands:
    def __init__(self, cards: Cards, promises: Promises) -> None:
        self._cards = cards
        self._promises = promises
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
        try:
            return await self._cards.save(person, body, self._promises.settle)
        finally:  # a store that does not answer in time may have written it
            await self._promises.saved(body.card)

    async def _find(self, person: Person, body: messages.FindContacts) -> messages.Contacts:
        return await self._cards.find(person, body)
