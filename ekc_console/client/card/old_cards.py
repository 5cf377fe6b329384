"""Cards beside the one of the call in hand: read, mended, linked to people; home visits.

What was changed and not saved yet is kept at every field, on this machine and at the server: a
call that comes meanwhile, a lost link or a killed console takes no work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import date, tzinfo
from typing import Literal

import msgspec
import structlog

from ekc_console.client.card.draft_sender import DraftSender, Request
from ekc_console.client.card.scenario_shelf import scenario_of
from ekc_console.client.link.errors import Refused
from ekc_console.client.link.results import expect
from ekc_console.domain.scenario import Field, Scenario
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import card_work
from ekc_console.wire.card_work import UnsavedEdit
from ekc_console.wire.messages import (
    Card,
    Contact,
    Contacts,
    GetScenario,
    OpenCard,
    ScenarioText,
)
from ekc_console.wire.side_work import PersonRecord

log = structlog.get_logger(__name__)

SETTLE_S = 5.0
"""Longest wait for what an earlier console has left on this machine to come to the server."""


class CardEdit:
    """A card as it was read, and what is to be changed in it."""

    def __init__(
        self,
        card: Card,
        scenario: Scenario | None,
        on_change: Callable[[CardEdit], None] = lambda _edit: None,
    ) -> None:
        """``scenario`` None: it cannot be read any more; the card is for reading only then.

        ``on_change`` is called at every change of what is unsaved.
        """
        self.card = card
        self.scenario = scenario
        self.revision = 0
        """Of what is unsaved; the highest that is known, also of one that is over."""
        self.base = card.revision
        """Revision of the card that was changed."""
        self.at = 0.0
        """When something was changed last."""
        self._on_change = on_change
        self._fields: dict[str, str] = {}
        self._note: str | None = None
        self._disposition: str | None = None

    # -- what is ---------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        return bool(self._fields) or self._note is not None or self._disposition is not None

    @property
    def savable(self) -> bool:
        """There is something to save: a change, or a card that was never saved and has its
        disposition."""
        return self.changed or (self.may_edit and self.unfinished and bool(self.disposition))

    @property
    def unfinished(self) -> bool:
        """The card was never saved."""
        return self.card.state == "draft"

    @property
    def overtaken(self) -> tuple[str, float] | None:
        """Who has saved the card after what is unsaved here was begun, and when."""
        if not self.changed or self.base == self.card.revision:
            return None
        if self.card.changes:
            return self.card.changes[0].agent_name, self.card.changes[0].at
        return self.card.agent_name, self.card.saved_at or self.card.created_at

    @property
    def unsaved(self) -> UnsavedEdit:
        return UnsavedEdit(
            card=self.card.id,
            revision=self.revision,
            base=self.base,
            at=self.at,
            fields=dict(self._fields),
            note=self._note,
            disposition=self._disposition,
        )

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
        return self._fields.get(name, self.stored(name))

    def stored(self, name: str) -> str:
        """As it stands in the card."""
        return str((self.card.session.get("fields") or {}).get(name, ""))

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
        if value == self.value(name):
            return
        self._fields.pop(name, None)
        if value != self.stored(name):
            self._fields[name] = value
        self._on_change(self)

    def set_note(self, text: str) -> None:
        if text != self.note:
            self._note = None if text == self.card.note else text
            self._on_change(self)

    def set_disposition(self, code: str) -> None:
        if code != self.disposition:
            self._disposition = None if code == self.card.disposition else code
            self._on_change(self)

    def drop(self) -> None:
        """Take all changes back."""
        if self.changed:
            self._clear()
            self.base = self.card.revision
            self._on_change(self)

    def go_on(self) -> None:
        """What somebody else has saved meanwhile is known: saving goes over it."""
        if self.base != self.card.revision:
            self.base = self.card.revision
            self._on_change(self)

    def saved(self, card: Card) -> None:
        """All of it is in the card."""
        self._clear()
        self.take(card)

    def take(self, card: Card) -> None:
        """The card as it is now; changes that are in it already are no changes any more."""
        had = self.changed
        self.card = card
        self._fields = {n: v for n, v in self._fields.items() if v != self.stored(n)}
        if self._note == card.note:
            self._note = None
        if self._disposition == card.disposition:
            self._disposition = None
        if not self.changed:
            self.base = card.revision
            if had:
                self._on_change(self)

    def resume(self, edit: UnsavedEdit) -> None:
        """Take up what was kept, unless what is here is as new. A field that the scenario does not
        have any more goes into the note: nothing that was typed is lost."""
        if edit.revision <= self.revision:
            return
        self.revision, self.at = edit.revision, edit.at
        self._clear()
        if edit.empty:
            self.base = self.card.revision
            return
        self.base = edit.base
        known = self.fields if self.scenario else edit.fields
        self._fields = {n: v for n, v in edit.fields.items() if n in known}
        self._note, self._disposition = edit.note, edit.disposition
        if homeless := [f"{n}: {v}" for n, v in edit.fields.items() if n not in known]:
            self._note = "\n".join([self.note, *homeless]).strip()
        self.take(self.card)

    def _clear(self) -> None:
        self._fields.clear()
        self._note = self._disposition = None

    def command(self) -> card_work.EditCard:
        return card_work.EditCard(
            card=self.card.id,
            revision=self.card.revision,
            fields=dict(self._fields),
            note=self._note,
            disposition=self._disposition,
            edit=self.revision,
        )


class OldCards:
    """Commands raise Offline without a link and Refused with the server's reason."""

    def __init__(
        self, request: Request, now: Callable[[], float], zone: Callable[[], tzinfo]
    ) -> None:
        self._request = request
        self._now = now
        self._zone = zone
        self._sender: DraftSender[UnsavedEdit] | None = None
        self._edits: dict[str, CardEdit] = {}

    def begin(self, sender: DraftSender[UnsavedEdit]) -> None:
        """A shift begins; what is changed and not saved is kept through ``sender``."""
        self._sender = sender
        self._edits.clear()

    @property
    def changed(self) -> bool:
        """Something was changed at this console and is not saved."""
        return any(edit.changed for edit in self._edits.values())

    @property
    def today(self) -> date:
        return day_of(self._now(), self._zone())

    async def own(self) -> list[Contact]:
        """One's own contacts of today and those that are unfinished, newest first."""
        return list(expect(await self._request(card_work.ListOwnContacts()), Contacts).contacts)

    async def read(self, card_id: str) -> CardEdit:
        """The card as it is now, with what one has changed in it, here or elsewhere, and not
        saved."""
        sender = self._require_sender()
        # Taken before the question: the answer may be older than an edit sent meanwhile.
        before = sender.draft(card_id)
        card = expect(await self._request(OpenCard(card=card_id)), Card)
        edit = self._edits.get(card_id)
        mine = edit.unsaved if edit and edit.changed else None
        if edit is None or not mine or _script(edit.card) != _script(card):
            scenario = await self._scenario(card)
            edit = self._edits[card_id] = CardEdit(card, scenario, self._keep)
        else:
            edit.take(card)
        for kept in (mine, card.unsaved, before, sender.draft(card_id)):
            if kept is not None:
                edit.resume(kept)
        return edit

    async def unsaved(self) -> tuple[card_work.EditInfo, ...]:
        """One's own unsaved edits, the last changed first: also those of a killed console."""
        try:
            async with asyncio.timeout(SETTLE_S):
                await self._require_sender().settled()
        except TimeoutError:
            log.info("unsaved edits not all sent")
        return expect(await self._request(card_work.ListEdits()), card_work.Edits).edits

    def _keep(self, edit: CardEdit) -> None:
        edit.revision += 1
        edit.at = self._now()
        self._require_sender().put(edit.unsaved)

    def _require_sender(self) -> DraftSender[UnsavedEdit]:
        if self._sender is None:
            raise EkcError(_("Вход не выполнен."), _("Войдите с логином и паролем."))
        return self._sender

    async def save(self, edit: CardEdit) -> None:
        """Raises EkcError; what is to be changed stays then. When somebody else has changed the
        card meanwhile, theirs is taken underneath, and the next saving goes over it."""
        command = edit.command()
        try:
            card = expect(await self._request(command), Card)
        except Refused as error:
            if error.code != "conflict":
                raise
            edit.take(expect(await self._request(OpenCard(card=edit.card.id)), Card))
            edit.go_on()
            raise EkcError(
                error.message,
                _("Карточка обновлена, ваши изменения отмечены: сверьте и сохраните ещё раз."),
            ) from error
        self._require_sender().saved(card.id, command.edit)
        if edit.revision == command.edit:
            edit.saved(card)
        else:  # changed again meanwhile
            edit.take(card)
            edit.go_on()

    # -- people ----------------------------------------------------------------------

    async def persons(self, card_id: str, text: str = "") -> tuple[PersonRecord, ...]:
        """``text`` empty: those known at the card's number or by the name in the card."""
        body = card_work.FindPersons(card=card_id, text=text)
        return expect(await self._request(body), card_work.Persons).persons

    async def link(self, card_id: str, person: int) -> Card:
        """``person`` 0: nobody known."""
        return self._linked(await self._request(card_work.LinkPerson(card=card_id, person=person)))

    async def add_person(
        self, card_id: str, name: str, birth_date: str = "", snils: str = "", oms: str = ""
    ) -> Card:
        body = card_work.AddPerson(
            card=card_id, name=name, birth_date=birth_date, snils=snils, oms=oms
        )
        return self._linked(await self._request(body))

    def _linked(self, result: object) -> Card:
        card = expect(result, Card)  # type: ignore[arg-type]
        if kept := self._edits.get(card.id):
            kept.take(card)
        return card

    def take_person(self, card_id: str, person: PersonRecord) -> None:
        """What is known of the person of a card was changed here."""
        if kept := self._edits.get(card_id):
            kept.card = msgspec.structs.replace(kept.card, person=person)

    # -- home visits -------------------------------------------------------------------

    async def close_visit(
        self, card_id: str, state: Literal["done", "cancelled"], note: str
    ) -> None:
        await self._request(card_work.CloseVisit(card=card_id, state=state, note=note))

    async def _scenario(self, card: Card) -> Scenario | None:
        """None when the server does not have it any more: the card is readable without."""
        wanted = GetScenario(scenario=card.scenario, version=card.version)
        try:
            return scenario_of(expect(await self._request(wanted), ScenarioText))
        except EkcError as error:
            log.info("card without scenario", error=type(error).__name__)
            return None


def _script(card: Card) -> tuple[str, str]:
    return card.scenario, card.version


def person_in(scenario: Scenario | None, values: Mapping[str, str]) -> dict[str, str]:
    """Name, birth_date, snils and oms of the person in a card's fields, the first of each type,
    who only calls after all others; of several dates the one that is called a birth date."""
    return dict(_person_in(scenario, values))


def _person_in(scenario: Scenario | None, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    fields = scenario.fields if scenario else {}
    in_order = sorted(fields.items(), key=lambda each: each[1].caller)
    for name, field in reversed(in_order):
        value = values.get(name, "")
        if not value:
            continue
        if field.type == "person":
            yield "name", value
        elif field.type == "date" and "birth" in name:
            yield "birth_date", value
        elif field.type in ("snils", "oms"):
            yield field.type, value
