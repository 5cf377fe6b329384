"""Home visits: made by a saved card, closed by people."""

from __future__ import annotations

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import cards, visits
from ekc_console.server.store.cards.cards import NewCard
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
        at=101.0, card=CARD, person="Иванов Пётр", address="Садовая, 5", ordered_by="anna"
    )
    close(visited)
    closed = visit(visited)
    assert closed is not None
    assert (closed.state, closed.closed_at, closed.closed_by, closed.note) == (
        "done", 300.0, "boris", "был",
    )  # fmt: skip
    with pytest.raises(VisitRefused, match="уже закрыли"):
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
