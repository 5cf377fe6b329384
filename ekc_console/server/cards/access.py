"""Cards and contacts by right: read and asked for in one step, and a trace of what is others'."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.rights import Right
from ekc_console.server.cards.looked import Looked
from ekc_console.server.cards.rights import ACTS, Rights, Standing, holder, rights
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.extras import CallExtras, Extras
from ekc_console.server.people.person import Person
from ekc_console.server.people.trail import Trail
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import scope as scope_of
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import cards as rows
from ekc_console.server.store.cards import clinics, contacts
from ekc_console.wire import messages

Reading = Literal["card", "contacts", "persons", "visits"]

LEAST_LETTERS = 3
"""A shorter search would list everybody."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A card, and what a person may do with it."""

    card: messages.Card
    rights: Rights
    mine: bool
    """Filled by this person, or of the call in hand: reading it leaves no trace."""


class CardAccess:
    def __init__(
        self, database: Database, router: Router, clock: Clock, extras: Extras, trail: Trail
    ) -> None:
        self._database = database
        self._trail = trail
        self._router = router
        self._clock = clock
        self._extras = extras
        self._looked = Looked()

    async def granted(self, person: Person, body: Any, card: str) -> Granted:
        """The ``card`` that a command names, for what the command does to it. Raises Refusal:
        ``unknown`` without such a card, ``not_allowed`` with the reason."""
        found = await self.of(person, card)
        found.rights.require(ACTS[type(body)])
        return found

    async def of(self, person: Person, card_id: str) -> Granted:
        """Raises Refusal (``unknown``); to who is bounded by clinics no card is there but theirs
        and that in hand, not even one that the person has filled."""
        found = await self._database.read(lambda conn: _place(conn, person, card_id))
        if found is None:
            raise Refusal("unknown", "card.none")
        card, queue, clinic = found
        in_hand = self._call_of(person) == card.call

        def reaches(right: Right) -> bool:
            scope = scope_of(self._router, person, right)
            filler = AgentId(card.agent_name)
            stood = scope.has_queue(QueueId(queue) if queue else None)
            return (
                stood
                or scope.has_clinic(clinic)
                or (person.may(right, "team") and scope.has_person(filler))
            )

        reads = reaches("read_cards")
        if person.of_clinics and not (reads or in_hand):
            raise Refusal("unknown", "card.none")
        standing = Standing(
            login=person.login,
            reads=reads,
            reads_own=person.may("read_cards"),
            edits=person.may("edit_cards") or _last_draft(person, card),
            mends=person.may("edit_cards", "team") and reaches("edit_cards"),
            visits=reaches("visits"),
            merges=person.may("merge_persons") and reaches("merge_persons"),
            holder=holder(self._router, card.call),
            on_screen=in_hand or card.id in self._shown(person),
            now=self._clock.now(),
            zone=self._router.centre.zone,
        )
        mine = in_hand or card.agent_name == person.login
        return Granted(card, rights(card, standing), mine)

    def holds(self, person: Person, card: messages.Card) -> bool:
        """The card's call, or its wrap-up, is this person's."""
        return holder(self._router, card.call) == person.login

    def scope(self, person: Person) -> contacts.Scope | None:
        """What a search may find; None: all contacts of the centre."""
        reach = scope_of(self._router, person, "read_cards")
        if reach.everything:
            return None
        if person.of_clinics:
            return contacts.Scope(person.login, clinics=tuple(reach.clinics))
        calls = tuple(contact.call for contact in self._beside(person).history)
        return contacts.Scope(
            person.login, tuple(reach.queues), unqueued=reach.unqueued, calls=calls
        )

    async def trace(
        self,
        person: Person,
        reading: Reading,
        *,
        card: str = "",
        search: str = "",
        found: int = 1,
    ) -> None:
        """Kept before anything is shown: what leaves no trace is not read."""
        await self._trail.kept(person.login, reading, about=card, search=search, found=found)

    async def trace_list(
        self, person: Person, reading: Reading, search: str, cards: Collection[str]
    ) -> None:
        """The ``cards`` that were found. What stands on the screen of a clinic's desk and is read
        again, without a search and with nothing new in it, leaves one trace an hour."""
        now = self._clock.now()
        stands = person.of_clinics and not search
        if not stands or self._looked.anew(person.login, reading, cards, now):
            await self.trace(person, reading, search=search, found=len(cards))
            if stands:
                self._looked.remember(person.login, reading, cards, now)

    def _call_of(self, person: Person) -> CallId | None:
        """Which the person has, is offered or is asked about."""
        agent = self._router.agents.get(person.login)
        call: CallId | None = getattr(agent.state, "call", None) if agent else None
        return call or (CallId(person.last_of) if person.last_of else None)

    def _shown(self, person: Person) -> set[str]:
        """Cards that stand on the person's screen beside the call."""
        beside = self._beside(person)
        earlier = {contact.card for contact in beside.history}
        return earlier | {visit.card for visit in beside.caller.home_visits}

    def _beside(self, person: Person) -> CallExtras:
        """Nothing is shown beside the last call of a role that serves nobody any more."""
        call = self._call_of(person) if person.may("serve") else None
        return self._extras.calls.get(call, CallExtras()) if call else CallExtras()


def _last_draft(person: Person, card: messages.Card) -> bool:
    """The wrap-up of the last call may be over before its card is saved."""
    return card.call == person.last_of and card.state == "draft"


def _place(
    conn: sqlite3.Connection, person: Person, card_id: str
) -> tuple[messages.Card, str | None, str] | None:
    """A card with the queue in which its call stood last and the clinic that it names. What is said
    of its person to who is bounded by clinics comes from cards within these bounds alone."""
    card = rows.card(conn, card_id)
    if card is None:
        return None
    if person.of_clinics and card.person:
        bounded = clinics.counted(conn, card.person, person.clinics)
        card = msgspec.structs.replace(card, person=bounded)
    return card, contacts.queue_of(conn, card.call), clinics.of_card(conn, card_id)


def require_no_digits(person: Person, text: str) -> None:
    """Raises Refusal: who sees no numbers must not find out one by searching for its digits."""
    if not person.sees_numbers and any(char.isdigit() for char in text):
        raise Refusal("not_allowed", "right.no_search_by_number")


def require_searchable(person: Person, text: str) -> None:
    """Raises Refusal, also for a search so short that it would list all contacts: those of a
    clinic are all there for its desk."""
    require_no_digits(person, text)
    if not person.of_clinics and sum(char.isalnum() for char in text) < LEAST_LETTERS:
        raise Refusal("bad_value", "search.too_short")
