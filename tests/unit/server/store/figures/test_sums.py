"""Sums by SQL against the same sums over the single calls."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.insight.metrics import CallRecord
from ekc_console.domain.insight.tally import UNSERVED, Around, Tally, Windows, tally_of, total
from ekc_console.domain.insight.tally import WHOLE as COUNTS
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.digits import reversed_digits
from ekc_console.server.store.calls.report import COUNTED, RECORD
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.figures.sums import Row, sums
from ekc_console.server.store.journal import projection
from tests.unit.server.store.facts import T0, Day

WINDOWS = Windows(repeat_s=400.0, resolved_s=900.0, reached_s=500.0)
RULES = Rules(zone_named("Europe/Moscow"), {"main": 5.0, "all": 30.0, "own": 20.0}, WINDOWS)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Facts of a random day, in the read models; and a crowd that calls again and again."""
    day = Day(seed=13)
    ops = [
        op
        for fact, now, effects in day.steps(3000)
        for op in projection.project(fact, now, effects, day.router)
    ]
    ops += crowd(300, random.Random(3))
    with Database.open(tmp_path_factory.mktemp("figures") / "ekc.db") as database:
        database.write_now(lambda conn: projection.apply(conn, ops))
        with read_only.opened(database.path) as conn:
            yield conn


def crowd(calls: int, rng: random.Random) -> Iterator[projection.Insert]:
    """Of few numbers, within a few windows."""
    for n in range(calls):
        at, out = T0 + rng.random() * 10_000, rng.random() < 0.2
        number = rng.choice((None, *(f"+7900000{who:04}" for who in range(25))))
        outcome = rng.choice(("answered", "answered", *UNSERVED, "refused"))
        talked = at + rng.random() * 60 if outcome == "answered" else None
        yield projection.Insert(
            "calls",
            {
                "id": f"x{n}", "direction": "out" if out else "in", "number": number,
                "number_reversed": reversed_digits(number) if number else None, "called": "122",
                "topic": "", "queue": rng.choice(("main", "all")), "skills": "[]", "priority": 0,
                "state": "ended", "arrived_at": at, "queued_at": None if out else at,
                "answered_at": talked, "ended_at": at + 90, "talk_s": 1.0, "held_s": 0.0,
                "wrap_up_s": 0.0, "outcome": outcome, "agent": rng.choice(("anna", "boris", None)),
                "wait_s": rng.random() * 60, "predicted_s": rng.choice((None, 30.0)),
            },
        )  # fmt: skip


@dataclass(frozen=True)
class Called:
    number: str | None
    direction: str
    arrived_at: float
    talked_at: float | None
    refused: bool
    party: bool
    """An outside party's line within another call."""


def all_calls(conn: sqlite3.Connection) -> list[Called]:
    return [
        Called(number, direction, at, talked, outcome == "refused", direction == "out" and not who)
        for number, direction, at, talked, outcome, who in conn.execute(
            "SELECT number, direction, arrived_at, coalesce(answered_at, forwarded_at), outcome,"
            " agent FROM calls ORDER BY rowid"
        )
    ]


def around(of: Called, others: list[Called], until: float) -> Around:
    """Looked for among all calls one by one."""
    same = [one for one in others if of.number and one.number == of.number and one is not of]
    calls = [one.arrived_at for one in same if one.direction == "in" and not one.refused]
    repeat_s, resolved_s, reached_s = WINDOWS.repeat_s, WINDOWS.resolved_s, WINDOWS.reached_s
    since = of.arrived_at
    near_by = [one for one in same if abs(one.arrived_at - since) <= reached_s and not one.party]
    talks = [one.talked_at for one in near_by if one.talked_at is not None]
    return Around(
        withheld=of.number is None,
        repeat=any(since - repeat_s <= at < since for at in calls),
        again=any(since < at <= since + resolved_s for at in calls)
        if since + resolved_s <= until
        else None,
        spoken=any(since <= at <= since + reached_s for at in talks)
        if since + reached_s <= until
        else None,
    )


def by_hand(conn: sqlite3.Connection, span: Span, key: str, until: float) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    others = all_calls(conn)
    rows = conn.execute(
        f"SELECT rowid, {key}, coalesce(queue, ''), ended_at IS NOT NULL, predicted_s, {RECORD}"
        f" FROM calls WHERE arrived_at >= ? AND arrived_at < ? AND {COUNTED}",
        (span.since, span.until),
    )
    places = [rowid for (rowid,) in conn.execute("SELECT rowid FROM calls ORDER BY rowid")]
    for rowid, name, queue, ended, predicted, direction, outcome, queued, *times in rows:
        record = CallRecord(direction, outcome, bool(queued), *times)
        told = around(others[places.index(rowid)], others, until)
        level = RULES.levels.get(queue, -1.0)
        found[name or ""] += tally_of(record, level, bool(ended), predicted, told)
    return dict(found)


def near(tally: Tally) -> Tally:
    """Sums of floats differ in their last digit by the order of adding."""
    names = [field.name for field in fields(Tally) if field.name not in COUNTS]
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
    (until,) = lived.execute("SELECT max(arrived_at) - 600 FROM calls").fetchone()
    expected = {name: near(one) for name, one in by_hand(lived, WHOLE, key, until).items()}
    found = rounded(sums(lived, [WHOLE], RULES, by, around=until))  # type: ignore[arg-type]
    assert found == expected
    every = total(found.values())
    assert every.calls > 100
    assert 0 < every.resolved < every.settled
    assert 0 < every.reached < every.given_up
    assert min(every.repeats, every.withheld, every.predicted) > 0


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=8), st.floats(0, 20_000))
def test_parts_of_the_time_and_of_the_calls_add_up(
    lived: sqlite3.Connection, cuts: list[float], until: float
) -> None:
    """Wherever the time is cut, and whatever the calls are told apart by."""
    edges = [T0, *sorted(T0 + cut for cut in cuts), T0 + 10_000]
    parts = [Span(*pair) for pair in pairwise(edges)]
    (whole,) = sums(lived, [Span(edges[0], edges[-1])], RULES, around=T0 + until)
    for by in (None, "queue", "agent", "outcome"):
        rows = sums(lived, parts, RULES, by, around=T0 + until)  # type: ignore[arg-type]
        assert near(total(row.tally for row in rows)) == near(whole.tally)


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
