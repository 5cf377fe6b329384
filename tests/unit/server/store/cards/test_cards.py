from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import card_changes, card_drafts, cards
from ekc_console.server.store.cards.cards import CardChanged, CardRefused, NewCard

DOCUMENT = {"fields": {"patient": {"type": "person"}, "address": {"type": "address"}}}


def new(call: str = "c1", agent: str = "anna", **fields: str) -> NewCard:
    return NewCard(
        id=f"card-{call}",
        call=call,
        number="+79123456789",
        topic="appointment",
        scenario="appointment",
        version="v1",
        session={"step": "hello", "fields": fields},
        agent=agent,
        created_at=100.0,
    )


class CardBox:
    """The functions under test with a connection and values that do not matter filled in."""

    def __init__(self, db: Database) -> None:
        self.db = db
        db.write_now(lambda conn: scenarios.remember(conn, "appointment", "v1", DOCUMENT))

    def create(self, card: NewCard) -> None:
        self.db.write_now(lambda conn: cards.create_draft(conn, card))

    def draft(self, revision: int, note: str = "", agent: str = "anna", **fields: str) -> bool:
        return self.db.write_now(
            lambda conn: cards.save_draft(
                conn, **self._values(revision, note, agent, fields), at=150.0
            )
        )

    def save(
        self, revision: int, note: str = "", agent: str = "anna", at: float = 200.0, **fields: str
    ) -> None:
        self.db.write_now(
            lambda conn: cards.save_card(
                conn, **self._values(revision, note, agent, fields), saved_at=at
            )
        )

    @staticmethod
    def _values(revision: int, note: str, agent: str, fields: dict[str, str]) -> dict[str, Any]:
        return {
            "card": "card-c1",
            "agent": agent,
            "revision": revision,
            "scenario": "appointment",
            "version": "v1",
            "session": {"step": "date", "fields": fields},
            "note": note,
            "disposition": "booked",
        }

    def card(self, card_id: str = "card-c1") -> Any:
        return self.db.read_now(lambda conn: cards.card(conn, card_id))

    def history(self) -> list[Any]:
        def read(conn: sqlite3.Connection) -> list[Any]:
            sql = "SELECT revision, note, saved_at, agent FROM card_history ORDER BY seq"
            return conn.execute(sql).fetchall()

        return self.db.read_now(read)


@pytest.fixture
def box(db: Database) -> CardBox:
    return CardBox(db)


def test_a_draft_is_made_once_and_handed_over(box: CardBox) -> None:
    box.create(new(patient="Иванова Анна"))
    box.draft(3, "перезвонить")
    box.create(new(agent="boris", patient="Другая"))
    card = box.card()
    assert (card.agent_name, card.revision, card.note) == ("boris", 3, "перезвонить")
    assert card.session == {"step": "date", "fields": {}}
    with pytest.raises(CardRefused, match="another_has_it"):
        box.draft(4, agent="anna")
    assert box.draft(4, agent="boris")


def test_an_outcome_that_was_chosen_is_not_the_next_ones(box: CardBox) -> None:
    """Who hands a call over has chosen how the own part ends: the card must not end so at the
    next one's."""
    box.create(new())
    box.draft(1)
    box.create(new())
    assert box.card().disposition == "booked"
    box.create(new(agent="boris"))
    assert (box.card().disposition, box.card().revision) == ("", 1)
    box.draft(2, agent="boris")
    box.save(3, agent="boris")
    box.create(new(agent="vera"))
    assert box.card().disposition == "booked"


def test_all_of_a_card_comes_back(box: CardBox) -> None:
    box.create(new(patient="Иванова Анна"))
    card = box.card()
    assert card == box.db.read_now(lambda conn: cards.card_by_call(conn, "c1"))
    assert card.id == "card-c1"
    assert card.call == "c1"
    assert card.number == "+79123456789"
    assert card.topic == card.scenario == "appointment"
    assert card.version == "v1"
    assert card.revision == 0
    assert card.session == {"step": "hello", "fields": {"patient": "Иванова Анна"}}
    assert card.state == "draft"
    assert card.created_at == 100.0
    assert card.saved_at is None


def test_unknown_cards(box: CardBox) -> None:
    assert box.card("nothing") is None
    assert box.db.read_now(lambda conn: cards.card_by_call(conn, "c9")) is None
    with pytest.raises(CardRefused, match="none"):
        box.draft(1)
    with pytest.raises(CardRefused, match="none"):
        box.save(1)


@pytest.mark.parametrize(("revision", "stored"), [(4, False), (5, True), (6, True)])
def test_a_draft_that_was_overtaken_is_ignored(box: CardBox, revision: int, stored: bool) -> None:
    box.create(new())
    box.draft(5, "первая")
    assert box.draft(revision, "вторая") is stored
    assert box.card().note == ("вторая" if stored else "первая")


def test_saving_and_saving_again_keeps_what_was_saved(box: CardBox) -> None:
    box.create(new())
    box.draft(1, "черновик")
    box.save(2, "первая запись", at=200.0)
    card = box.card()
    assert (card.state, card.saved_at, card.note, card.disposition) == (
        "saved", 200.0, "первая запись", "booked",
    )  # fmt: skip
    assert box.history() == []
    box.save(2, "повтор команды", at=250.0)
    assert box.card() == card
    box.save(3, "исправлено", at=300.0)
    assert (box.card().note, box.card().saved_at) == ("исправлено", 300.0)
    assert box.history() == [(2, "первая запись", 200.0, "anna")]


def test_an_older_revision_is_not_saved(box: CardBox) -> None:
    box.create(new())
    box.draft(5, "новее")
    with pytest.raises(CardRefused, match="changed_elsewhere"):
        box.save(4, "старее")
    assert box.card().note == "новее"


def test_a_saved_card_belongs_to_its_agent(box: CardBox) -> None:
    box.create(new())
    box.save(1)
    for attempt in (box.draft, box.save):
        with pytest.raises(CardRefused, match="another_has_it"):
            attempt(2, "чужое", agent="boris")
    assert box.card().note == ""


def test_a_newer_draft_is_kept_beside_the_saved_card(box: CardBox) -> None:
    def beside() -> Any:
        return box.db.read_now(lambda conn: card_drafts.get(conn, "card-c1"))

    box.create(new())
    box.save(2, "готово", at=200.0)
    saved = box.card()
    assert not box.draft(2, "опоздавший черновик")
    assert beside() is None
    assert box.draft(4, "ещё правка", patient="Петрова")
    assert not box.draft(3, "опоздала")
    assert (beside().revision, beside().base, beside().note) == (4, 2, "ещё правка")
    assert box.card() == saved
    with pytest.raises(CardRefused, match="changed_elsewhere"):
        box.save(3, "старее черновика")
    box.create(new(agent="boris"))  # the call goes to another one, and the draft with it
    assert box.db.read_now(lambda conn: card_drafts.cards_of(conn, "boris")) == ["card-c1"]
    box.save(5, "совсем готово", at=400.0, agent="boris")
    assert beside() is None
    assert (box.card().state, box.card().note) == ("saved", "совсем готово")
    assert box.history() == [(2, "готово", 200.0, "boris")]


def test_scenarios_are_remembered_by_version(db: Database) -> None:
    documents = {
        "v1": {"id": "menu", "steps": {"a": {"say": "Здравствуйте"}}},
        "v2": {"id": "menu"},
    }
    for version, document in documents.items():
        db.write_now(lambda conn, v=version, d=document: scenarios.remember(conn, "menu", v, d))
    db.write_now(lambda conn: scenarios.remember(conn, "menu", "v1", documents["v1"]))
    for version, document in documents.items():
        assert db.read_now(lambda conn, v=version: scenarios.get(conn, "menu", v)) == document
    assert db.read_now(lambda conn: scenarios.get(conn, "menu", "v3")) is None
    assert db.read_now(lambda conn: scenarios.get(conn, "other", "v1")) is None


def test_an_edit_keeps_its_agent_and_needs_the_revision_that_was_read(box: CardBox) -> None:
    def edit(revision: int, login: str = "nina", note: str = "исправлено") -> None:
        box.db.write_now(
            lambda conn: cards.edit_card(
                conn, card="card-c1", login=login, revision=revision, note=note,
                session={"fields": {"patient": "Петрова"}}, disposition="booked", at=300.0,
            )
        )  # fmt: skip

    box.create(new())
    box.save(2, "первая", patient="Иванова")
    edit(2)
    card = box.card()
    assert (card.revision, card.edits, card.state, card.agent_name, card.note) == (
        3, 1, "saved", "anna", "исправлено",
    )  # fmt: skip
    assert box.history() == [(2, "первая", 200.0, "anna")]
    (change,) = box.db.read_now(lambda conn: card_changes.of(conn, "card-c1"))
    assert (change.at, change.login) == (300.0, "nina")
    assert change.parts == (
        (card_changes.NOTE, "первая", "исправлено"),
        ("patient", "Иванова", "Петрова"),
    )
    with pytest.raises(CardChanged) as caught:
        edit(2, note="опоздал")
    assert (caught.value.login, caught.value.at) == ("nina", 300.0)
    for late in (box.draft, box.save):
        with pytest.raises(CardChanged):
            late(9, "черновик до правки")
    assert box.card().note == "исправлено"


def test_the_number_that_the_script_knows_is_no_change_of_the_card() -> None:
    before = card_changes.Content({}, "", "")
    after = card_changes.Content({"number": "+79123456789", "patient": "Петрова"}, "", "")
    assert card_changes.between(before, after) == (("patient", "", "Петрова"),)


def test_saving_again_in_the_wrap_up_is_a_change_as_well(box: CardBox) -> None:
    box.create(new())
    box.save(1, "первая")
    box.draft(2, "вто")
    box.save(3, "вторая", at=250.0)
    box.save(4, "вторая", at=260.0)
    changes = box.db.read_now(lambda conn: card_changes.of(conn, "card-c1"))
    assert [(change.at, change.parts) for change in changes] == [
        (250.0, ((card_changes.NOTE, "первая", "вторая"),))
    ]
