"""Home visits: made by a saved card, closed by people."""

from __future__ import annotations

import sqlite3
import time

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import cards, persons, visits
from ekc_console.server.store.cards.cards import NewCard
from ekc_console.server.store.cards.contacts import Scope
from ekc_console.server.store.cards.persons import NewPerson
from ekc_console.server.store.cards.visits import TAKEN_BACK, VisitRefused
from ekc_console.wire.side_work import HomeVisit

DOCUMENT = {"fields": {"fio": {"type": "person"}, "address": {"type": "address"}}}
CARD = "card-c1"


@pytest.fixture
def visited(db: Database) -> Database:
    new = NewCard(
        id=CARD, call="c1", number="+79000000012", topic="home_visit", scenario="home_visit",
        version="v1", session={"fields": {}}, agent="anna", created_at=100.0,
    )  # fmt: skip
    db.write_now(lambda conn: scenarios.remember(conn, "home_visit", "v1", DOCUMENT))
    db.write_now(lambda conn: cards.create_draft(conn, new))
    return db


def save(db: Database, revision: int, disposition: str, name: str = "Иванов Пётр") -> None:
    session = {"fields": {"fio": name, "address": "Садовая, 5"}}
    db.write_now(
        lambda conn: cards.save_card(
            conn, card=CARD, agent="anna", revision=revision, scenario="home_visit", version="v1",
            session=session, note="", disposition=disposition, saved_at=100.0 + revision,
        )
    )  # fmt: skip


def close(db: Database, state: str = "done", note: str = "был") -> None:
    db.write_now(
        lambda conn: visits.close(conn, CARD, state=state, at=300.0, by="boris", note=note)  # type: ignore[arg-type]
    )


def visit(db: Database) -> HomeVisit | None:
    return db.read_now(lambda conn: visits.get(conn, CARD))


def test_a_card_that_orders_none_has_none(visited: Database) -> None:
    save(visited, 1, "advised_clinic")
    assert visit(visited) is None
    with pytest.raises(VisitRefused):
        close(visited)


def test_a_visit_is_open_until_it_is_closed_once(visited: Database) -> None:
    save(visited, 1, "visit_ordered")
    assert visit(visited) == HomeVisit(
        at=101.0,
        card=CARD,
        person="Иванов Пётр",
        address="Садовая, 5",
        ordered_by="anna",
        unseen=True,
    )
    close(visited)
    closed = visit(visited)
    assert closed is not None
    assert (closed.state, closed.closed_at, closed.closed_by, closed.note) == (
        "done", 300.0, "boris", "был",
    )  # fmt: skip
    with pytest.raises(VisitRefused, match="not_open"):
        close(visited, "cancelled")


def test_a_corrected_card_corrects_its_visit(visited: Database) -> None:
    save(visited, 1, "visit_ordered")
    save(visited, 2, "visit_ordered", "Иванова Пелагея")
    assert (v := visit(visited)) is not None
    assert (v.person, v.at) == ("Иванова Пелагея", 101.0)
    save(visited, 3, "advised_clinic")
    assert (v := visit(visited)) is not None
    assert (v.state, v.note, v.closed_by) == ("cancelled", TAKEN_BACK, "anna")
    save(visited, 4, "visit_ordered")
    assert (v := visit(visited)) is not None
    assert (v.state, v.at) == ("open", 104.0)


def test_a_closed_visit_is_not_opened_by_another_saving(visited: Database) -> None:
    save(visited, 1, "visit_ordered")
    close(visited)
    save(visited, 2, "visit_ordered")
    assert (v := visit(visited)) is not None
    assert v.state == "done"


# -- the list ----------------------------------------------------------------------------

NUMBER = "+790000{:05}"


def order(db: Database, count: int, first: int = 0) -> None:
    """Visits ordered one after the other, in turn in two queues and in none."""

    def write(conn: sqlite3.Connection) -> None:
        scenarios.remember(conn, "home_visit", "v1", DOCUMENT)
        for n in range(first, first + count):
            number = NUMBER.format(n)
            conn.execute(
                "INSERT INTO calls (id, direction, number, number_reversed, called, topic, queue,"
                " skills, priority, state, arrived_at, ended_at, talk_s, held_s, wrap_up_s) VALUES"
                " (?, 'in', ?, ?, '', 't', ?, '[]', 0, 'ended', ?, ?, 0, 0, 0)",
                (f"n{n}", number, number[:0:-1], ("a", "b", None)[n % 3], n, n + 1),
            )
            session = {"fields": {"fio": f"Ёжикова Пелагея {n}", "address": f"Садовая, {n}"}}
            new = NewCard(
                id=f"card-n{n}", call=f"n{n}", number=number, topic="t", scenario="home_visit",
                version="v1", session=session, agent=f"agent{n % 2}", created_at=float(n),
            )  # fmt: skip
            cards.create_draft(conn, new)
            cards.save_card(
                conn, card=new.id, agent=new.agent, revision=1, scenario="home_visit",
                version="v1", session=session, note="", disposition="visit_ordered",
                saved_at=1000.0 - n,
            )  # fmt: skip

    db.write_now(write)


def listed(
    db: Database, text: str = "", scope: Scope | None = None, limit: int = 100, **named: bool
) -> tuple[list[str], int]:
    found = db.read_now(lambda conn: visits.listed(conn, scope, text, limit, **named))
    assert all(contact.card == visit.card for visit, contact in found.visits)
    return [visit.card.removeprefix("card-n") for visit, _contact in found.visits], found.total


def test_open_visits_are_listed_the_oldest_first(db: Database) -> None:
    order(db, 5)
    assert listed(db) == (["4", "3", "2", "1", "0"], 5)
    assert listed(db, limit=2) == (["4", "3"], 5)
    db.write_now(lambda conn: visits.close(conn, "card-n3", state="done", at=1.0, by="x", note=""))
    assert listed(db) == (["4", "2", "1", "0"], 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ежикова", ["2", "1", "0"]),
        ("ПЕЛАГ садов 1", ["1"]),
        ("card-n2", ["2"]),
        ("00 00-001", ["1"]),
        ("никого", []),
        ("%", []),
    ],
)
def test_the_list_is_filtered_by_name_address_card_and_number(
    db: Database, text: str, found: list[str]
) -> None:
    order(db, 3)
    assert listed(db, text) == (found, len(found))


def test_who_sees_no_numbers_does_not_find_by_one(db: Database) -> None:
    order(db, 3)
    assert listed(db, "0000001", by_number=False) == ([], 0)


def test_the_name_of_the_linked_person_is_found_too(db: Database) -> None:
    order(db, 2)
    person = db.write_now(lambda conn: persons.add(conn, NewPerson("Зайцева Инна"), 1.0, "x"))
    db.write_now(lambda conn: cards.link_person(conn, "card-n1", person, 1.0, "x"))
    assert listed(db, "зайцева") == (["1"], 1)


def test_only_what_is_in_reach_is_listed_and_counted(db: Database) -> None:
    order(db, 6)
    assert listed(db, scope=Scope("nobody", ("a",))) == (["3", "0"], 2)
    assert listed(db, scope=Scope("nobody", ("a",), unqueued=True)) == (["5", "3", "2", "0"], 4)
    assert listed(db, scope=Scope("agent1")) == (["5", "3", "1"], 3)
    assert listed(db, scope=Scope("nobody", calls=("n4",))) == (["4"], 1)


@pytest.mark.long
def test_five_thousand_open_visits_are_listed_in_no_time(db: Database) -> None:
    order(db, 5000)
    begun = time.perf_counter()
    cards_, total = listed(db, "пелагея", limit=500)
    took = time.perf_counter() - begun
    assert (len(cards_), total) == (500, 5000)
    assert took < 0.5
    print(f"{took * 1000:.0f} ms")
