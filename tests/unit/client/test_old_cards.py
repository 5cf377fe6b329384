"""Cards beside the one in hand: read, mended, saved over nobody's change."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ekc_console.client.errors import Refused
from ekc_console.client.old_cards import CardEdit, OldCards, person_in
from ekc_console.domain.scenario import FieldError
from ekc_console.errors import EkcError
from ekc_console.wire import card_work as work
from ekc_console.wire.messages import Command, GetScenario, OpenCard, Result, ScenarioText
from ekc_console.wire.work import PersonRecord
from tests.unit.client.centre import NOW, new_card
from tests.unit.client.scenarios import SCENARIOS

replace = msgspec.structs.replace
APPOINTMENT = SCENARIOS["appointment"]


class Server:
    """One card; an edit goes through when its revision is the card's."""

    def __init__(self) -> None:
        card = new_card("card-c1", "appointment")
        fields = {**card.session["fields"], "person": "Иванова Анна"}
        self.card = replace(
            card, session={**card.session, "fields": fields}, note="первая", state="saved",
            may_edit=True, revision=3,
        )  # fmt: skip
        self.asked: list[Command] = []
        self.refuse: Refused | None = None

    async def __call__(self, body: Command) -> Result | None:
        self.asked.append(body)
        if self.refuse and not isinstance(body, OpenCard | GetScenario):
            raise self.refuse
        match body:
            case OpenCard():
                return self.card
            case GetScenario():
                return ScenarioText(
                    scenario="appointment", version=APPOINTMENT.version,
                    document=APPOINTMENT.to_document(),
                )  # fmt: skip
            case work.EditCard(revision=revision) if revision != self.card.revision:
                raise Refused("conflict", "Карточку тем временем изменили: Орлова Нина, 10:42.")
            case work.EditCard(note=note, fields=fields):
                self.change(note=note or self.card.note, **fields)
                return self.card
            case work.LinkPerson(person=person):
                self.card = replace(self.card, person=PersonRecord(id=person, name="Иванова Анна"))
                return self.card
        return None

    def change(self, note: str | None = None, **fields: str) -> None:
        known = {**self.card.session["fields"], **fields}
        self.card = replace(
            self.card,
            note=note or self.card.note,
            session={**self.card.session, "fields": known},
            revision=self.card.revision + 1,
        )


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def cards(server: Server) -> OldCards:
    return OldCards(server, lambda: NOW)


async def test_only_what_was_changed_is_sent(server: Server, cards: OldCards) -> None:
    edit = await cards.read("card-c1")
    assert (edit.may_edit, edit.changed, edit.value("person")) == (True, False, "Иванова Анна")
    with pytest.raises(FieldError):
        edit.set_field("person", "1", cards.today)
    edit.set_field("person", "петрова анна", cards.today)
    edit.set_note("вторая")
    edit.set_note("первая")  # as it was
    assert (edit.changed, edit.is_changed("person"), edit.note_changed) == (True, True, False)
    await cards.save(edit)
    assert server.asked[-1] == work.EditCard(
        card="card-c1", revision=3, fields={"person": "Петрова Анна"}
    )
    assert (edit.changed, edit.value("person"), edit.card.revision) == (False, "Петрова Анна", 4)


async def test_a_change_by_somebody_else_is_told_and_taken_underneath(
    server: Server, cards: OldCards
) -> None:
    edit = await cards.read("card-c1")
    edit.set_field("person", "Петрова Анна", cards.today)
    server.change("от руководителя")
    with pytest.raises(EkcError, match="Орлова Нина") as caught:
        await cards.save(edit)
    assert "сверьте" in caught.value.remedy
    assert (edit.note, edit.value("person"), edit.changed) == (
        "от руководителя",
        "Петрова Анна",
        True,
    )
    await cards.save(edit)
    assert server.card.session["fields"]["person"] == "Петрова Анна"
    assert server.card.note == "от руководителя"


async def test_the_same_change_by_somebody_else_is_none_of_ours(
    server: Server, cards: OldCards
) -> None:
    edit = await cards.read("card-c1")
    edit.set_field("person", "Петрова Анна", cards.today)
    edit.set_note("вторая")
    edit.set_disposition("booked")
    server.change("вторая", person="Петрова Анна")
    server.card = replace(server.card, disposition="booked")
    edit = await cards.read("card-c1")
    assert not edit.changed


async def test_unsaved_changes_wait_until_another_person_comes(
    server: Server, cards: OldCards
) -> None:
    edit = await cards.read("card-c1")
    edit.set_note("вторая")
    server.refuse = Refused("not_allowed", "Нельзя.")
    with pytest.raises(Refused):
        await cards.save(edit)
    assert (await cards.read("card-c1")).note == "вторая"
    cards.begin()
    assert (await cards.read("card-c1")).note == "первая"


async def test_changes_are_taken_back(cards: OldCards) -> None:
    edit = await cards.read("card-c1")
    edit.set_note("вторая")
    edit.set_disposition("booked")
    edit.drop()
    assert (edit.note, edit.disposition, edit.changed) == ("первая", "", False)


async def test_a_link_shows_in_an_open_card(cards: OldCards) -> None:
    edit = await cards.read("card-c1")
    await cards.link("card-c1", 7)
    assert edit.card.person is not None
    assert edit.card.person.id == 7


def test_a_card_without_its_scenario_is_for_reading() -> None:
    edit = CardEdit(replace(new_card("card-c1"), may_edit=True), None)
    assert not edit.may_edit
    assert edit.fields == edit.dispositions == {}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, {}),
        ({"person": "Иванова Анна"}, {"name": "Иванова Анна"}),
    ],
)
def test_the_person_in_the_fields(values: dict[str, str], found: dict[str, Any]) -> None:
    assert person_in(APPOINTMENT, values) == found
    assert person_in(None, values) == {}
