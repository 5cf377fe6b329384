"""Cards and contacts of the store as people see them: names and titles. Numbers
are whole here: they are hidden on the way out, by :mod:`ekc_console.server.rights.outgoing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.extras import Extras
from ekc_console.server.store.cards import card_changes, person_records, visits
from ekc_console.server.store.cards.contacts import Scope
from ekc_console.wire import messages, side_work
from ekc_console.wire.card_work import CardChange, PersonChange


class CardDisplay:
    def __init__(
        self,
        scripts: Mapping[str, sc.Scenario],
        topics: Mapping[str, str],
        clinics: Mapping[str, str],
        extras: Extras,
    ) -> None:
        """``topics``: code to title; ``clinics``: id to title."""
        self._scripts = scripts
        self._topics = topics
        self._clinics = clinics
        self._extras = extras

    def clinics(self, scope: Scope | None) -> tuple[str, ...]:
        """Titles of those to which cards are bound; none where they are bound to no clinic."""
        bound = scope.clinics if scope is not None else None
        return tuple(self._clinics.get(one, one) for one in bound or ())

    def narrowed(self, scope: Scope | None, clinic: str) -> Scope | None:
        """To the one of its clinics that has this title; "" and other scopes: as it is."""
        if scope is None or scope.clinics is None or not clinic:
            return scope
        titled = zip(scope.clinics, self.clinics(scope), strict=True)
        return replace(scope, clinics=tuple(one for one, title in titled if title == clinic))

    def card(
        self,
        card: messages.Card,
        scenario: sc.Scenario | None,
        changes: list[card_changes.Change],
    ) -> messages.Card:
        """``scenario``: the one by which the card was filled, if it can still be read."""
        titles = scenario.dispositions if scenario else {}
        return msgspec.structs.replace(
            card,
            number=numbers.readable(card.number),
            agent_name=self.name(card.agent_name),
            topic=self._topics.get(card.topic, card.topic),
            disposition_title=titles.get(card.disposition, card.disposition),
            visit=self.visit(card.visit) if card.visit else None,
            changes=tuple(self._changes(changes, scenario)),
        )

    def _changes(
        self, changes: list[card_changes.Change], scenario: sc.Scenario | None
    ) -> Iterator[CardChange]:
        titles = scenario.dispositions if scenario else {}
        fields = scenario.fields if scenario else {}

        def words(name: str, value: str) -> str:
            if name == card_changes.DISPOSITION:
                return titles.get(value, value)
            return fields[name].show(value) if name in fields else value

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

    def person_change(self, change: person_records.Change) -> PersonChange:
        return PersonChange(
            at=change.at,
            agent_name=self.name(change.login),
            event=change.event,
            other=change.other,
            parts=tuple(change.parts),
        )

    def contact(self, contact: messages.Contact) -> messages.Contact:
        """The store has logins, codes and plain numbers; people read names, titles and such as one
        reads out."""
        titles = (s.dispositions.get(contact.disposition) for s in self._scripts.values())
        title = next((t for t in titles if t), contact.disposition)
        return msgspec.structs.replace(
            contact,
            number=numbers.readable(contact.number),
            agent_name=self.name(contact.agent_name),
            disposition=title,
            topic=self._topics.get(contact.topic, contact.topic),
            clinic=self._clinics.get(contact.clinic, contact.clinic),
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
