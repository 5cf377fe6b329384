from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.insight import metrics
from ekc_console.domain.insight.metrics import Counts, ServiceLevel
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import report
from ekc_console.server.store.journal import projection
from tests.unit.domain.desk import T0, queue
from tests.unit.server.store.facts import QUEUES, Day
from tests.unit.server.store.journal.test_projection import StoredDesk

FAST = queue("fast", service_level_s=5.0, wrap_up_s=30.0, short_abandon_s=3.0)
SLOW = queue("slow", service_level_s=20.0, wrap_up="none")


@pytest.fixture
def desk(db: Database) -> StoredDesk:
    return StoredDesk(db, FAST, SLOW)


def today(desk: StoredDesk, since: float = T0, until: float | None = None) -> report.Report:
    end = desk.now if until is None else until
    return desk.db.read_now(lambda conn: report.today(conn, since, end, [FAST, SLOW]))


def live_a_day(desk: StoredDesk) -> None:
    """Two talks, one after 4 s and one after 10 s, each of 60 s; one caller gives up after 2 s and
    one after 30 s; one call is ended by us in the queue; one gives up in the menu."""
    desk.log_in("anna", "fast", "slow")
    for call, wait in (("c1", 4), ("c2", 10)):
        desk.arrive(call, f"+7900000010{call[1]}", "fast")
        desk.wait(wait)
        desk.ready("anna")
        desk.talk("anna")
        desk.wait(60)
        desk.end(call)
        desk.give(f.AgentPaused(AgentId("anna"), "lunch"))
        desk.wait(30)  # wrap-up, then the break
    for call, wait, by in (("c3", 2, "caller"), ("c4", 30, "caller"), ("c5", 50, "system")):
        desk.arrive(call, f"+7900000010{call[1]}", "fast")
        desk.wait(wait)
        desk.end(call, by)  # type: ignore[arg-type]
    desk.menu("c6", "+79000000106")
    desk.wait(5)
    desk.end("c6")
    desk.wait(100)


def test_figures_of_a_day(desk: StoredDesk) -> None:
    live_a_day(desk)
    figures = today(desk)
    fast = figures.queues[0]
    assert (fast.queue, fast.title) == ("fast", "fast")
    assert fast.counts == Counts(answered=2, abandoned=2, short_abandoned=1, flowed_out=1)
    assert fast.counts.offered == 5
    assert fast.service_level == ServiceLevel(
        of_answered=1 / 2, with_early_abandons=2 / 4, of_offered=1 / 5, without_short=1 / 4
    )
    assert fast.asa_s == 7.0
    assert fast.aht_s == 90.0
    assert fast.longest_wait_s == 50.0
    assert (fast.callbacks_open, fast.callbacks_reached) == (3, 0)

    slow = figures.queues[1]
    assert slow.counts.offered == 0
    assert (slow.asa_s, slow.aht_s, slow.longest_wait_s) == (None, None, 0.0)
    assert slow.service_level == ServiceLevel(None, None, None, None)

    assert figures.total.counts == fast.counts
    assert figures.total.service_level == fast.service_level
    assert figures.total.callbacks_open == 4  # that of the menu too
    assert (figures.abandoned_menu, figures.served_by_menu) == (1, 0)


def test_figures_of_an_agent(desk: StoredDesk) -> None:
    live_a_day(desk)
    [anna] = today(desk).agents
    assert (anna.agent, anna.calls) == ("anna", 2)
    assert (anna.talk_s, anna.held_s, anna.wrap_up_s) == (120.0, 0.0, 60.0)
    assert anna.ready_s == 0.0
    assert anna.break_s + anna.not_ready_s == desk.now - T0 - 180.0
    assert anna.occupancy == 1.0


def test_not_ready_yet_after_the_login_is_no_break(desk: StoredDesk) -> None:
    desk.give(f.AgentLoggedIn(AgentId("anna"), (QueueId("fast"),)))
    desk.wait(60)
    desk.give(f.AgentPaused(AgentId("anna"), "lunch"))
    desk.wait(40)
    [anna] = today(desk).agents
    assert (anna.not_ready_s, anna.break_s, anna.breaks) == (60.0, 40.0, (("lunch", 40.0),))


def test_who_left_in_the_wrap_up_was_not_ready_from_then_on(desk: StoredDesk) -> None:
    desk.log_in("anna", "fast")
    desk.arrive("c1", "+79000000101", "fast")
    desk.ready("anna")
    desk.talk("anna")
    desk.wait(60)
    desk.end("c1")
    desk.give(f.AgentLoggedOut(AgentId("anna")))
    desk.wait(3600)
    [figures] = today(desk).agents
    assert (figures.ready_s, figures.calls) == (0.0, 1)


def test_intervals_count_with_what_lies_within(desk: StoredDesk) -> None:
    desk.ready("anna", "fast")
    desk.wait(100)
    desk.give(f.AgentPaused(AgentId("anna"), "lunch"))
    desk.wait(100)
    [anna] = today(desk, T0 + 60, T0 + 150).agents
    assert (anna.ready_s, anna.break_s, anna.occupancy) == (40.0, 50.0, 0.0)
    assert anna.breaks == (("lunch", 50.0),)
    assert today(desk, T0 - 100, T0).agents == ()
    desk.give(f.AgentLoggedOut(AgentId("anna")))
    assert today(desk, T0 + 200, T0 + 300).agents == ()


def test_each_call_is_held_against_its_own_queue(desk: StoredDesk) -> None:
    for agent, name, wait in (("anna", "fast", 10), ("boris", "slow", 10)):
        desk.log_in(agent, name)
        desk.arrive(f"c-{name}", None, name)
        desk.wait(wait)
        desk.ready(agent)
        desk.talk(agent)
        desk.end(f"c-{name}")
    figures = today(desk)
    assert [q.service_level.of_answered for q in figures.queues] == [0.0, 1.0]
    assert figures.total.service_level.of_answered == 0.5


def test_a_talk_that_goes_on_is_answered_but_not_handled(desk: StoredDesk) -> None:
    desk.ready("anna", "fast")
    desk.arrive("c1", None, "fast")
    desk.talk("anna")
    desk.wait(40)
    desk.arrive("c2", None, "fast")  # waits: not counted yet
    desk.wait(2)
    figures = today(desk)
    assert figures.total.counts == Counts(1, 0, 0, 0)
    assert figures.total.asa_s == 0.0
    assert figures.total.aht_s is None
    assert figures.agents[0].talk_s == 42.0


def test_callbacks_reached(desk: StoredDesk) -> None:
    desk.arrive("c1", "+79000000101", "fast")
    desk.wait(30)
    desk.end("c1")
    lost_at = desk.now
    desk.wait(100)
    desk.ready("anna", "fast")
    desk.place("out", "anna", "cb1")
    desk.wait(10)
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    desk.wait(1)
    before, after = today(desk, until=lost_at + 50).total, today(desk).total
    assert (before.callbacks_open, before.callbacks_reached) == (1, 0)
    assert (after.callbacks_open, after.callbacks_reached) == (0, 1)
    assert after.counts.offered == 1  # outgoing calls are not offered


def test_a_callback_that_was_not_dialled_counts_nowhere(db: Database) -> None:
    desk = StoredDesk(db, queue("fast", callback_auto=True, callback_after_s=60.0))
    desk.arrive("c1", "+79000000101", "fast")
    desk.wait(30)
    desk.end("c1")
    before = today(desk)
    desk.wait(70)
    assert len(desk.waiting("fast")) == 1
    desk.give(f.CallbackClosed(CallbackId("cb1"), "cancelled", None))
    after = today(desk, until=before.until)
    assert (after.total.counts, after.reach) == (before.total.counts, before.reach)
    assert after.total.aht_s is None
    assert desk.rows("calls", "id") == ["c1"]


def test_reach_and_the_promised_wait_beside_the_real_one(desk: StoredDesk) -> None:
    """One of two who gave up is called back and reached; a day later the other one counts."""
    desk.ready("anna", "slow")
    for i in range(9):
        desk.arrive(f"c{i}", f"+7900000010{i}", "slow")
    for _ in range(6):
        call = desk.talk("anna")
        desk.now += 20
        desk.end(call)
    desk.arrive("late", "+79000000199", "slow")
    promised = desk.call("late").predicted_s
    assert promised is not None
    queued_at = desk.now
    for _ in range(3):
        call = desk.talk("anna")
        desk.now += 50
        desk.end(call)
    desk.talk("anna")
    real = desk.now - queued_at
    desk.now += 20
    desk.end("late")
    figures = today(desk)
    assert (figures.wait.calls, figures.wait.bias_s) == (1, pytest.approx(real - promised))
    assert figures.wait.coverage == (1.0 if real <= promised else 0.0)
    assert figures.reach.share is None

    desk.give(f.AgentPaused(AgentId("anna"), "lunch"))
    for call, number in (("x", "+79000000301"), ("y", "+79000000302")):
        desk.arrive(call, number, "slow")
        desk.wait(30)
        desk.end(call)
    owed = next(c.id for c in desk.router.callbacks.values() if c.number == "+79000000301")
    desk.ready("anna")
    desk.give(f.CallPlaced(CallId("out"), AgentId("anna"), "+79000000301", owed))
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    assert today(desk).reach.share is None  # nobody's time is over, the other may be reached
    later = today(desk, until=desk.now + 2 * report.REACH_WITHIN_S)
    assert later.reach.share == pytest.approx(11 / 12)


def test_a_queue_that_is_gone_from_the_settings_is_named_by_its_id(desk: StoredDesk) -> None:
    live_a_day(desk)
    figures = desk.db.read_now(lambda conn: report.today(conn, T0, desk.now, [SLOW]))
    assert [(q.queue, q.title, q.counts.offered) for q in figures.queues] == [
        ("slow", "slow", 0),
        ("fast", "fast", 5),
    ]


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_figures_are_those_of_the_records(db: Database, seed: int) -> None:
    """What is read from the tables equals what the formulas give for the router's own records."""
    day = Day(seed)

    def live_through(conn: sqlite3.Connection) -> float:
        at = 0.0
        for fact, at, effects in day.steps(1000):
            projection.apply(conn, projection.project(fact, at, effects, day.router))
        for call in list(day.router.calls):
            fact = f.CallEnded(call, "caller")
            effects = day.router.handle(fact, at)
            projection.apply(conn, projection.project(fact, at, effects, day.router))
        return at

    until = db.write_now(live_through) + 1.0
    figures = db.read_now(lambda conn: report.today(conn, 0.0, until, QUEUES))
    ended = list(day.router.recently_ended.values())
    records = [metrics.record_of(call) for call in ended]
    assert figures.total.counts == metrics.counts(records)
    assert figures.total.asa_s == pytest.approx(metrics.asa(records))
    assert figures.total.aht_s == pytest.approx(metrics.aht(records))
    for settings, of_queue in zip(QUEUES, figures.queues, strict=True):
        mine = [metrics.record_of(call) for call in ended if call.queue == settings.id]
        assert of_queue.counts == metrics.counts(mine)
        level: Any = metrics.service_level(mine, settings.service_level_s)
        assert of_queue.service_level == level
    people = [
        metrics.Contact(
            c.number,
            c.direction,
            c.arrived_at,
            c.answered_at if c.answered_at is not None else c.forwarded_at,
            c.outcome == "served_by_menu",
        )
        for c in ended
        if c.outcome != "refused" and not c.virtual
    ]
    for share, of in ((figures.reach.share, True), (figures.reach.withheld, False)):
        mine = [p for p in people if (p.number is not None) is of]
        assert share == metrics.guaranteed_reach(mine, report.REACH_WITHIN_S, until)
    waits = [
        (c.predicted_s, c.answered_at - (c.queued_at or 0.0))
        for c in ended
        if c.direction == "in" and c.answered_at is not None and c.predicted_s is not None
    ]
    assert figures.wait == metrics.wait_error(waits)
    queued_in = [c for c in ended if c.direction == "in" and c.queued_at is not None]
    assert figures.total.counts.offered == len(queued_in)
    assert figures.total.callbacks_open == len(day.router.callbacks)
    for agent in figures.agents:
        record = day.router.agents[agent.agent]
        assert agent.talk_s >= record.talk_s - 1e-6  # the record counts since the last login
    assert QueueId("main") in [q.queue for q in figures.queues]
