from __future__ import annotations

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import callers, cards, persons, visits
from ekc_console.server.store.cards.cards import NewCard
from ekc_console.server.store.cards.persons import NewPerson

NUMBER = "+79000000012"
DOCUMENT = {
    "fields": {
        "fio": {"type": "person"},
        "address": {"type": "address"},
        "note": {"type": "text"},
    }
}
NOW = 1_000_000.0


@pytest.fixture
async def filled(db: Database) -> Database:
    def write(conn):  # type: ignore[no-untyped-def]
        scenarios.remember(conn, "home_visit", "v1", DOCUMENT)
        for index, (at, name) in enumerate([(NOW - 90000, "Иванова Анна"), (NOW - 60, "Иванов П")]):
            conn.execute(
                "INSERT INTO calls (id, direction, number, number_reversed, called, topic, skills,"
                " priority, state, arrived_at, talk_s, held_s, wrap_up_s) VALUES"
                " (?, 'in', ?, ?, '', 'home_visit', '[]', 0, 'ended', ?, 0, 0, 0)",
                (f"c{index}", NUMBER, NUMBER[:0:-1], at),
            )
            card = NewCard(
                id=f"card{index}", call=f"c{index}", number=NUMBER, topic="home_visit",
                scenario="home_visit", version="v1", agent="anna", created_at=at,
                session={"fields": {"fio": name, "address": "Садовая, 5", "note": "секрет"}},
            )  # fmt: skip
            cards.create_draft(conn, card)
            cards.save_card(
                conn, card=card.id, agent="anna", revision=1, scenario="home_visit", version="v1",
                session=card.session, note="", disposition="visit_ordered", saved_at=at,
            )  # fmt: skip
        conn.execute(
            "INSERT INTO callbacks (id, number, state, since, where_lost, topic, first_call,"
            " last_call, calls, attempts) VALUES ('b', ?, 'open', 5, 'queue', 'feedback', 'c0',"
            " 'c0', 1, 2)",
            (NUMBER,),
        )

    db.write_now(write)
    return db


async def test_what_is_known_of_a_caller(filled: Database) -> None:
    found = filled.read_now(lambda conn: callers.caller(conn, NUMBER, NOW, "now"))
    assert found.calls_24h == 1
    assert found.name == "Иванов П"
    assert [(k.type, k.value) for k in found.known] == [
        ("person", "Иванов П"),
        ("address", "Садовая, 5"),
        ("person", "Иванова Анна"),
    ]
    assert [(c.topic_title, c.attempts) for c in found.callbacks] == [("feedback", 2)]
    assert [(v.card, v.person) for v in found.home_visits] == [
        ("card1", "Иванов П"),
        ("card0", "Иванова Анна"),
    ]


async def test_the_present_call_and_closed_visits_are_left_out(filled: Database) -> None:
    filled.write_now(
        lambda conn: visits.close(conn, "card0", state="done", at=NOW, by="anna", note="")
    )
    found = filled.read_now(lambda conn: callers.caller(conn, NUMBER, NOW + 180_000, "c1"))
    assert (found.calls_24h, found.home_visits) == (0, ())
    assert found.name == "Иванова Анна"


async def test_the_person_of_the_call_brings_visits_from_elsewhere(filled: Database) -> None:
    def write(conn):  # type: ignore[no-untyped-def]
        person = persons.add(conn, NewPerson("Иванов Пётр"), NOW, "anna")
        cards.link_person(conn, "card1", person, NOW, "anna")
        conn.execute("UPDATE calls SET number_reversed = '99' WHERE id = 'c0'")
        cards.link_person(conn, "card0", person, NOW, "anna")

    filled.write_now(write)
    found = filled.read_now(lambda conn: callers.caller(conn, NUMBER, NOW, "c1"))
    assert found.person is not None
    assert (found.name, found.person.contacts) == ("Иванов Пётр", 2)
    assert [visit.card for visit in found.home_visits] == ["card0"]
    assert [person.name for person in found.persons] == ["Иванов Пётр"]


async def test_a_stranger(db: Database) -> None:
    found = db.read_now(lambda conn: callers.caller(conn, NUMBER, NOW))
    assert found == callers.StoredCaller(0, "", (), (), (), (), None, ())
