"""Commands about the people whom cards are about: found, linked, recorded, corrected, merged."""

from __future__ import annotations

import collections
import sqlite3
from collections.abc import Callable
from typing import Any

from ekc_console.domain.router import Router
from ekc_console.domain.scenario import fields
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import WordsError
from ekc_console.server.cards.access import Granted, require_searchable
from ekc_console.server.cards.beside import BesideCalls
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import cards as rows
from ekc_console.server.store.cards import person_duplicates, person_records, persons
from ekc_console.server.store.cards.person_records import Change, Merge
from ekc_console.server.store.cards.persons import NewPerson
from ekc_console.wire import card_work, messages
from ekc_console.wire.card_work import PERSON_FIELDS, PersonField
from ekc_console.wire.side_work import PersonRecord

OFFERED_KEPT = 200
"""So many of the people who were found last can be linked."""
_TYPES: dict[PersonField, fields.FieldType] = {
    "name": "person",
    "birth_date": "date",
    "snils": "snils",
    "oms": "oms",
}

_BY = {
    "person.changed": "person.changed_by",
    "person.changed_since_merge": "person.changed_since_merge_by",
}
"""With who it was."""


class PersonRequests:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        router: Router,
        cards: Cards,
        beside: BesideCalls,
    ) -> None:
        self._database = database
        self._clock = clock
        self._router = router
        self._cards = cards
        self._beside = beside
        self._offered: dict[AgentId, collections.deque[int]] = {}
        """People who were found, by who has looked for them."""
        self.handlers: dict[type, Handler] = {
            card_work.FindPersons: self._find,
            card_work.LinkPerson: self._link,
            card_work.AddPerson: self._add,
            card_work.OpenPerson: self._open,
            card_work.CorrectPerson: self._correct,
            card_work.MergePersons: self._merge,
            card_work.UndoMerge: self._undo,
        }

    # -- whom a card is about --------------------------------------------------------

    async def _find(self, person: Person, body: card_work.FindPersons) -> card_work.Persons:
        card = (await self._cards.access.granted(person, body, body.card)).card
        if body.text.strip():
            require_searchable(person, body.text)
        name = await self._name_in(card)

        def read(conn: sqlite3.Connection) -> list[PersonRecord]:
            if body.text.strip():
                return persons.find(conn, body.text)
            known = persons.of_number(conn, card.number)
            return known + [p for p in persons.find(conn, name) if p not in known]

        found = await self._database.read(read)
        self._offer(person, found)
        await self._cards.access.trace(
            person, "persons", card=card.id, search=body.text.strip(), found=len(found)
        )
        return card_work.Persons(persons=tuple(found))

    async def _name_in(self, card: messages.Card) -> str:
        """The first person's name that is filled in, of who only calls after all others; "" when
        there is none."""
        scenario = await self._cards.scenario_of(card)
        values = card.session.get("fields") or {}
        shapes = scenario.fields.values() if scenario else ()
        named = sorted((s for s in shapes if s.type == "person"), key=lambda shape: shape.caller)
        names = (values.get(shape.name, "") for shape in named)
        return next((str(name) for name in names if name), "")

    async def _link(self, person: Person, body: card_work.LinkPerson) -> messages.Card:
        """Of those who were shown, also under an id that was merged into another since: by
        counting numbers nobody walks through the register."""
        card = (await self._cards.access.granted(person, body, body.card)).card
        wanted, known = await self._database.read(
            lambda conn: (persons.current(conn, body.person), persons.of_number(conn, card.number))
        )
        shown = {item.id for item in known} | set(self._offered.get(person.login, ()))
        if card.person:
            shown.add(card.person.id)
        if body.person and not shown & {body.person, wanted}:
            raise Refusal("not_allowed", "person.choose")
        return await self._relink(person, card, lambda conn: body.person or None)

    def _offer(self, person: Person, found: list[PersonRecord]) -> None:
        offered = self._offered.setdefault(person.login, collections.deque(maxlen=OFFERED_KEPT))
        offered.extend(item.id for item in found)

    async def _add(self, person: Person, body: card_work.AddPerson) -> messages.Card:
        card = (await self._cards.access.granted(person, body, body.card)).card
        now = self._clock.now()
        new = NewPerson(
            name=self._value("name", body.name),
            birth_date=self._value("birth_date", body.birth_date),
            snils=self._value("snils", body.snils),
            oms=self._value("oms", body.oms),
        )
        try:
            return await self._relink(
                person, card, lambda conn: persons.add(conn, new, now, person.login)
            )
        except persons.PersonTaken as error:
            raise self._taken(person, error) from None

    def _value(self, field: PersonField, text: str) -> str:
        """Canonical; only a name may not be empty. Raises FieldError."""
        if not text.strip() and field != "name":
            return ""
        today = day_of(self._clock.now(), self._router.centre.zone)
        return fields.parse(_TYPES[field], text, today, when="birth")

    @staticmethod
    def _taken(person: Person, error: persons.PersonTaken) -> WordsError:
        """Who must not see numbers does not learn whose they are."""
        if person.sees_numbers:
            return error
        return Refusal("bad_value", "person.taken", document=error.values["document"])

    async def _relink(
        self, person: Person, card: messages.Card, whom: Callable[[sqlite3.Connection], int | None]
    ) -> messages.Card:
        now = self._clock.now()
        await self._database.write(
            lambda conn: rows.link_person(conn, card.id, whom(conn), now, person.login)
        )
        await self._beside.person_linked(CallId(card.call), card.number)
        return await self._cards.shown(person, card.id)

    # -- their records ---------------------------------------------------------------

    async def _open(self, person: Person, body: card_work.OpenPerson) -> card_work.Person:
        granted = await self._cards.access.granted(person, body, body.card)
        if granted.card.person is None:
            raise Refusal("unknown", "person.not_linked")
        if not granted.mine:
            await self._cards.access.trace(person, "persons", card=body.card)
        return await self._shown(person, granted)

    async def _correct(self, person: Person, body: card_work.CorrectPerson) -> card_work.Person:
        old = await self._linked(person, body, body.person)
        typed = {name: self._value(name, text) for name, text in body.fields.items()}
        new = NewPerson(**{name: typed.get(name, getattr(old, name)) for name in PERSON_FIELDS})
        now = self._clock.now()
        await self._change(
            person,
            lambda conn: person_records.correct(
                conn, old.id, body.revision, new, now, person.login
            ),
        )
        return await self._changed(person, body.card, {old.id})

    async def _merge(self, person: Person, body: card_work.MergePersons) -> card_work.Person:
        kept = await self._linked(person, body, body.person)
        ends = (kept.id, body.revision), (body.other, body.other_revision)
        now = self._clock.now()
        await self._change(
            person,
            lambda conn: person_records.merge(conn, *ends, body.take, now, person.login),
        )
        return await self._changed(person, body.card, {kept.id, body.other})

    async def _undo(self, person: Person, body: card_work.UndoMerge) -> card_work.Person:
        kept = await self._linked(person, body)
        last = await self._database.read(lambda conn: person_records.last_merge(conn, kept.id))
        if last is None or last.id != body.merge:
            raise Refusal("conflict", "person.merge_over")
        now = self._clock.now()
        await self._change(
            person, lambda conn: person_records.undo(conn, last.id, now, person.login)
        )
        return await self._changed(person, body.card, {kept.id, last.other})

    async def _linked(self, person: Person, body: Any, wanted: int | None = None) -> PersonRecord:
        """Whom the card of a command is about. Raises Refusal, ``conflict`` when it is another one
        than the ``wanted``."""
        about = (await self._cards.access.granted(person, body, body.card)).card.person
        if about is None or wanted not in (None, about.id):
            raise Refusal("conflict", "person.another")
        return about

    async def _change(self, person: Person, write: Callable[[sqlite3.Connection], object]) -> None:
        try:
            await self._database.write(write)
        except persons.PersonTaken as error:
            raise self._taken(person, error) from None
        except person_records.PersonChanged as error:
            raise self._who_changed(error) from None

    def _who_changed(self, error: person_records.PersonChanged) -> Refusal:
        if error.last is None:
            return Refusal("conflict", error.key)
        name = self._cards.display.name(error.last.login)
        return Refusal("conflict", _BY[error.key], name=name, at=error.last.at)

    async def _changed(self, person: Person, card: str, ids: set[int]) -> card_work.Person:
        await self._beside.persons_changed(ids)
        return await self._shown(person, await self._cards.access.of(person, card))

    async def _shown(self, person: Person, granted: Granted) -> card_work.Person:
        about = granted.card.person
        assert about is not None
        may_merge = granted.rights.may("merge")

        def read(conn: sqlite3.Connection) -> tuple[list[Change], Merge | None, list[PersonRecord]]:
            if person.of_clinics:
                return [], None, []  # it tells of others, and of cards of other clinics
            changes = person_records.changes(conn, about.id)
            if not may_merge:
                return changes, None, []
            last = person_records.last_merge(conn, about.id)
            return changes, last, person_duplicates.of(conn, about)

        changes, last, duplicates = await self._database.read(read)
        return card_work.Person(
            record=about,
            changes=tuple(self._cards.display.person_change(one) for one in changes),
            duplicates=tuple(duplicates),
            may_correct=granted.rights.may("correct"),
            may_merge=may_merge,
            why_not=granted.rights.reason("correct"),
            merge=last.id if last else 0,
            merged=last.name if last else "",
        )
