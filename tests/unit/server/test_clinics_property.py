"""Whatever is done and asked: no message that goes to the desk of a clinic holds the id of a card
that does not name the clinic at that time."""

from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ekc_console.server.commands.rights import ROWS
from ekc_console.server.live.sync import Outbox
from ekc_console.server.rights.outgoing import encoded
from ekc_console.server.store.cards import cards, persons
from ekc_console.wire import card_work, messages
from tests.support.cards import OTHER_NUMBER, put_visit
from tests.support.commands import made_up
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

CLINICS = {"city_1": "Городская поликлиника № 1", "city_2": "Городская поликлиника № 2"}
NAMES = st.sampled_from([*CLINICS.values(), "Медпункт", ""])
NAMES_OF_PEOPLE = ("Иванова Анна", "Иванова Аня", "Петрова Вера")
KINDS = sorted((kind for kind in ROWS if kind is not messages.LogOut), key=lambda k: k.__name__)
TEXTS = st.sampled_from(["иванова", "петрова", NUMBER, OTHER_NUMBER, "0101", "садовая", "card-c1"])
PEOPLE = 3
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""To make a walk shorter would take minutes."""

card_specs = st.lists(
    st.tuples(
        NAMES, st.sampled_from([NUMBER, OTHER_NUMBER]), st.integers(1, PEOPLE)
    ),
    min_size=2,
    max_size=6,
)  # fmt: skip
asking = st.tuples(
    st.sampled_from([*KINDS, *[messages.FindContacts, card_work.ListVisits] * 8]),
    st.integers(0, 5),
    TEXTS,
)
doing = st.tuples(
    st.sampled_from(["edit", "close", "merge", "undo"]), st.integers(0, 5), NAMES
)  # fmt: skip
steps = st.lists(asking | doing, min_size=4, max_size=25)


@dataclass
class Desk:
    who: Operator
    outbox: Outbox = field(default_factory=Outbox)

    async def told(self, kind: type, card: str, text: str) -> bytes:
        """All that goes out to it, for what it asks."""
        has = {each.name for each in msgspec.structs.fields(kind)}
        if not kind.__name__.startswith(("Find", "List")):
            text = "слова"  # what one writes oneself is told back
        named = {name: value for name, value in (("card", card), ("text", text)) if name in has}
        reply = await self.who.do(made_up(kind, **named))
        sent = b"".join(data for data, _lane in self.outbox._queue)
        self.outbox.clear("")
        self.outbox.clear("view")
        return sent + encoded(reply, self.who.person)


@dataclass
class Story:
    centre: Centre
    names: dict[str, str]
    """Clinic that a card names, by its id."""
    merge: int = 0

    async def done(self, chief: Operator, what: str, card: str, name: str) -> None:
        """Refused where it cannot be: that is told to who does it, and to nobody else."""
        if what == "close":
            await chief.do(card_work.CloseVisit(card=card, state="done"))
        elif what == "edit":
            now: messages.Card = await chief.done(messages.OpenCard(card=card))
            fields = {"clinic": name}
            edit = card_work.EditCard(card=card, revision=now.revision, fields=fields)
            if (await chief.do(edit)).ok:
                self.names[card] = name
        elif what == "undo":
            await chief.do(card_work.UndoMerge(card=card, merge=self.merge))
        else:
            await self._merged(chief, card)

    async def _merged(self, chief: Operator, card: str) -> None:
        about: card_work.Person = await chief.done(card_work.OpenPerson(card=card))
        others = [p for p in about.duplicates if p.id != about.record.id]
        if others:
            body = card_work.MergePersons(
                card=card, person=about.record.id, revision=about.record.revision,
                other=others[0].id, other_revision=others[0].revision, take=("name",),
            )  # fmt: skip
            reply = await chief.do(body)
            if isinstance(reply.result, card_work.Person):
                self.merge = reply.result.merge


def put(conn: sqlite3.Connection, specs: list[tuple[str, str, int]]) -> dict[str, str]:
    people = [
        persons.add(conn, persons.NewPerson(name=name), 1.0, "anna") for name in NAMES_OF_PEOPLE
    ]
    found = {}
    for number, (clinic, telephone, person) in enumerate(specs):
        fio = NAMES_OF_PEOPLE[person - 1]
        card = put_visit(conn, f"c{number}", clinic, telephone, fio)
        cards.link_person(conn, card, people[person - 1], 2.0, "anna")
        found[card] = clinic
    return found


async def walked(
    centre: Centre, specs: list[tuple[str, str, int]], walk: list[tuple[Any, int, str]]
) -> None:
    names = await centre.server.database.write(lambda conn: put(conn, specs))
    story, ids = Story(centre, names), list(names)
    chief = await centre.operator("chief", role="admin", queues=())
    desks = [
        Desk(await centre.operator(clinic, role="clinic", queues=(), clinics=(clinic,)))
        for clinic in CLINICS
    ]
    for desk in desks:
        centre.server.live.hub.stream(desk.who.person).attach(desk.outbox, None)
    for what, number, text in walk:
        card = ids[number % len(ids)]
        if isinstance(what, str):
            await story.done(chief, what, card, text)
            continue
        for desk in desks:
            told = await desk.told(what, card, text)
            own = CLINICS[desk.who.login]
            strange = {card for card, clinic in names.items() if clinic != own}
            assert not [card for card in strange if f'"{card}"'.encode() in told], (what, told)


def check(specs: list[tuple[str, str, int]], walk: list[tuple[Any, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), lambda centre: walked(centre, specs, walk))


@settings(max_examples=4, deadline=None, phases=UNSHRUNK)
@given(card_specs, steps)
def test_no_message_holds_a_card_of_another_clinic(
    specs: list[tuple[str, str, int]], walk: list[tuple[Any, int, str]]
) -> None:
    check(specs, walk)


@pytest.mark.long
@settings(max_examples=60, deadline=None, phases=UNSHRUNK)
@given(card_specs, steps)
def test_no_message_holds_a_card_of_another_clinic_in_long_walks(
    specs: list[tuple[str, str, int]], walk: list[tuple[Any, int, str]]
) -> None:
    check(specs, walk)


def test_what_is_looked_for_is_found_in_the_own_cards(tmp_path: Path) -> None:
    """So that the walks above look for what a message would hold."""

    async def story(centre: Centre) -> None:
        specs = [(name, NUMBER, 1) for name in CLINICS.values()]
        await centre.server.database.write(lambda conn: put(conn, specs))
        who = await centre.operator("city_1", role="clinic", queues=(), clinics=("city_1",))
        for kind in (messages.FindContacts, card_work.ListVisits, messages.OpenCard):
            assert b'"card-c0"' in await Desk(who).told(kind, "card-c0", "иванова")

    run(tmp_path, story)
