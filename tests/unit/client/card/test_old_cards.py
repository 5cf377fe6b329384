"""Cards beside the one in hand: read, mended, saved over nobody's change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ekc_console.client.card.draft_sender import DraftSender, keep_edit
from ekc_console.client.card.drafts import Drafts
from ekc_console.client.card.old_cards import CardEdit, OldCards, person_in
from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.domain.scenario import FieldError
from ekc_console.errors import EkcError
from ekc_console.wire import card_work
from ekc_console.wire.messages import Command, GetScenario, OpenCard, Result, ScenarioText
from ekc_console.wire.side_work import PersonRecord
from tests.support.zones import MOSCOW
from tests.unit.client.centre import NOW, new_card
from tests.unit.client.scenarios import SCENARIOS

replace = msgspec.structs.replace
APPOINTMENT = SCENARIOS["appointment"]


class Server:
    """One card; an edit goes through when its revision is the card's. ``online`` False: nobody
    hears."""

    def __init__(self) -> None:
        card = new_card("card-c1", "appointment")
        fields = {**card.session["fields"], "person": "Иванова Анна"}
        self.card = replace(
            card, session={**card.session, "fields": fields}, note="первая", state="saved",
            may_edit=True, revision=3,
        )  # fmt: skip
        self.asked: list[Command] = []
        self.refuse: Refused | None = None
        self.online = True
        self.unsaved: card_work.UnsavedEdit | None = None

    async def __call__(self, body: Command) -> Result | None:
        if not self.online:
            raise Offline("нет связи")
        if isinstance(body, card_work.KeepEdit):
            self.unsaved = body.edit
            return None
        self.asked.append(body)
        if self.refuse and not isinstance(body, OpenCard | GetScenario):
            raise self.refuse
        match body:
            case OpenCard():
                return replace(self.card, unsaved=self.unsaved)
            case GetScenario():
                return ScenarioText(
                    scenario="appointment", version=APPOINTMENT.version,
                    document=APPOINTMENT.to_document(),
                )  # fmt: skip
            case card_work.EditCard(revision=revision) if revision != self.card.revision:
                raise Refused("conflict", "Карточку тем временем изменили: Орлова Нина, 10:42.")
            case card_work.EditCard(note=note, fields=fields, edit=number):
                self.change(note=note or self.card.note, **fields)
                if self.unsaved and self.unsaved.revision <= number:
                    self.unsaved = card_work.UnsavedEdit(
                        card=self.card.id, revision=number, base=0, at=NOW
                    )
                return self.card
            case card_work.LinkPerson(person=person):
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


class Console:
    """What one console has: its disk, its sender, its cards."""

    def __init__(self, server: Server, directory: Path) -> None:
        self.troubles: list[str] = []
        self.drafts = Drafts(directory, card_work.UnsavedEdit)
        timing = Timing(backoff=Backoff(0.001, 0.002))
        self.sender = DraftSender(self.drafts, server, keep_edit, self.troubles.append, timing)
        self.cards = OldCards(server, lambda: NOW, lambda: MOSCOW)
        self.cards.begin(self.sender)
        self.sender.start()


@pytest.fixture
async def console(server: Server, tmp_path: Path) -> AsyncIterator[Console]:
    console = Console(server, tmp_path)
    yield console
    await console.sender.stop()


@pytest.fixture
def cards(console: Console) -> OldCards:
    return console.cards


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
    assert server.asked[-1] == card_work.EditCard(
        card="card-c1", revision=3, fields={"person": "Петрова Анна"}, edit=3
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
    server: Server, cards: OldCards, tmp_path: Path
) -> None:
    edit = await cards.read("card-c1")
    edit.set_note("вторая")
    server.refuse = Refused("not_allowed", "Нельзя.")
    with pytest.raises(Refused):
        await cards.save(edit)
    assert (await cards.read("card-c1")).note == "вторая"
    server.refuse = server.unsaved = None  # the server gives another person no edit of this one
    cards.begin(Console(server, tmp_path / "other").sender)
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


async def test_every_change_is_kept_at_once_on_disk_and_then_at_the_server(
    server: Server, console: Console
) -> None:
    edit = await console.cards.read("card-c1")
    server.online = False
    edit.set_field("person", "Петрова Анна", console.cards.today)
    kept = console.drafts.get("card-c1")
    assert kept == edit.unsaved
    assert (kept.fields, kept.note, kept.base, kept.at) == (
        {"person": "Петрова Анна"},
        None,
        3,
        NOW,
    )
    edit.set_note("вторая")
    server.online = True
    console.sender.retry()
    await console.sender.settled()
    assert server.unsaved == edit.unsaved
    assert server.unsaved.revision == 2
    assert console.drafts.all() == []
    edit.set_note("вторая")  # nothing new
    assert edit.revision == 2


async def test_a_killed_console_lost_nothing(server: Server, console: Console) -> None:
    """The disk is all that the next one has: the link was down."""
    edit = await console.cards.read("card-c1")
    server.online = False
    edit.set_field("person", "Петрова Анна", console.cards.today)
    edit.set_note("вторая")
    await console.sender.stop()
    server.online = True
    again = Console(server, console.drafts._directory)
    found = await again.cards.read("card-c1")
    assert (found.value("person"), found.note, found.changed) == ("Петрова Анна", "вторая", True)
    assert found.unsaved == edit.unsaved
    await again.cards.save(found)
    assert (server.card.note, server.card.session["fields"]["person"]) == ("вторая", "Петрова Анна")
    await again.sender.settled()
    assert again.drafts.all() == []
    assert not (await again.cards.read("card-c1")).changed
    await again.sender.stop()


async def test_what_was_kept_elsewhere_is_taken_up_when_it_is_newer(
    server: Server, cards: OldCards
) -> None:
    edit = await cards.read("card-c1")
    edit.set_note("здесь")
    server.unsaved = replace(edit.unsaved, revision=7, note="там")
    assert (await cards.read("card-c1")).note == "там"
    edit.set_note("снова здесь")
    assert edit.revision == 8
    server.unsaved = replace(edit.unsaved, revision=2, note="давно")
    assert (await cards.read("card-c1")).note == "снова здесь"


async def test_dropped_is_dropped_everywhere(server: Server, console: Console) -> None:
    edit = await console.cards.read("card-c1")
    edit.set_note("вторая")
    edit.drop()
    await console.sender.settled()
    assert server.unsaved is not None
    assert server.unsaved.empty
    assert not (await console.cards.read("card-c1")).changed
    assert not console.cards.changed


async def test_somebody_elses_saving_since_is_told_until_one_goes_on(
    server: Server, console: Console
) -> None:
    edit = await console.cards.read("card-c1")
    edit.set_note("вторая")
    await console.sender.settled()
    change = card_work.CardChange(at=NOW + 5, agent_name="Орлова Нина", parts=())
    server.change("от руководителя")
    server.card = replace(server.card, changes=(change,))
    edit = await console.cards.read("card-c1")
    assert edit.overtaken == ("Орлова Нина", NOW + 5)
    assert (edit.note, edit.card.note) == ("вторая", "от руководителя")
    edit.go_on()
    assert edit.overtaken is None
    await console.sender.settled()
    assert server.unsaved is not None
    assert server.unsaved.base == server.card.revision
    await console.cards.save(edit)
    assert server.card.note == "вторая"


async def test_a_field_without_a_home_goes_into_the_note(cards: OldCards, server: Server) -> None:
    server.unsaved = card_work.UnsavedEdit(
        card="card-c1", revision=1, base=3, at=NOW, fields={"gone": "Лесная, 1", "person": "Петров"}
    )
    edit = await cards.read("card-c1")
    assert edit.note == "первая\ngone: Лесная, 1"
    assert edit.command().fields == {"person": "Петров"}


async def test_changed_while_it_is_saved(server: Server, cards: OldCards) -> None:
    edit = await cards.read("card-c1")
    edit.set_note("вторая")
    command = edit.command()
    edit.set_note("третья")
    edit.command = lambda: command  # type: ignore[method-assign]
    await cards.save(edit)
    assert (edit.card.note, edit.note, edit.overtaken) == ("вторая", "третья", None)


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
