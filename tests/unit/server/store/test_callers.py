from __future__ import annotations

import pytest

from ekc_console.server.store import callers, cards, scenarios
from ekc_console.server.store.cards import NewCard
from ekc_console.server.store.database import Database

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
        conn.execute("UPDATE cards SET disposition = 'visit_ordered'")
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


async def test_the_present_call_and_old_visits_are_left_out(filled: Database) -> None:
    found = filled.read_now(lambda conn: callers.caller(conn, NUMBER, NOW + 180_000, "c1"))
    assert (found.calls_24h, found.home_visits) == (0, ())
    assert found.name == "Иванова Анна"


async def test_a_stranger(db: Database) -> None:
    found = db.read_now(lambda conn: callers.caller(conn, NUMBER, NOW))
    assert found == callers.StoredCaller(0, "", (), (), ())
