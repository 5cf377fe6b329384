"""Cards and contacts of the store as people see them: names and titles, numbers hidden by role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.cards import masking
from ekc_console.server.core.extras import Extras
from ekc_console.server.people.person import Person
from ekc_console.server.store.cards import card_changes, person_records, visits
from ekc_console.wire import messages, side_work
from ekc_console.wire.card_work import CardChange, PersonChange

HIDDEN = "***"


class CardDisplay:
    def __init__(
        self, scripts: Mapping[str, sc.Scenario], topics: Mapping[str, str], extras: Extras
    ) -> None:
        """``topics``: code to title."""
        self._scripts = scripts
        self._topics = topics
        self._extras = extras

    def card(
        self,
        card: messages.Card,
        person: Person,
        scenario: sc.Scenario | None,
        changes: list[card_changes.Change],
    ) -> messages.Card:
        """``scenario``: the one by which the card was filled, if it can still be read."""
        number, session, note = numbers.readable(card.number), card.session, card.note
        if not person.sees_numbers:
            number = numbers.masked(card.number)
            session = masking.hidden(session, card.number)
            if card.agent_name != person.login:
                note = masking.hidden_inside(note)
        titles = scenario.dispositions if scenario else {}
        return msgspec.structs.replace(
            card,
            number=number,
            session=session,
            note=note,
            agent_name=self.name(card.agent_name),
            topic=self._topics.get(card.topic, card.topic),
            disposition_title=titles.get(card.disposition, card.disposition),
            person=record(card.person, person) if card.person else None,
            visit=self.visit(card.visit) if card.visit else None,
            changes=tuple(self._changes(changes, person, scenario)),
        )

    def _changes(
        self, changes: list[card_changes.Change], person: Person, scenario: sc.Scenario | None
    ) -> Iterator[CardChange]:
        titles = scenario.dispositions if scenario else {}
        fields = scenario.fields if scenario else {}

        def words(name: str, value: str) -> str:
            if name == card_changes.DISPOSITION:
                return titles.get(value, value)
            text = fields[name].show(value) if name in fields else value
            return text if person.sees_numbers else masking.hidden_inside(text)

        for change in changes:
            parts = (
                (
                    fields[name].label if name in fields else name,
                    words(name, before),
                    words(name, after),
                )
                for name, before, after in change.parts
            )
            yield CardChange(at=change.at, agent_name=self.name(change.login), parts=tuple(parts))

    def person_change(self, change: person_records.Change, person: Person) -> PersonChange:
        """Without the digits of documents for those who must not see numbers."""

        def words(name: str, value: str) -> str:
            seen = person.sees_numbers or name not in ("snils", "oms") or not value
            return value if seen else HIDDEN

        return PersonChange(
            at=change.at,
            agent_name=self.name(change.login),
            event=change.event,
            other=change.other,
            parts=tuple(
                (n, words(n, before), words(n, after)) for n, before, after in change.parts
            ),
        )

    def contact(self, contact: messages.Contact, person: Person) -> messages.Contact:
        return shown(self.named(contact), person)

    def named(self, contact: messages.Contact) -> messages.Contact:
        """The store has logins and codes; people read names and titles."""
        titles = (s.dispositions.get(contact.disposition) for s in self._scripts.values())
        title = next((t for t in titles if t), contact.disposition)
        return msgspec.structs.replace(
            contact,
            agent_name=self.name(contact.agent_name),
            disposition=title,
            topic=self._topics.get(contact.topic, contact.topic),
        )

    def visit(self, visit: side_work.HomeVisit) -> side_work.HomeVisit:
        taken_back = visit.note == visits.TAKEN_BACK
        return msgspec.structs.replace(
            visit,
            ordered_by=self.name(visit.ordered_by),
            closed_by=self.name(visit.closed_by),
            note="" if taken_back else visit.note,
            taken_back=taken_back,
        )

    def name(self, login: str) -> str:
        return self._extras.names.get(AgentId(login), login)


def record(found: side_work.PersonRecord, person: Person) -> side_work.PersonRecord:
    """Without the numbers of documents for those who must not see numbers."""
    if person.sees_numbers:
        return found
    return msgspec.structs.replace(found, snils="", oms="")


def shown(contact: messages.Contact, person: Person) -> messages.Contact:
    """A contact of the store with its number readable, or masked for those who must not see it."""
    if person.sees_numbers:
        return msgspec.structs.replace(contact, number=numbers.readable(contact.number))
    note = masking.hidden_inside(contact.note)
    return msgspec.structs.replace(contact, number=numbers.masked(contact.number), note=note)


def masked(caller: side_work.Caller) -> side_work.Caller:
    """For those who must not see numbers."""
    known = tuple(
        msgspec.structs.replace(item, value=masking.mask(item.value))
        if item.type == "phone"
        else item
        for item in caller.known
    )
    learned = tuple((label, numbers.masked_inside(value)) for label, value in caller.learned)
    persons = tuple(msgspec.structs.replace(p, snils="", oms="") for p in caller.persons)
    person = caller.person and msgspec.structs.replace(caller.person, snils="", oms="")
    return msgspec.structs.replace(
        caller, known=known, learned=learned, persons=persons, person=person
    )
