"""Lines as tools that know Asterisk's queue_log count them."""

from __future__ import annotations

from collections import Counter

from ekc_console.domain.insight.tally import total
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.domain.terms.numbers import masked
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.figures.queue_log import lines
from ekc_console.server.store.figures.sums import sums
from ekc_console.server.store.journal import projection
from tests.unit.server.store.facts import T0, Day

WHOLE = Span(T0, T0 + 1e6)


def lived(db: Database) -> None:
    day = Day(seed=13)
    ops = [
        op
        for fact, now, effects in day.steps(3000)
        for op in projection.project(fact, now, effects, day.router)
    ]
    db.write_now(lambda conn: projection.apply(conn, ops))


def test_events_add_up_to_the_figures_of_the_report(db: Database) -> None:
    lived(db)
    rows = [line.split("|") for line in db.read_now(lambda c: list(lines(c, WHOLE, masked)))]
    tally = total(
        row.tally
        for row in db.read_now(lambda c: list(sums(c, [WHOLE], Rules(zone_named("UTC"), {}))))
    )
    events = Counter(row[4] for row in rows)
    assert events["CONNECT"] == tally.answered > 0
    assert events["ABANDON"] == tally.abandoned > 5
    assert events["EXITWITHTIMEOUT"] == tally.flowed_out
    assert events["ENTERQUEUE"] >= tally.counts.offered
    assert [int(row[0]) for row in rows] == sorted(int(row[0]) for row in rows)


def test_a_call_is_told_in_order_with_its_data(db: Database) -> None:
    call = {
        "id": "c1", "direction": "in", "number": "+79001234567", "called": "122", "topic": "",
        "queue": "doctor", "skills": "[]", "priority": 0, "state": "ended", "arrived_at": T0,
        "queued_at": T0 + 5, "answered_at": T0 + 25, "ended_at": T0 + 125, "ended_by": "caller",
        "agent": "anna", "wait_s": 20.0, "talk_s": 90.0, "held_s": 10.0, "wrap_up_s": 0.0,
        "outcome": "answered",
    }  # fmt: skip
    first = {"offer": "o1", "agent": "bo|ris", "made_at": T0 + 6, "ended_at": T0 + 18}
    second = {"offer": "o2", "agent": "anna", "made_at": T0 + 19, "ended_at": T0 + 24}
    ops = [
        projection.Insert("calls", call),  # type: ignore[arg-type]
        projection.Insert("offers", {**first, "call": "c1", "result": "timeout"}),
        projection.Insert("offers", {**second, "call": "c1", "result": "accepted"}),
    ]
    db.write_now(lambda conn: projection.apply(conn, ops))
    t = int(T0)
    assert db.read_now(lambda conn: list(lines(conn, WHOLE, masked))) == [
        f"{t + 5}|c1|doctor|NONE|ENTERQUEUE||+7 *** ***-**-67|1",
        f"{t + 18}|c1|doctor|bo/ris|RINGNOANSWER|12000",
        f"{t + 25}|c1|doctor|anna|CONNECT|20|c1|5",
        f"{t + 125}|c1|doctor|anna|COMPLETECALLER|20|100|1",
    ]
    (begin, *_) = db.read_now(lambda conn: list(lines(conn, WHOLE, str)))
    assert "+79001234567" in begin
