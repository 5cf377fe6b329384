"""Cards of contacts: a draft for every call, saved when the operator says so."""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
import weakref
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.domain.router import Router
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.server.cards.access import CardAccess, require_searchable
from ekc_console.server.cards.arriving import Arriving
from ekc_console.server.cards.display import CardDisplay
from ekc_console.server.cards.finished import CardError, require_finished
from ekc_console.server.cards.rights import moved_on
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.extras import Extras
from ekc_console.server.people.person import Person
from ekc_console.server.people.trail import Trail
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios, services
from ekc_console.server.store.calls.menu_results import MenuResult
from ekc_console.server.store.cards import (
    callers,
    card_changes,
    card_drafts,
    card_edits,
    contacts,
    visits,
)
from ekc_console.server.store.cards import cards as rows
from ekc_console.server.store.cards import clinics as names_of_clinics
from ekc_console.wire import messages, side_work

FALLBACK_SCRIPT = "general"
CALLBACK_SCRIPT = "callback"
OUTGOING_SCRIPT = "outgoing"
"""Whom we call hears first who we are. It leads on to the script of the topic."""
FIND_LIMIT = 200
HISTORY = 20
MOST_REVISIONS = 10**9
"""Nobody types so much; a higher number would leave no room for the next change."""


class Cards:
    def __init__(
        self,
        database: Database,
        router: Router,
        clock: Clock,
        scripts: Mapping[str, sc.Scenario],
        script_of_topic: Mapping[str, str],
        topics: Mapping[str, str],
        clinics: Mapping[str, str],
        extras: Extras,
        trail: Trail,
    ) -> None:
        self._database = database
        self._router = router
        self._clock = clock
        self._scripts = scripts
        self._script_of_topic = script_of_topic
        self._topics = topics
        """Code to title."""
        self._clinics = clinics
        """Id to title."""
        self.display = CardDisplay(scripts, topics, clinics, extras)
        self.arriving = Arriving(database, self._script)
        self.access = CardAccess(database, router, clock, extras, trail)
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def remember_scripts(self) -> None:
        """Keep the documents in force, so that an old card can always be read with its own; and
        the names of clinics, so that it stays theirs."""
        documents = [(s.id, s.version, s.to_document()) for s in self._scripts.values()]

        def write(conn: Any) -> None:
            for scenario, version, document in documents:
                scenarios.remember(conn, scenario, version, document)
            names_of_clinics.remember(conn, self._clinics)

        await self._database.write(write)

    async def begin(self, call: CallId, agent: AgentId, menu: MenuResult) -> str:
        """The draft for a call that an agent takes: made once, then handed to whoever has the
        call; for one that has just ended when it could not be made before. Returns the card's id.
        Raises StoreError."""
        record = self._router.calls.get(call) or self._router.recently_ended[call]
        name, known = self._script_name(record.topic, menu.script), _known(menu, record.number)
        if record.direction == "out":
            name = self._script_of_ours(record) or name
            known = {**known, **self._owed(record.callback)}
        script = self._scripts[name]
        zone = self._router.centre.zone
        session = sc.Session.start(script, self._clock.now(), known, zone=zone)
        card = rows.NewCard(
            id=f"card-{call}",
            call=call,
            number=record.number or "",
            topic=record.topic,
            scenario=script.id,
            version=script.version,
            session=msgspec.to_builtins(session.state),
            agent=agent,
            created_at=self._clock.now(),
        )
        await self._database.write(lambda conn: rows.create_draft(conn, card))
        return card.id

    async def of(self, call: CallId) -> str:
        """The id of a call's card; empty when it has none."""
        card = await self._database.read(lambda conn: rows.card_by_call(conn, call))
        return card.id if card else ""

    async def open(self, person: Person, body: messages.OpenCard) -> messages.Card:
        """Raises Refusal without the right; reading another's card leaves a trace."""
        granted = await self.access.granted(person, body, body.card)
        if not granted.mine:
            await self.access.trace(person, "card", card=body.card)
        return await self.shown(person, body.card)

    async def shown(self, person: Person, card_id: str, *, as_saved: bool = False) -> messages.Card:
        """A card as this person sees it, who has the right already; ``as_saved``: without what is
        typed into it meanwhile."""
        granted = await self.access.of(person, card_id)
        card, mine = granted.card, granted.card.agent_name == person.login
        in_hand = self.access.holds(person, card)

        def read(conn: sqlite3.Connection) -> tuple[messages.Card, list[card_changes.Change]]:
            unsaved = card_edits.get(conn, card.id, person.login)
            beside = card_drafts.get(conn, card.id) if mine else None
            if beside and not in_hand:
                unsaved = card_drafts.as_edit(card, beside, unsaved)
            filled = card
            if beside and in_hand and not as_saved:
                filled = card_drafts.in_hand(card, beside)
            visit = visits.get(conn, card.id)
            called = services.of(conn, card.call)
            found = msgspec.structs.replace(filled, visit=visit, unsaved=unsaved, services=called)
            changes = card_changes.of(conn, card.id)
            # Whom it was taken to be about may be known from cards of other clinics alone.
            return found, card_changes.unlinked(changes) if person.of_clinics else changes

        found, changes = await self._database.read(read)
        scenario = await self.scenario_of(found)
        return msgspec.structs.replace(
            self.display.card(found, scenario, changes),
            may_edit=granted.rights.may("edit"),
            may_link=granted.rights.may("link"),
            why_not=granted.rights.reason("edit"),
        )

    async def scenario_of(self, card: messages.Card) -> sc.Scenario | None:
        """By which a card was filled; None when it cannot be read any more."""
        return await self._script(card.scenario, card.version)

    async def _script(self, scenario: str, version: str) -> sc.Scenario | None:
        script = self._scripts.get(scenario)
        if script is not None and script.version == version:
            return script
        document = await self._database.read(lambda conn: scenarios.get(conn, scenario, version))
        try:
            return sc.scenario_from_document(document) if document else None
        except EkcError:
            return None

    # -- at the desk -----------------------------------------------------------------

    async def save_draft(self, person: Person, body: messages.SaveDraft) -> None:
        """Raises Refusal without the right, CardError for a session that is none."""
        async with self._turn(body.card):
            card = (await self.access.granted(person, body, body.card)).card
            body = await self.arriving.real(person, card, body)
            state = self._state(card, body)
            await self.arriving.require_decided(person, card, state)
            if (state.scenario, state.version) != (card.scenario, card.version):
                await self._required_script(state)
            at = self._clock.now()

            def write(conn: sqlite3.Connection) -> None:
                rows.save_draft(
                    conn,
                    card=body.card,
                    agent=person.login,
                    revision=body.revision,
                    scenario=state.scenario,
                    version=state.version,
                    session=msgspec.to_builtins(state),
                    note=body.note,
                    disposition=body.disposition,
                    at=at,
                    edits=body.edits,
                )

            await self._write(write)

    async def save(
        self, person: Person, body: messages.SaveCard, first: Callable[[str], Awaitable[None]]
    ) -> messages.Card:
        """As the person sees it saved; ``first`` is done in the card's turn, before. Raises Refusal
        without the right, EkcError that names what is wrong in the card."""
        async with self._turn(body.card):
            await first(body.card)
            card = (await self.access.granted(person, body, body.card)).card
            body = await self.arriving.real(person, card, body)
            state = self._state(card, body)
            await self.arriving.require_decided(person, card, state)
            script = await self._required_script(state)
            self.require_finished(person, script, state, body.disposition)
            saved_at = self._clock.now()

            def write(conn: sqlite3.Connection) -> None:
                rows.save_card(
                    conn,
                    card=body.card,
                    agent=person.login,
                    revision=body.revision,
                    scenario=state.scenario,
                    version=state.version,
                    session=msgspec.to_builtins(state),
                    note=body.note,
                    disposition=body.disposition,
                    saved_at=saved_at,
                    edits=body.edits,
                )

            await self._write(write)
            return await self.shown(person, body.card, as_saved=True)

    def require_finished(
        self, person: Person, script: sc.Scenario, state: sc.SessionState, disposition: str
    ) -> None:
        """See :func:`ekc_console.server.cards.finished.require_finished`; today is the centre's."""
        zone = self._router.centre.zone
        today = day_of(self._clock.now(), zone)
        require_finished(person, script, state, disposition, today, zone)

    def _turn(self, card: str) -> asyncio.Lock:
        """Commands about one card are done in the order in which they came."""
        return self._turns.setdefault(card, asyncio.Lock())

    async def _required_script(self, state: sc.SessionState) -> sc.Scenario:
        """The scenario by which a console has filled the card. Raises CardError."""
        if (script := await self._script(state.scenario, state.version)) is not None:
            return script
        if (script := self._scripts.get(state.scenario)) is None:
            raise CardError("card.no_such_scenario", scenario=state.scenario)
        raise CardError("card.no_such_version", version=state.version, scenario=script.title)

    async def require_saved(self, call: CallId, agent: AgentId) -> None:
        """Raises CardError when the call's card is still a draft and its queue demands one of
        this agent."""
        record = self._router.calls.get(call) or self._router.recently_ended.get(call)
        if record is not None and moved_on(record, agent):
            return  # given away: the card goes with the caller
        settings = self._router.queues.get(record.queue) if record and record.queue else None
        if settings is None or not settings.wrap_up.startswith("mandatory"):
            return

        def unsaved(conn: sqlite3.Connection) -> bool:
            card = rows.card_by_call(conn, call)
            if card is None:
                return False
            return card.state != "saved" or card_drafts.get(conn, card.id) is not None

        if await self._database.read(unsaved):
            raise CardError("card.not_saved")

    async def scenario(self, scenario: str, version: str) -> messages.ScenarioText:
        script = self._scripts.get(scenario)
        if script is not None and version in ("", script.version):
            return messages.ScenarioText(
                scenario=scenario, version=script.version, document=script.to_document()
            )
        document = await self._database.read(lambda conn: scenarios.get(conn, scenario, version))
        if document is None:
            raise CardError("card.no_such_scenario", scenario=scenario)
        return messages.ScenarioText(scenario=scenario, version=version, document=document)

    async def find(self, person: Person, body: messages.FindContacts) -> messages.Contacts:
        """Of what the person may read. Raises Refusal; leaves a trace."""
        require_searchable(person, body.text)
        text, limit = body.text.strip(), max(1, min(body.limit, FIND_LIMIT))
        scope = self.display.narrowed(within := self.access.scope(person), body.clinic)
        found = await self._database.read(lambda conn: contacts.listed(conn, text, limit, scope))
        await self.access.trace_list(person, "contacts", text, [c.card for c in found])
        shown, clinics = tuple(map(self.display.contact, found)), self.display.clinics(within)
        return messages.Contacts(contacts=shown, clinics=clinics)

    async def history(self, call: CallId, number: str | None) -> tuple[messages.Contact, ...]:
        """Earlier contacts with a number and with the person of the call's card, newest first."""

        def read(conn: sqlite3.Connection) -> list[messages.Contact]:
            card = rows.card_by_call(conn, call)
            person = card.person.id if card and card.person else None
            return contacts.history(
                conn, number or "", limit=HISTORY, exclude_call=call, person=person
            )

        return tuple(self.display.contact(contact) for contact in await self._database.read(read))

    async def caller(self, call: CallId, number: str | None, menu: MenuResult) -> side_work.Caller:
        """What is known of the other party; numbers are whole."""
        learned = tuple(self._learned(call, menu))
        now = self._clock.now()
        found = await self._database.read(
            lambda conn: callers.caller(conn, number or "", now, call)
        )
        return side_work.Caller(
            name=found.name,
            callers=found.callers,
            calls_24h=found.calls_24h + 1,
            learned=learned,
            callbacks=tuple(
                msgspec.structs.replace(
                    item, topic_title=self._topics.get(item.topic_title, item.topic_title)
                )
                for item in found.callbacks
            ),
            home_visits=tuple(self.display.visit(visit) for visit in found.home_visits),
            known=found.known,
            person=found.person,
            persons=found.persons,
        )

    def _learned(self, call: CallId, menu: MenuResult) -> Iterator[tuple[str, str]]:
        """Label and value of the fields that the menu has filled, by the operator's script."""
        record = self._router.calls.get(call) or self._router.recently_ended.get(call)
        script = self._scripts[self._script_name(record.topic if record else "", menu.script)]
        for name, value in menu.fields.items():
            if (field := script.fields.get(name)) and value:
                yield field.label, field.show(value)

    def _script_of_ours(self, call: Call) -> str:
        """Whom we call does not hear that the line is listening; empty: no script is for that."""
        name = CALLBACK_SCRIPT if call.callback else OUTGOING_SCRIPT
        return name if name in self._scripts else ""

    def _owed(self, callback: CallbackId | None) -> dict[str, str]:
        """What the script of a callback starts with: the script of the topic that the person
        called about, and whether the call was an emergency."""
        if callback is None:
            return {}
        router = self._router
        found = router.callbacks.get(callback) or router.recently_settled.get(callback)
        if found is None:
            return {}
        topic = self._script_of_topic.get(found.topic, "")
        return {"topic": topic, "urgent": "yes" if found.urgent else "no"}

    def _script_name(self, topic: str, wanted: str) -> str:
        for name in (wanted, self._script_of_topic.get(topic, ""), FALLBACK_SCRIPT):
            if name in self._scripts:
                return name
        return next(iter(self._scripts))

    def _state(
        self, card: messages.Card, body: messages.SaveDraft | messages.SaveCard
    ) -> sc.SessionState:
        """The other party's number is never the console's word. Raises CardError."""
        if not 0 <= body.revision <= MOST_REVISIONS:
            raise CardError("card.impossible_revision", revision=body.revision)
        try:
            state = msgspec.convert(body.session, sc.SessionState)
        except msgspec.ValidationError as error:
            raise CardError("card.damaged", why=str(error)) from error
        fields = {name: value for name, value in state.fields.items() if name != sc.NUMBER}
        if card.number:
            fields[sc.NUMBER] = card.number
        return dataclasses.replace(state, fields=fields)

    async def _write(self, write: Callable[[sqlite3.Connection], object]) -> None:
        try:
            await self._database.write(write)
        except rows.CardChanged as error:
            raise self.changed(error) from None

    def changed(self, error: rows.CardChanged) -> Refusal:
        name = self.display.name(error.login)
        return Refusal("conflict", "card.changed_by", name=name, at=error.at)


def _known(menu: MenuResult, number: str | None) -> dict[str, str]:
    """What the script starts with: what the menu has learned, and the number."""
    return {**menu.fields, **({sc.NUMBER: number, "phone": number} if number else {})}
