from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from ekc_console.domain.state.call import Call, Ended, Talking
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import callers, cards, clinics, contacts
from ekc_console.server.store.journal import projection
from ekc_console.wire.messages import Contact

DOCUMENT = {"fields": {"patient": {"type": "person"}, "street": {"type": "address"}}}
T0 = 1_750_000_000.0

PEOPLE = (
    # call, number, minutes after T0, patient, street, note
    ("c1", "+79123456789", 1, "Семёнова Анна Петровна", "Ивановская улица, 5", ""),
    ("c2", "+79123456789", 2, "Иванов-Петров Олег", "Садовая, 1", "спорит о приёме"),
    ("c3", "+79129996789", 3, "Иванова Мария", "Мира, 7", "вызов врача на дом"),
    ("c4", None, 4, "", "", "номер скрыт, молчание"),
    ("c5", "+73452121212", 5, "Ёлкина Вера", "", ""),
)


def put_call(
    conn: sqlite3.Connection, call: str, number: str | None, at: float, **record: Any
) -> None:
    fields: dict[str, Any] = {
        "state": Ended("caller", "normal"),
        "topic": "appointment",
        "answered_at": at + 5,
        "ended_at": at + 65,
        "agent": AgentId("anna"),
        "talk_s": 60.0,
        "outcome": "answered",
    }
    made = Call(CallId(call), "in", number, "122", 1, at, **{**fields, **record})
    projection.apply(conn, [projection.Upsert("calls", "id", projection.call_row(made))])


def put_card(conn: sqlite3.Connection, call: str, fields: dict[str, str], note: str) -> None:
    new = cards.NewCard(f"card-{call}", call, "", "t", "visit", "v1", {}, "anna", T0)
    cards.create_draft(conn, new)
    cards.save_card(
        conn,
        card=new.id,
        agent="anna",
        revision=1,
        scenario="visit",
        version="v1",
        session={"fields": fields},
        note=note,
        disposition="booked",
        saved_at=T0,
    )


@pytest.fixture
def filled(db: Database) -> Database:
    def fill(conn: sqlite3.Connection) -> None:
        scenarios.remember(conn, "visit", "v1", DOCUMENT)
        for call, number, minutes, patient, street, note in PEOPLE:
            put_call(conn, call, number, T0 + 60 * minutes)
            put_card(conn, call, {"patient": patient, "street": street}, note)
        put_call(conn, "c6", "+79123456789", T0 + 360, state=Talking(T0), ended_at=None,
                 outcome=None)  # fmt: skip

    db.write_now(fill)
    return db


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # by number, however it is written
        ("+79123456789", "c6 c2 c1"),
        ("8 912 345-67-89", "c6 c2 c1"),
        ("7(912)3456789", "c6 c2 c1"),
        ("9123456789", "c6 c2 c1"),
        ("345-67-89", "c6 c2 c1"),
        ("6789", "c6 c3 c2 c1"),
        ("8 (3452) 12–12–12", "c5"),
        ("0000", ""),
        # fewer than four digits say nothing
        ("789", ""),
        ("+7", ""),
        # by the beginnings of words: names and notes, not addresses
        ("иванов", "c3 c2"),
        ("ИВАНОВА", "c3"),
        ("семенова", "c1"),
        ("Семёнова анна", "c1"),
        ("анна семёнова", "c1"),
        ("анна иванова", ""),
        ("петров", "c2 c1"),
        ("Иванов-Петров", "c2"),
        ("елк", "c5"),
        ("ёлкина", "c5"),
        ("врач дом", "c3"),
        ("садовая", ""),
        ("молч", "c4"),
        # nothing to look for, and what looks like a query language
        ("", ""),
        ("   ", ""),
        ('"', ""),
        ("*", ""),
        ("body: иванова", ""),
        ("иванова OR анна", ""),
        ('иванова" OR "анна', ""),
        ("NEAR(иванова)", ""),
        ("иванова; DROP TABLE cards", ""),
    ],
)
def test_find(filled: Database, text: str, found: str) -> None:
    rows = filled.read_now(lambda conn: contacts.find(conn, text, 50))
    assert [row.call for row in rows] == found.split()


def test_find_gives_the_newest_up_to_the_limit(filled: Database) -> None:
    for text, first in (("6789", "c6"), ("иванов", "c3")):
        [row] = filled.read_now(lambda conn, t=text: contacts.find(conn, t, 1))
        assert row.call == first


def test_all_of_a_contact(filled: Database) -> None:
    [row] = filled.read_now(lambda conn: contacts.find(conn, "иванова", 50))
    assert row == Contact(
        call="c3",
        at=T0 + 180,
        direction="in",
        number="+79129996789",
        topic="appointment",
        outcome="answered",
        agent_name="anna",
        talk_s=60.0,
        card="card-c3",
        disposition="booked",
        note="вызов врача на дом",
        person="Иванова Мария",
    )


def test_history_of_a_number(filled: Database) -> None:
    def calls(number: str, limit: int, exclude: str = "") -> list[str]:
        rows = filled.read_now(
            lambda conn: contacts.history(conn, number, limit, exclude_call=exclude)
        )
        return [row.call for row in rows]

    assert calls("+79123456789", 20) == ["c2", "c1"]  # c6 goes on
    assert calls("+79123456789", 1) == ["c2"]
    assert calls("+79123456789", 20, "c2") == ["c1"]
    assert calls("+79990000000", 20) == []
    assert calls("", 20) == []


def test_a_contact_without_card_and_number(db: Database) -> None:
    db.write_now(lambda conn: put_call(conn, "c1", "+79123456789", T0, agent=None))
    [row] = db.read_now(lambda conn: contacts.find(conn, "6789", 5))
    assert (row.card, row.note, row.agent_name) == ("", "", "")


def test_what_is_found_follows_the_card(filled: Database) -> None:
    def change(conn: sqlite3.Connection) -> None:
        cards.save_card(
            conn,
            card="card-c3",
            agent="anna",
            revision=2,
            scenario="visit",
            version="v1",
            session={"fields": {"patient": "Кузнецова Мария"}},
            note="",
            disposition="",
            saved_at=150.0,
        )

    filled.write_now(change)
    found = {
        text: [c.call for c in filled.read_now(lambda conn, t=text: contacts.find(conn, t, 9))]
        for text in ("иванова", "кузнецова", "мария", "врач")
    }
    assert found == {"иванова": [], "кузнецова": ["c3"], "мария": ["c3"], "врач": []}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM calls WHERE number_reversed >= '1' AND number_reversed < '2'"
        " ORDER BY arrived_at",
        "SELECT 1 FROM calls WHERE number_reversed = '1' ORDER BY arrived_at DESC",
    ],
)
def test_a_search_by_number_is_no_scan(db: Database, sql: str) -> None:
    plan = db.read_now(lambda conn: conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
    assert "SEARCH" in plan[0][-1]
    assert "number_reversed" in plan[0][-1]


@pytest.mark.parametrize(("text", "calls"), [("иван", ["c3", "c2"]), ("6789", ["c6", "c3", "c2"])])
def test_a_search_is_cut_after_it_is_bounded(filled: Database, text: str, calls: list[str]) -> None:
    """The newest that one may see, not what is left of the newest of all."""

    def found(scope: contacts.Scope | None, limit: int = 3) -> list[str]:
        rows = filled.read_now(lambda conn: contacts.find(conn, text, limit, scope))
        return [contact.call for contact in rows]

    assert found(None) == calls
    assert found(contacts.Scope("nobody")) == []
    assert found(contacts.Scope("nobody", calls=("c2",)), limit=1) == ["c2"]
    assert found(contacts.Scope("nobody", queues=("general",))) == []
    assert found(contacts.Scope("nobody", unqueued=True)) == calls
    assert found(contacts.Scope("anna")) == calls


def test_unfinished_are_talks_and_what_was_filled_in_and_never_saved(filled: Database) -> None:
    def leave(conn: sqlite3.Connection, call: str, *, typed: bool = False, **record: Any) -> None:
        put_call(conn, call, None, T0 + 600, **record)
        new = cards.NewCard(f"card-{call}", call, "", "t", "visit", "v1", {}, "anna", T0)
        cards.create_draft(conn, new)
        if typed:
            cards.save_draft(
                conn, card=new.id, agent="anna", revision=1, scenario="visit", version="v1",
                session={}, note="перезвонить", disposition="", at=T0,
            )  # fmt: skip

    def fill(conn: sqlite3.Connection) -> None:
        leave(conn, "talked")
        leave(conn, "talking", state=Talking(T0), ended_at=None, outcome=None)
        leave(conn, "unanswered", outcome="no_answer")
        leave(conn, "written", outcome="no_answer", typed=True)

    filled.write_now(fill)
    found = filled.read_now(lambda conn: contacts.unfinished(conn, "anna", 10))
    assert {(c.call, c.unfinished) for c in found} == {("talked", True), ("written", True)}
    assert filled.read_now(lambda conn: contacts.unfinished(conn, "boris", 10)) == []
    own = filled.read_now(lambda conn: contacts.own(conn, "anna", T0, 10))
    assert {c.call for c in own if c.unfinished} == {"talked", "written"}


def test_unfinished_ones_are_found_without_reading_all_cards(filled: Database) -> None:
    def plan(conn: sqlite3.Connection) -> str:
        seen: list[str] = []
        conn.set_trace_callback(seen.append)
        contacts.unfinished(conn, "anna", 10)
        conn.set_trace_callback(None)
        return "\n".join(str(row[3]) for row in conn.execute(f"EXPLAIN QUERY PLAN {seen[0]}"))

    assert "USING INDEX idx_cards_unfinished" in filled.read_now(plan)


def test_whose_a_card_is_is_told_by_the_name_that_was_typed_and_by_its_clinic(
    db: Database,
) -> None:
    shapes = {"patient": {"type": "person"}, "where": {"type": "clinic"}}

    def fill(conn: sqlite3.Connection) -> None:
        scenarios.remember(conn, "visit", "v1", {"fields": shapes})
        clinics.remember(conn, {"city_1": "Поликлиника № 1"})
        for call, fields in (
            ("c1", {"patient": "Уткина Зоя", "where": "Поликлиника № 1"}),
            ("c2", {"patient": "", "where": ""}),
        ):
            put_call(conn, call, "+79123456789", T0 + int(call[1]))
            put_card(conn, call, fields, "")
            clinics.keep(conn, int(call[1]), clinics.named({"fields": fields}, {"fields": shapes}))

    db.write_now(fill)
    found = db.read_now(lambda conn: contacts.newest(conn, 10, None))
    told = {one.call: (one.person, one.person_id, one.clinic) for one in found}
    assert told == {"c1": ("Уткина Зоя", 0, "city_1"), "c2": ("", 0, "")}


@pytest.mark.parametrize("session", ['{"fields": ', "[]", "null", '{"fields": []}', "{}"])
async def test_a_card_that_cannot_be_read_has_no_name_and_takes_no_list_away(
    filled: Database, session: str
) -> None:
    def damage(conn: sqlite3.Connection) -> None:
        conn.execute("UPDATE cards SET session = ? WHERE call = 'c1'", (session,))

    filled.write_now(damage)
    for read in (
        lambda conn: contacts.own(conn, "anna", 0, 9),
        lambda conn: contacts.history(conn, "+79123456789", 9),
        lambda conn: contacts.newest(conn, 9, None),
    ):
        names = {contact.call: contact.person for contact in filled.read_now(read)}
        assert (names["c1"], names["c2"]) == ("", "Иванов-Петров Олег")
    known = filled.read_now(lambda conn: callers.caller(conn, "+79123456789", T0, "c6"))
    assert known.name == "Иванов-Петров Олег"
