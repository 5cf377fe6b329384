"""Commands about cards beside the call in hand: listed, reopened, changed."""

from __future__ import annotations

import datetime
import sqlite3

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.domain.router import Router
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.cards.cards import FIND_LIMIT, Cards
from ekc_console.server.cards.finished import CardError
from ekc_console.server.cards.rights import holder
from ekc_console.server.commands.cards.promises import Promises
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import card_drafts, card_edits, contacts
from ekc_console.server.store.cards import cards as rows
from ekc_console.wire import card_work, messages


class CardRequests:
    """``handlers``: by type of command."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        router: Router,
        cards: Cards,
        promises: Promises,
    ) -> None:
        self._database = database
        self._clock = clock
        self._router = router
        self._cards = cards
        self._promises = promises
        self.handlers: dict[type, Handler] = {
            card_work.EditCard: self._edit,
            card_work.KeepEdit: self._keep_edit,
            card_work.ListEdits: self._edits,
            card_work.ListOwnContacts: self._own,
        }

    # -- reopening -------------------------------------------------------------------

    async def _edit(self, person: Person, body: card_work.EditCard) -> messages.Card:
        card = (await self._cards.access.granted(person, body, body.card)).card
        scenario = await self._cards.scenario_of(card)
        if scenario is None:
            raise CardError("card.scenario_unreadable")
        body = await self._cards.arriving.real(person, card, body)
        state = self._changed_session(scenario, card, body)
        session = msgspec.to_builtins(state)
        disposition = card.disposition if body.disposition is None else body.disposition
        self._cards.require_finished(person, scenario, state, disposition)
        await self._promises.settle(card.id)
        now = self._clock.now()

        def write(conn: sqlite3.Connection) -> None:
            rows.edit_card(
                conn,
                card=card.id,
                login=person.login,
                revision=body.revision,
                session=session,
                note=card.note if body.note is None else body.note,
                disposition=disposition,
                at=now,
            )
            card_edits.finish(conn, card.id, person.login, body.edit, now)

        try:
            await self._database.write(write)
        except rows.CardChanged as error:
            raise self._cards.changed(error) from None
        finally:  # a store that does not answer in time may have written it
            await self._promises.saved(card.id)
        return await self._cards.shown(person, card.id)

    def _changed_session(
        self, scenario: sc.Scenario, card: messages.Card, body: card_work.EditCard
    ) -> sc.SessionState:
        """The card's session with the new values: parsed, its path kept sound."""
        session = sc.Session(
            scenario,
            msgspec.convert(card.session, sc.SessionState),
            self._router.centre.zone,
        )
        for name, value in body.fields.items():
            session.set_field(name, value, self._clock.now())
        return session.state

    async def _keep_edit(self, person: Person, body: card_work.KeepEdit) -> None:
        """Also of whoever filled the card and may not mend it any more: what was typed before the
        day was over is not lost."""
        granted = await self._cards.access.granted(person, body, body.edit.card)
        edit = await self._cards.arriving.real(person, granted.card, body.edit)
        try:
            await self._database.write(lambda conn: card_edits.keep(conn, person.login, edit))
        except card_edits.EditRefused as error:
            raise Refusal("conflict", error.key) from None

    async def _edits(self, person: Person, body: card_work.ListEdits) -> card_work.Edits:
        """With what was typed into saved cards whose calls are over. Who fills no cards any more
        has none to come back to."""
        if not person.may("edit_cards"):
            return card_work.Edits(edits=())

        def read(conn: sqlite3.Connection) -> list[tuple[messages.Contact, card_work.UnsavedEdit]]:
            edits = {edit.card: edit for edit in card_edits.of(conn, person.login)}
            for card in card_drafts.cards_of(conn, person.login):
                if edit := card_edits.beside(conn, card, person.login):
                    edits[card] = edit
            newest = sorted(edits.values(), key=lambda edit: edit.at, reverse=True)
            found = ((contacts.of_card(conn, edit.card), edit) for edit in newest)
            return [(contact, edit) for contact, edit in found if contact and not edit.empty]

        display = self._cards.display
        return card_work.Edits(
            edits=tuple(
                card_work.EditInfo(contact=display.contact(contact), edit=edit)
                for contact, edit in await self._database.read(read)
                if not self._in_hand(contact, person)
            ),
            unfinished=len(await self._unfinished(person)),
        )

    async def _own(self, person: Person, body: card_work.ListOwnContacts) -> messages.Contacts:
        if not person.may("edit_cards"):
            return messages.Contacts(contacts=())
        midnight = start_of(self._today(), self._router.centre.zone)
        found = {contact.call: contact for contact in await self._unfinished(person)}
        for contact in await self._database.read(
            lambda conn: contacts.own(conn, person.login, midnight, FIND_LIMIT)
        ):
            if contact.call not in found:
                found[contact.call] = msgspec.structs.replace(contact, unfinished=False)
        newest = sorted(found.values(), key=lambda contact: contact.at, reverse=True)
        return messages.Contacts(
            contacts=tuple(self._cards.display.contact(contact) for contact in newest)
        )

    async def _unfinished(self, person: Person) -> list[messages.Contact]:
        """The person's own, but for the one that is being filled in now."""
        found = await self._database.read(
            lambda conn: contacts.unfinished(conn, person.login, FIND_LIMIT)
        )
        return [contact for contact in found if not self._in_hand(contact, person)]

    def _in_hand(self, contact: messages.Contact, person: Person) -> bool:
        return holder(self._router, contact.call) == person.login

    def _today(self) -> datetime.date:
        return day_of(self._clock.now(), self._router.centre.zone)
