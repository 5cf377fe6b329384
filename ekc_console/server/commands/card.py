"""Commands about the card of the call in hand, reading of cards, and the search."""

from __future__ import annotations

from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler
from ekc_console.server.live.views import Person
from ekc_console.wire import messages as wire


class CardCommands:
    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self.handlers: dict[type, Handler] = {
            wire.GetScenario: self._get_scenario,
            wire.OpenCard: self._open_card,
            wire.SaveDraft: self._save_draft,
            wire.SaveCard: self._save_card,
            wire.FindContacts: self._find,
        }

    async def _get_scenario(self, person: Person, body: wire.GetScenario) -> wire.ScenarioText:
        return await self._cards.scenario(body.scenario, body.version)

    async def _open_card(self, person: Person, body: wire.OpenCard) -> wire.Card:
        return await self._cards.open(person, body)

    async def _save_draft(self, person: Person, body: wire.SaveDraft) -> None:
        await self._cards.save_draft(person, body)

    async def _save_card(self, person: Person, body: wire.SaveCard) -> wire.Card:
        return await self._cards.save(person, body)

    async def _find(self, person: Person, body: wire.FindContacts) -> wire.Contacts:
        return await self._cards.find(person, body.text, body.limit)
