"""Cards beside the one of the call in hand: read, mended, linked to people; home visits.

What was changed and not saved yet stays here for the shift: a call that comes meanwhile takes
the screen and no work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

import structlog

from ekc_console.client.draft_sender import Request
from ekc_console.client.errors import Refused
from ekc_console.client.results import expect
from ekc_console.domain.scenario import MOSCOW, Field, Scenario
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import card_work as wire
from ekc_console.wire.messages import (
    Card,
    Contact,
    Contacts,
    GetScenario,
    OpenCard,
    ScenarioText,
)
from ekc_console.wire.work import PersonRecord

log = structlog.get_logger(__name__)


class CardEdit:
    """A card as it was read, and what is to be changed in it."""

    def __init__(self, card: Card, scenario: Scenario | None) -> None:
        """``scenario`` None: it cannot be read any more; the card is for reading only then."""
        self.card = card
        self.scenario = scenario
        self._fields: dict[str, str] = {}
        self._note: str | None = None
        self._disposition: str | None = None

    # -- what is ---------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        return bool(self._fields) or self._note is not None or self._disposition is not None

    @property
    def may_edit(self) -> bool:
        return self.card.may_edit and self.scenario is not None

    @property
    def fields(self) -> Mapping[str, Field]:
        return self.scenario.fields if self.scenario else {}

    @property
    def dispositions(self) -> Mapping[str, str]:
        return self.scenario.dispositions if self.scenario else {}

    @property
    def note(self) -> str:
        return self.card.note if self._note is None else self._note

    @property
    def disposition(self) -> str:
        return self.card.disposition if self._disposition is None else self._disposition

    def value(self, name: str) -> str:
        """Canonical, with the change in it."""
        return self._fields.get(name, self._stored(name))

    def is_changed(self, name: str) -> bool:
        return name in self._fields

    @property
    def note_changed(self) -> bool:
        return self._note is not None

    @property
    def disposition_changed(self) -> bool:
        return self._disposition is not None

    # -- changing --------------------------------------------------------------------

    def set_field(self, name: str, text: str, today: date) -> None:
        """Raises FieldError."""
        value = self.fields[name].parse(text, today)
        self._fields.pop(name, None)
        if value != self._stored(name):
            self._fields[name] = value

    def set_note(self, text: str) -> None:
        self._note = None if text == self.card.note else text

    def set_disposition(self, code: str) -> None:
        self._disposition = None if code == self.card.disposition else code

    def drop(self) -> None:
        """Take all changes back."""
        self._fields.clear()
        self._note = self._disposition = None

    def take(self, card: Card) -> None:
        """The card as it is now; changes that are in it already are no changes any more."""
        self.card = card
        self._fields = {n: v for n, v in self._fields.items() if v != self._stored(n)}
        if self._note is not None:
            self.set_note(self._note)
        if self._disposition is not None:
            self.set_disposition(self._disposition)

    def command(self) -> wire.EditCard:
        return wire.EditCard(
            card=self.card.id,
            revision=self.card.revision,
            fields=dict(self._fields),
            note=self._note,
            disposition=self._disposition,
        )

    def _stored(self, name: str) -> str:
        return str((self.card.session.get("fields") or {}).get(name, ""))


class OldCards:
    """Commands raise Offline without a link and Refused with the server's reason."""

    def __init__(self, request: Request, now: Callable[[], float]) -> None:
        self._request = request
        self._now = now
        self._edits: dict[str, CardEdit] = {}

    def begin(self) -> None:
        """Another person sits down here."""
        self._edits.clear()

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self._now(), MOSCOW).date()

    async def own(self) -> list[Contact]:
        """One's own contacts of today, newest first."""
        return list(expect(await self._request(wire.ListOwnContacts()), Contacts).contacts)

    async def read(self, card_id: str) -> CardEdit:
        """The card as it is now, with what was changed in it here and not saved."""
        card = expect(await self._request(OpenCard(card=card_id)), Card)
        kept = self._edits.get(card_id)
        if kept is not None and kept.changed:
            kept.take(card)
            return kept
        self._edits[card_id] = CardEdit(card, await self._scenario(card))
        return self._edits[card_id]

    async def save(self, edit: CardEdit) -> None:
        """Raises EkcError; what is to be changed stays then. When somebody else has changed the
        card meanwhile, theirs is taken underneath, and the next saving goes over it."""
        try:
            card = expect(await self._request(edit.command()), Card)
        except Refused as error:
            if error.code != "conflict":
                raise
            edit.take(expect(await self._request(OpenCard(card=edit.card.id)), Card))
            raise EkcError(
                error.message,
                _("Карточка обновлена, ваши изменения отмечены: сверьте и сохраните ещё раз."),
            ) from error
        edit.drop()
        edit.take(card)

    # -- people ----------------------------------------------------------------------

    async def persons(self, card_id: str, text: str = "") -> tuple[PersonRecord, ...]:
        """``text`` empty: those known at the card's number or by the name in the card."""
        body = wire.FindPersons(card=card_id, text=text)
        return expect(await self._request(body), wire.Persons).persons

    async def link(self, card_id: str, person: int) -> Card:
        """``person`` 0: nobody known."""
        return self._linked(await self._request(wire.LinkPerson(card=card_id, person=person)))

    async def add_person(
        self, card_id: str, name: str, birth_date: str = "", snils: str = "", oms: str = ""
    ) -> Card:
        body = wire.AddPerson(card=card_id, name=name, birth_date=birth_date, snils=snils, oms=oms)
        return self._linked(await self._request(body))

    def _linked(self, result: object) -> Card:
        card = expect(result, Card)  # type: ignore[arg-type]
        if kept := self._edits.get(card.id):
            kept.take(card)
        return card

    # -- home visits -------------------------------------------------------------------

    async def close_visit(
        self, card_id: str, state: Literal["done", "cancelled"], note: str
    ) -> None:
        await self._request(wire.CloseVisit(card=card_id, state=state, note=note))

    async def _scenario(self, card: Card) -> Scenario | None:
        """None when the server does not have it any more: the card is readable without."""
        wanted = GetScenario(scenario=card.scenario, version=card.version)
        try:
            found = expect(await self._request(wanted), ScenarioText)
            return Scenario.from_document(found.document)
        except EkcError as error:
            log.info("card without scenario", error=type(error).__name__)
            return None


def person_in(scenario: Scenario | None, values: Mapping[str, str]) -> dict[str, str]:
    """Name, birth_date, snils and oms of the person in a card's fields, the first of each type;
    of several dates the one that is called a birth date."""
    return dict(_person_in(scenario, values))


def _person_in(scenario: Scenario | None, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    fields = scenario.fields if scenario else {}
    for name, field in reversed(list(fields.items())):
        value = values.get(name, "")
        if not value:
            continue
        if field.type == "person":
            yield "name", value
        elif field.type == "date" and "birth" in name:
            yield "birth_date", value
        elif field.type in ("snils", "oms"):
            yield field.type, value
