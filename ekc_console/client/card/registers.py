"""The registers of the centre beside the cards: open home visits, records of people."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.client.card.draft_sender import Request
from ekc_console.client.card.scenario_shelf import scenario_of
from ekc_console.client.link.results import expect
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import card_work
from ekc_console.wire.card_work import PersonField
from ekc_console.wire.messages import Card, GetScenario, OpenCard, ScenarioText
from ekc_console.wire.side_work import PersonRecord


class Registers:
    """Commands raise Offline without a link and Refused with the server's reason."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def visits(self, text: str = "", limit: int = 500) -> card_work.Visits:
        """Open ones, the oldest first; ``text``: words and digits that they must hold."""
        body = card_work.ListVisits(text=text, limit=limit)
        return expect(await self._request(body), card_work.Visits)

    async def give_visit(self, card_id: str, clinic: str) -> None:
        """To the desk of a clinic, by its title. Raises EkcError where the card's scenario has no
        field for one."""
        card = expect(await self._request(OpenCard(card=card_id)), Card)
        wanted = GetScenario(scenario=card.scenario, version=card.version)
        fields = scenario_of(expect(await self._request(wanted), ScenarioText)).fields
        values = card.session.get("fields") or {}
        names = [name for name, field in fields.items() if field.type == "clinic"]
        if not names:
            raise EkcError(
                _("В сценарии этой карточки поликлиника не указывается."),
                _("Передайте вызов врача по телефону и закройте его."),
            )
        name = next((one for one in names if values.get(one)), names[0])
        await self._request(
            card_work.EditCard(card=card_id, revision=card.revision, fields={name: clinic})
        )

    async def person(self, card: str) -> card_work.Person:
        """Whom a card is about."""
        return await self._person(card_work.OpenPerson(card=card))

    async def correct(
        self, card: str, record: PersonRecord, field: PersonField, text: str
    ) -> card_work.Person:
        """``record`` as it was read; ``text`` as typed."""
        return await self._person(
            card_work.CorrectPerson(
                card=card, person=record.id, revision=record.revision, fields={field: text}
            )
        )

    async def merge(
        self, card: str, kept: PersonRecord, other: PersonRecord, take: Sequence[PersonField]
    ) -> card_work.Person:
        """Both as they were read; ``take``: fields whose value is the other one's."""
        return await self._person(
            card_work.MergePersons(
                card=card,
                person=kept.id,
                revision=kept.revision,
                other=other.id,
                other_revision=other.revision,
                take=tuple(take),
            )
        )

    async def undo_merge(self, card: str, merge: int) -> card_work.Person:
        return await self._person(card_work.UndoMerge(card=card, merge=merge))

    async def _person(self, body: card_work.CardWorkCommand) -> card_work.Person:
        return expect(await self._request(body), card_work.Person)
