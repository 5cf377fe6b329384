"""Sums by SQL against the same sums over the single calls."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest

from ekc_console.domain.insight.metrics import CallRecord
from ekc_console.domain.insight.tally import Tally, tally_of
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls.report import COUNTED, RECORD
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.figures.sums import Row, sums
from ekc_console.server.store.journal import projection
from tests.unit.server.store.facts import T0, Day

RULES = Rules(zone_named("Europe/Moscow"), {"main": 5.0, "all": 30.0, "own": 20.0})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Facts of a random day, in the read models."""
    day = Day(seed=13)
    ops = [
        op
        for fact, now, effects in day.steps(3000)
        for op in projection.project(fact, now, effects, day.router)
    ]
    with Database.open(tmp_path_factory.mktemp("figures") / "ekc.db") as database:
        database.write_now(lambda conn: projection.apply(conn, ops))
        with read_only.opened(database.path) as conn:
            yield conn


def by_hand(conn: sqlite3.Connection, span: Span, key: str) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    rows = conn.execute(
        f"SELECT {key}, coalesce(queue, ''), ended_at IS NOT NULL, {RECORD} FROM calls"
        f" WHERE arrived_at >= ? AND arrived_at < ? AND {COUNTED}",
        (span.since, span.until),
    )
    for name, queue, ended, direction, outcome, queued, *times in rows:
        record = CallRecord(direction, outcome, bool(queued), *times)
        found[name or ""] += tally_of(record, RULES.levels.get(queue, -1.0), bool(ended))
    return dict(found)


def near(tally: Tally) -> Tally:
    """Sums of floats differ in their last digit by the order of adding."""
    names = ("wait_s", "longest_wait_s", "talk_s", "held_s", "wrap_up_s")
    values = {name: getattr(tally, name) for name in Tally.__dataclass_fields__}
    return Tally(**values | {name: round(values[name], 6) for name in names})


def rounded(rows: Iterator[Row]) -> dict[str, Tally]:
    return {row.key: near(row.tally) for row in rows}


WHOLE = Span(T0, T0 + 1e6)


@pytest.mark.parametrize(
    ("by", "key"),
    [
        (None, "''"),
        ("queue", "queue"),
        ("agent", "agent"),
        ("direction", "direction"),
        ("trunk", "trunk"),
        ("outcome", "coalesce(outcome, 'answered')"),
    ],
)
def test_sums_are_those_of_the_single_calls(
    lived: sqlite3.Connection, by: str | None, key: str
) -> None:
    expected = {name: near(tally) for name, tally in by_hand(lived, WHOLE, key).items()}
    found = rounded(sums(lived, [WHOLE], RULES, by))  # type: ignore[arg-type]
    assert found == expected
    assert sum(tally.calls for tally in found.values()) > 100


def test_parts_of_the_time_add_up(lived: sqlite3.Connection) -> None:
    edges = [T0 + n * 500.0 for n in range(21)]
    parts = [Span(*pair) for pair in pairwise(edges)]
    together = sum((row.tally for row in sums(lived, parts, RULES)), Tally())
    (whole,) = sums(lived, [Span(edges[0], edges[-1])], RULES)
    assert near(together) == near(whole.tally)
    assert len({row.span for row in sums(lived, parts, RULES)}) > 3


def test_only_what_is_asked_for_counts(lived: sqlite3.Connection) -> None:
    every = rounded(sums(lived, [WHOLE], RULES, "queue"))
    assert rounded(sums(lived, [WHOLE], RULES, "queue", {"queue": ["main"]})) == {
        "main": every["main"]
    }
    assert rounded(sums(lived, [WHOLE], RULES, "queue", {"queue": [""]})) == {"": every[""]}
    (neither,) = sums(lived, [WHOLE], RULES, None, {"queue": ["main", "all"]})
    assert near(neither.tally) == near(every["main"] + every["all"])
    assert list(sums(lived, [WHOLE], RULES, "queue", {"agent": ["nobody"]})) == []


def test_a_call_counts_by_its_card(db: Database) -> None:
    call = {"id": "c1", "direction": "in", "called": "122", "topic": "", "skills": "[]"}
    times = {"arrived_at": T0, "ended_at": T0 + 9, "talk_s": 0.0, "held_s": 0.0, "wrap_up_s": 0.0}
    rest = {"priority": 0, "state": "ended", "outcome": "answered", "queue": "main"}
    card = {
        "id": "k1", "call": "c1", "number": "", "topic": "", "scenario": "", "version": "",
        "revision": 1, "session": "{}", "note": "", "disposition": "booked", "state": "saved",
        "created_at": T0, "agent": "anna", "clinic_id": "p1",
    }  # fmt: skip
    ops = [
        projection.Insert("calls", call | times | rest),
        projection.Insert("calls", call | times | rest | {"id": "c2"}),
        projection.Insert("cards", card),
    ]
    db.write_now(lambda conn: projection.apply(conn, ops))
    for by, value in (("clinic", "p1"), ("disposition", "booked")):
        keys = db.read_now(lambda conn, by=by: rounded(sums(conn, [WHOLE], RULES, by)))
        assert {key: tally.calls for key, tally in keys.items()} == {"": 1, value: 1}
        only = {by: [value]}
        (row,) = db.read_now(
            lambda conn, only=only: list(sums(conn, [WHOLE], RULES, "queue", only))
        )
        assert (row.key, row.tally.calls) == ("main", 1)


def test_a_value_is_a_value_and_no_sql(lived: sqlite3.Connection) -> None:
    assert list(sums(lived, [WHOLE], RULES, None, {"queue": ["' OR 1=1 --"]})) == []
