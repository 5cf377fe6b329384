from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import Offline
from ekc_console.domain.state.call import Offered
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import contacts
from ekc_console.server.store.journal import journal, projection
from tests.support.sweep import sweep
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue
from tests.unit.server.store.facts import Day

TABLES = ("calls", "call_path", "offers", "agent_intervals", "callbacks")


def rows(conn: sqlite3.Connection, table: str, columns: str = "*") -> list[Any]:
    found = conn.execute(f"SELECT {columns} FROM {table} ORDER BY rowid").fetchall()
    return [row[0] for row in found] if columns.isidentifier() else found


def everything(conn: sqlite3.Connection) -> dict[str, list[Any]]:
    return {table: rows(conn, table) for table in TABLES}


class StoredDesk(Desk):
    """A desk whose facts are folded into a store."""

    def __init__(self, db: Database, *queues: Any) -> None:
        self.db = db
        super().__init__(*queues)

    def give(self, fact: f.Fact) -> list[Any]:
        effects = super().give(fact)
        ops = projection.project(fact, self.now, effects, self.router)
        self.db.write_now(lambda conn: projection.apply(conn, ops))
        return effects

    def rows(self, table: str, columns: str = "*") -> list[Any]:
        return self.db.read_now(lambda conn: rows(conn, table, columns))


@pytest.fixture
def desk(db: Database) -> StoredDesk:
    return StoredDesk(db, queue(wrap_up_s=30.0))


@pytest.mark.parametrize("seed", sweep(range(4), every=4))
def test_replay_of_the_journal_gives_the_same_rows(tmp_path: Path, seed: int) -> None:
    """The live server writes as facts come; a replay reads them back and must write the same,
    whether one router handles all or a second one goes on from a snapshot."""
    day, turn = Day(seed), 600
    with (
        Database.open(tmp_path / "live.db") as live,
        Database.open(tmp_path / "replay.db") as replay,
        Database.open(tmp_path / "resumed.db") as resumed,
    ):

        def live_through(conn: sqlite3.Connection) -> dict[str, Any]:
            for seq, (fact, at, effects) in enumerate(day.steps(1000), start=1):
                journal.append(conn, [journal.Entry(seq, at, fact)])
                projection.apply(conn, projection.project(fact, at, effects, day.router))
                if seq == turn:
                    dump = day.router.dump()
            return dump

        dump = live.write_now(live_through)
        entries = live.read_now(lambda conn: list(journal.tail(conn)))
        expected = live.read_now(everything)

        router = Router()
        replay.write_now(lambda conn: fold(conn, router, entries))
        assert replay.read_now(everything) == expected
        assert router.state_hash() == day.router.state_hash()

        resumed.write_now(lambda conn: fold(conn, Router(), entries[:turn]))
        resumed.write_now(lambda conn: fold(conn, Router.load(dump), entries[turn:]))
        assert resumed.read_now(everything) == expected
    assert all(len(expected[table]) > 5 for table in TABLES), "the day was not worth replaying"


def fold(conn: sqlite3.Connection, router: Router, entries: list[journal.Entry]) -> None:
    for entry in entries:
        effects = router.handle(entry.fact, entry.at)
        projection.apply(conn, projection.project(entry.fact, entry.at, effects, router))


@pytest.mark.parametrize("seed", [7, 8])
def test_rows_agree_with_the_records_of_the_router(tmp_path: Path, seed: int) -> None:
    day = Day(seed)
    with Database.open(tmp_path / "ekc.db") as db:

        def live_through(conn: sqlite3.Connection) -> None:
            for fact, at, effects in day.steps(1000):
                projection.apply(conn, projection.project(fact, at, effects, day.router))

        db.write_now(live_through)
        stored = db.read_now(everything)
    calls = (*day.router.calls.values(), *day.router.recently_ended.values())
    assert {row[0]: row for row in stored["calls"]} == {
        call.id: tuple(projection.call_row(call).values()) for call in calls if not call.virtual
    }
    _check_intervals(stored["agent_intervals"], day.router)
    _check_offers(stored["offers"], day.router)


def _check_intervals(stored: list[Any], router: Router) -> None:
    """Of each agent: one after the other without a gap but for logouts, the last one open."""
    for agent in router.agents.values():
        mine = [row for row in stored if row[1] == agent.id]
        for (*_, ended), (*_, began, _) in itertools.pairwise(mine):
            assert ended is not None
            assert began >= ended
        assert all(to_at is None or to_at >= from_at for *_, from_at, to_at in mine)
        open_ones = [row for row in mine if row[-1] is None]
        logged_in = not isinstance(agent.state, Offline)
        assert len(open_ones) == logged_in
        if open_ones:
            assert open_ones[0][5] == agent.state.since  # type: ignore[union-attr]
            assert open_ones[0] is mine[-1]


def _check_offers(stored: list[Any], router: Router) -> None:
    """An offer is open in the table if and only if it is in the router, and the results are the
    core's own."""
    open_now = {
        offer.id
        for call in router.calls.values()
        if isinstance(call.state, Offered)
        for offer in call.state.offers
    }
    assert {row[0] for row in stored if row[4] is None} == open_now
    results = {row[0]: row[5] for row in stored}
    for call in (*router.calls.values(), *router.recently_ended.values()):
        for settled in call.offers:
            assert results[settled.offer] == settled.result


# -- row by row --------------------------------------------------------------------


def test_a_call_from_the_menu_to_the_wrap_up(desk: StoredDesk) -> None:
    desk.ready("anna")
    desk.menu("c1", "+79123456789")
    desk.give(f.CallStepEntered(CallId("c1"), "main_menu", "v1", "hello"))
    desk.give(f.CallStepEntered(CallId("c1"), "main_menu", "v1", "topics"))
    desk.wait(10)
    desk.enqueue("c1", priority=2)
    desk.wait(4)
    desk.talk("anna")
    desk.wait(60)
    desk.give(f.CallHeld(CallId("c1")))
    desk.wait(5)
    desk.give(f.CallResumed(CallId("c1")))
    desk.wait(30)
    desk.end("c1")
    desk.wait(12)
    desk.give(f.WrapUpFinished(AgentId("anna")))

    [call] = desk.db.read_now(as_dicts("calls"))
    assert call == {
        "id": "c1",
        "direction": "in",
        "number": "+79123456789",
        "number_reversed": "98765432197",
        "called": "122",
        "topic": "topic",
        "queue": "main",
        "skills": "[]",
        "priority": 2,
        "state": "ended",
        "arrived_at": T0,
        "queued_at": T0 + 10,
        "answered_at": T0 + 14,
        "ended_at": T0 + 109,
        "ended_by": "caller",
        "cause": "normal",
        "agent": "anna",
        "wait_s": 4.0,
        "talk_s": 90.0,
        "held_s": 5.0,
        "wrap_up_s": 12.0,
        "outcome": "answered",
        "callback": None,
        "predicted_s": None,
        "forwarded_at": None,
        "services": None,
        "trunk": "",
    }
    assert desk.rows("call_path", "call, at, scenario, version, step") == [
        ("c1", T0, "main_menu", "v1", "hello"),
        ("c1", T0, "main_menu", "v1", "topics"),
    ]
    assert desk.rows("offers") == [("o1", "c1", "anna", T0 + 10, T0 + 14, "accepted")]
    assert desk.rows(
        "agent_intervals", "state, reason, call, from_at - 1750000000, to_at - from_at"
    ) == [
        ("break", "login", None, 0.0, 0.0),
        ("ready", "", None, 0.0, 10.0),
        ("offered", "", "c1", 10.0, 4.0),
        ("connecting", "", "c1", 14.0, 0.0),
        ("talking", "", "c1", 14.0, 60.0),
        ("held", "", "c1", 74.0, 5.0),
        ("talking", "", "c1", 79.0, 30.0),
        ("wrap_up", "", "c1", 109.0, 12.0),
        ("ready", "", None, 121.0, None),
    ]


def as_dicts(table: str) -> Any:
    def read(conn: sqlite3.Connection) -> list[dict[str, Any]]:
        cursor = conn.execute(f"SELECT * FROM {table} ORDER BY rowid")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    return read


def test_logging_out_ends_the_last_interval(desk: StoredDesk) -> None:
    desk.log_in("anna")
    desk.give(f.AgentPaused(AgentId("anna"), "lunch"))
    desk.wait(60)
    desk.give(f.AgentLoggedOut(AgentId("anna")))
    desk.wait(60)
    assert desk.rows("agent_intervals", "state, reason, to_at - from_at") == [
        ("break", "login", 0.0),
        ("break", "lunch", 60.0),
    ]


def test_a_fact_that_changes_no_state_leaves_the_interval(desk: StoredDesk) -> None:
    desk.ready("anna")
    desk.wait(5)
    desk.give(f.AgentVanished(AgentId("anna")))
    desk.give(f.AgentReturned(AgentId("anna")))
    assert desk.rows("agent_intervals", "state, to_at") == [("break", T0), ("ready", None)]


def test_offers_of_ring_all_name_the_slower_ones(db: Database) -> None:
    desk = StoredDesk(db, queue(strategy="ring-all"))
    for agent in ("anna", "boris", "vera"):
        desk.ready(agent)
    desk.arrive("c1")
    desk.refuse("vera")
    desk.wait(2)
    desk.accept("boris")
    assert sorted(desk.rows("offers", "agent, ended_at, result")) == [
        ("anna", T0 + 2, "taken"),
        ("boris", T0 + 2, "accepted"),
        ("vera", T0, "rejected"),
    ]


@pytest.mark.parametrize(
    ("queued", "by", "where"),
    [(False, "caller", "menu"), (True, "caller", "queue"), (True, "engine", "cut")],
)
def test_a_callback_keeps_where_the_first_call_was_lost(
    desk: StoredDesk, queued: bool, by: f.EndedBy, where: str
) -> None:
    desk.menu("c1")
    if queued:
        desk.enqueue("c1")
    desk.wait(30)
    desk.end("c1", by)
    desk.wait(5)
    desk.arrive("c2")
    desk.end("c2")
    [owed] = desk.db.read_now(as_dicts("callbacks"))
    assert owed == {
        "id": "cb1",
        "number": "+79000000001",
        "state": "open",
        "since": T0,
        "where_lost": where,
        "queue": "main",
        "topic": "topic",
        "first_call": "c1",
        "last_call": "c2",
        "calls": 2,
        "attempts": 0,
        "not_before": T0 + 30,
        "result": None,
        "closed_at": None,
        "closed_by": None,
    }


def test_a_callback_is_a_call_once_it_is_dialled(db: Database) -> None:
    """One that stands in its queue and is taken out of it, by whatever, was never a call."""
    desk = StoredDesk(db, queue(callback_auto=True, callback_after_s=60.0))
    desk.arrive("c1")
    desk.wait(30)
    desk.end("c1")
    desk.wait(70)
    assert len(desk.waiting()) == 1
    assert desk.rows("calls", "id") == ["c1"]
    desk.arrive("c2")  # calls again by themselves: the callback leaves the queue
    assert desk.waiting() == ["c2"]
    desk.end("c2")
    desk.wait(70)
    desk.ready("anna")
    (stands,) = desk.offers()
    desk.refuse("anna")
    assert desk.rows("offers", "call, result") == [(stands[0], "rejected")]
    desk.give(f.CallbackClosed(CallbackId("cb1"), "cancelled", AgentId("anna")))
    assert desk.rows("calls", "id") == ["c1", "c2"]
    assert desk.rows("callbacks", "state, result") == [("closed", "cancelled")]
    history = desk.db.read_now(lambda conn: contacts.history(conn, MENU_NUMBER, 20))
    assert [contact.call for contact in history] == ["c2", "c1"]

    desk.arrive("c3")
    desk.wait(30)
    desk.end("c3")
    desk.wait(70)
    offered = desk.agent("anna").state.call  # type: ignore[union-attr]
    assert desk.rows("calls", "id") == ["c1", "c2", "c3"]
    desk.accept("anna")
    assert desk.rows("calls", "id, state, agent")[3:] == [(offered, "dialing", "anna")]


def test_a_call_has_the_trunk_that_carried_it(desk: StoredDesk) -> None:
    """Of calls out that which answered, else that which was asked last; none before that was
    told."""
    desk.give(f.CallArrived(CallId("in1"), "+79001112233", "122", trunk="town"))
    desk.give(f.CallArrived(CallId("in2"), "+79001112244", "122"))
    desk.ready("anna")
    desk.place("out1", "anna")
    assert desk.rows("calls", "trunk") == ["town", "", ""]
    desk.give(f.CallAnswered(CallId("out1"), "reserve"))
    desk.give(f.CallEnded(CallId("out1"), "agent"))
    desk.give(f.AgentReady(AgentId("anna")))
    desk.place("out2", "anna")
    desk.give(f.CallEnded(CallId("out2"), "system", "busy", trunk="town"))
    assert desk.rows("calls", "trunk") == ["town", "", "reserve", "town"]


def test_a_callback_is_dialled_and_reached(desk: StoredDesk) -> None:
    desk.arrive("c1")
    desk.wait(30)
    desk.end("c1")
    desk.ready("anna")
    desk.place("out1", "anna", "cb1")
    assert desk.rows("callbacks", "state, not_before") == [("dialing", None)]
    desk.wait(8)
    desk.give(f.CallAnswered(CallId("out1")))
    desk.give(f.CallBridged(CallId("out1")))
    assert desk.rows("callbacks", "state, result, closed_at, closed_by, where_lost") == [
        ("closed", "reached", T0 + 38, "anna", "queue")
    ]
    assert desk.rows("calls", "id, outcome, callback, wait_s") == [
        ("c1", "abandoned_queue", "cb1", 30.0),
        ("out1", None, "cb1", None),
    ]
