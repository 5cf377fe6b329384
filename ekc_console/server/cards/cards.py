"""Cards of contacts: a draft for every call, saved when the operator says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import said
from ekc_console.errors import EkcError
from ekc_console.server.cards.display import CardDisplay
from ekc_console.server.cards.rights import holder, rights
from ekc_console.server.core.clock import Clock
from ekc_console.server.live import masking
from ekc_console.server.live.views import Extras, Person, moved_on
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.calls.menu_results import MenuResult
from ekc_console.server.store.cards import callers, card_changes, card_edits, contacts, visits
from ekc_console.server.store.cards import cards as rows
from ekc_console.wire import messages as wire
from ekc_console.wire import side_work

FALLBACK_SCRIPT = "general"
FIND_LIMIT = 200
HISTORY = 20
NUMBER_DIGITS = contacts.LEAST_DIGITS
"""So many digits in a search could tell a volunteer a number."""


class CardError(EkcError):
    """The card cannot be stored as it is."""


def require_disposition(script: sc.Scenario, disposition: str) -> None:
    """Raises CardError that names the ones to choose from."""
    if disposition not in script.dispositions:
        known = ", ".join(script.dispositions.values())
        raise CardError("Не выбран итог обращения.", f"Выберите один из: {known}.")


class Cards:
    def __init__(
        self,
        database: Database,
        router: Router,
        clock: Clock,
        scripts: Mapping[str, sc.Scenario],
        script_of_topic: Mapping[str, str],
        topics: Mapping[str, str],
        extras: Extras,
    ) -> None:
        self._database = database
        self._router = router
        self._clock = clock
        self._scripts = scripts
        self._script_of_topic = script_of_topic
        self._topics = topics
        """Code to title."""
        self.display = CardDisplay(scripts, topics, extras)

    async def remember_scripts(self) -> None:
        """Keep the documents in force, so that an old card can always be read with its own."""
        documents = [(s.id, s.version, s.to_document()) for s in self._scripts.values()]

        def write(conn: Any) -> None:
            for scenario, version, document in documents:
                scenarios.remember(conn, scenario, version, document)

        await self._database.write(write)

    async def begin(self, call: CallId, agent: AgentId, menu: MenuResult) -> str:
        """The draft for a call that an agent takes: made once, then handed to whoever has the
        call; for one that has just ended when it could not be made before. Returns the card's id.
        Raises StoreError."""
        record = self._router.calls.get(call) or self._router.recently_ended[call]
        script = self._scripts[self._script_name(record.topic, menu.script)]
        session = sc.Session.start(
            script,
            self._clock.now(),
            _known(menu, record.number),
            zone=self._router.centre.zone,
        )
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

    async def open(self, person: Person, card: str) -> wire.Card:
        def read(
            conn: sqlite3.Connection,
        ) -> tuple[wire.Card | None, list[card_changes.Change]]:
            if (found := rows.card(conn, card)) is None:
                return None, []
            found = msgspec.structs.replace(
                found,
                visit=visits.get(conn, card),
                unsaved=card_edits.get(conn, card, person.login),
            )
            return found, card_changes.of(conn, card)

        found, changes = await self._database.read(read)
        if found is None:
            raise CardError("Такой карточки нет.")
        allowed = rights(
            found,
            person.login,
            supervises=person.supervises,
            holder=holder(self._router, found.call),
            now=self._clock.now(),
            zone=self._router.centre.zone,
        )
        scenario = await self.scenario_of(found)
        return msgspec.structs.replace(
            self.display.card(found, person, scenario, changes),
            may_edit=allowed.edit,
            may_link=allowed.link,
            why_not=allowed.why_not,
        )

    async def scenario_of(self, card: wire.Card) -> sc.Scenario | None:
        """By which a card was filled; None when it cannot be read any more."""
        script = self._scripts.get(card.scenario)
        if script is not None and script.version == card.version:
            return script
        document = await self._database.read(
            lambda conn: scenarios.get(conn, card.scenario, card.version)
        )
        try:
            return sc.scenario_from_document(document) if document else None
        except EkcError:
            return None

    async def save_draft(self, person: Person, body: wire.SaveDraft) -> None:
        state = self._state(body.session)

        def write(conn: sqlite3.Connection) -> None:
            rows.save_draft(
                conn,
                card=body.card,
                agent=person.login,
                revision=body.revision,
                scenario=state.scenario,
                version=state.version,
                session=_with_numbers(conn, person, body.card, body.session),
                note=body.note,
                disposition=body.disposition,
                edits=body.edits,
            )

        await self._write(write)

    async def save(self, person: Person, body: wire.SaveCard) -> wire.Card:
        state = self._state(body.session)
        script = self._scripts.get(state.scenario)
        if script is None:
            raise CardError(f"Сценария «{state.scenario}» больше нет.", "Выберите другой сценарий.")
        require_disposition(script, body.disposition)
        saved_at = self._clock.now()

        def write(conn: sqlite3.Connection) -> None:
            rows.save_card(
                conn,
                card=body.card,
                agent=person.login,
                revision=body.revision,
                scenario=state.scenario,
                version=state.version,
                session=_with_numbers(conn, person, body.card, body.session),
                note=body.note,
                disposition=body.disposition,
                saved_at=saved_at,
                edits=body.edits,
            )

        await self._write(write)
        return await self.open(person, body.card)

    async def require_saved(self, call: CallId, agent: AgentId) -> None:
        """Raises CardError when the call's card is still a draft and its queue demands one of
        this agent."""
        record = self._router.calls.get(call) or self._router.recently_ended.get(call)
        if record is not None and moved_on(record, agent):
            return  # given away: the card goes with the caller
        settings = self._router.queues.get(record.queue) if record and record.queue else None
        if settings is None or not settings.wrap_up.startswith("mandatory"):
            return
        card = await self._database.read(lambda conn: rows.card_by_call(conn, call))
        if card is not None and card.state != "saved":
            raise CardError("Карточка не сохранена.", "Выберите итог и сохраните карточку.")

    async def scenario(self, scenario: str, version: str) -> wire.ScenarioText:
        script = self._scripts.get(scenario)
        if script is not None and version in ("", script.version):
            return wire.ScenarioText(
                scenario=scenario, version=script.version, document=script.to_document()
            )
        document = await self._database.read(lambda conn: scenarios.get(conn, scenario, version))
        if document is None:
            raise CardError(f"Сценария «{scenario}» нет.")
        return wire.ScenarioText(scenario=scenario, version=version, document=document)

    async def find(self, person: Person, text: str, limit: int) -> wire.Contacts:
        require_no_number(person, text)
        limit = max(1, min(limit, FIND_LIMIT))
        found = await self._database.read(lambda conn: contacts.find(conn, text, limit))
        return wire.Contacts(contacts=tuple(self.display.contact(c, person) for c in found))

    async def history(self, call: CallId, number: str | None) -> tuple[wire.Contact, ...]:
        """Earlier contacts with a number and with the person of the call's card, newest first."""

        def read(conn: sqlite3.Connection) -> list[wire.Contact]:
            card = rows.card_by_call(conn, call)
            person = card.person.id if card and card.person else None
            return contacts.history(
                conn, number or "", limit=HISTORY, exclude_call=call, person=person
            )

        return tuple(self.display.named(contact) for contact in await self._database.read(read))

    async def caller(self, call: CallId, number: str | None, menu: MenuResult) -> side_work.Caller:
        """What is known of the other party; numbers are not masked here."""
        learned = tuple(self._learned(call, menu))
        now = self._clock.now()
        found = await self._database.read(
            lambda conn: callers.caller(conn, number or "", now, call)
        )
        return side_work.Caller(
            name=found.name,
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

    def _script_name(self, topic: str, wanted: str) -> str:
        for name in (wanted, self._script_of_topic.get(topic, ""), FALLBACK_SCRIPT):
            if name in self._scripts:
                return name
        return next(iter(self._scripts))

    def _state(self, session: dict[str, Any]) -> sc.SessionState:
        try:
            return msgspec.convert(session, sc.SessionState)
        except msgspec.ValidationError as error:
            raise CardError(f"Карточка повреждена при передаче: {error}.") from error

    async def _write(self, write: Callable[[sqlite3.Connection], object]) -> None:
        try:
            await self._database.write(write)
        except rows.CardChanged as error:
            raise self.changed(error) from None

    def changed(self, error: rows.CardChanged) -> Refusal:
        at = said(error.at, self._router.centre.zone, "%H:%M")
        name = self.display.name(error.login)
        return Refusal("conflict", f"Карточку тем временем изменили: {name}, {at}.")


def require_no_number(person: Person, text: str) -> None:
    """Who sees no numbers must not find out one by searching for it."""
    if not person.sees_numbers and sum(char.isdigit() for char in text) >= NUMBER_DIGITS:
        raise Refusal("not_allowed", "Волонтёрам поиск по номеру недоступен: ищите по имени.")


def _known(menu: MenuResult, number: str | None) -> dict[str, str]:
    """What the script starts with: what the menu has learned, and the number."""
    return {**menu.fields, **({sc.NUMBER: number, "phone": number} if number else {})}


def _with_numbers(
    conn: sqlite3.Connection, person: Person, card: str, session: dict[str, Any]
) -> dict[str, Any]:
    """What a console sent, with the real numbers where its operator sees masked ones."""
    if person.sees_numbers or (stored := rows.card(conn, card)) is None:
        return session
    return masking.restored(session, stored.session, stored.number)
