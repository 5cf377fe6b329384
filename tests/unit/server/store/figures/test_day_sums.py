"""What is kept of days is what the calls say, whatever changes and whenever."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.insight.tally import Tally
from ekc_console.domain.terms.localtime import DAY_S, start_of, zone_named
from ekc_console.domain.terms.spans import Span, cut
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures import by_calls, day_sums
from ekc_console.server.store.figures.by_calls import COLUMNS, Rules
from ekc_console.server.store.figures.sums import sums
from ekc_console.server.store.journal import projection
from tests.support.sweep import sweep

ZONE = zone_named("Asia/Yekaterinburg")
RULES = Rules(ZONE, {"main": 5.0, "own": 30.0})
FIRST = start_of(date(2026, 11, 1), ZONE)
DAYS = cut(Span(FIRST, FIRST + 10 * DAY_S), "day", ZONE)
OUTCOMES = ("answered", "abandoned_queue", "short_abandoned", "flowed_out", "served_by_menu")


def call(n: int, rng: random.Random) -> projection.Insert:
    at = FIRST + rng.random() * 10 * DAY_S
    outcome = rng.choice(OUTCOMES)
    talked, number = outcome == "answered", rng.randrange(90)
    return projection.Insert(
        "calls",
        {
            "id": f"c{n}", "number_reversed": str(number) if number else None,
            "predicted_s": rng.choice((None, 30.0)),
            "direction": rng.choice(("in", "in", "out")), "called": rng.choice("12"),
            "trunk": rng.choice(("", "town", "reserve")),
            "topic": rng.choice(("", "visit")), "queue": rng.choice(("main", "own", "old", None)),
            "skills": "[]", "priority": 0, "state": "ended", "arrived_at": at, "queued_at": at,
            "answered_at": at if talked else None, "ended_at": at + 60,
            "agent": rng.choice(("anna", "boris")), "wait_s": float(rng.randrange(60)),
            "talk_s": 50.0 * talked, "held_s": 0.0, "wrap_up_s": 10.0 * talked, "outcome": outcome,
        },
    )  # fmt: skip


def card(n: int, of_call: str) -> projection.Insert:
    return projection.Insert(
        "cards",
        {
            "id": f"k{n}", "call": of_call, "number": "", "topic": "", "scenario": "",
            "version": "", "revision": 1, "session": "{}", "note": "", "disposition": "booked",
            "state": "saved", "created_at": FIRST, "agent": "anna", "clinic_id": "p1",
        },
    )  # fmt: skip


@pytest.fixture
def store(db: Database) -> Database:
    """500 calls of ten days, a few cards; every day counted."""
    rng = random.Random(5)
    ops = [*(call(n, rng) for n in range(500)), *(card(n, f"c{n}") for n in range(0, 500, 7))]
    db.write_now(lambda conn: projection.apply(conn, ops))
    for day in DAYS:
        keep(db, day)
    return db


def keep(db: Database, day: Span, rules: Rules = RULES, *, around: bool = False) -> bool:
    db.write_now(lambda conn: day_sums.begin(conn, day, rules, around=around))
    found = db.read_now(lambda conn: day_sums.count(conn, day, rules, around=around))
    return db.write_now(lambda conn: day_sums.finish(conn, day, rules, found))


def kept(db: Database, rules: Rules = RULES) -> list[Span]:
    return db.read_now(lambda conn: day_sums.counted(conn, rules))


def from_calls(
    conn: sqlite3.Connection, span: Span, by: str | None, around: float | None = None
) -> dict[str, Tally]:
    return dict(by_calls.tallies(conn, span, by, {}, RULES, around))  # type: ignore[arg-type]


SPANS = (
    Span(FIRST, FIRST + 10 * DAY_S),
    Span(FIRST + 0.5 * DAY_S, FIRST + 7.25 * DAY_S),
    Span(FIRST + 2 * DAY_S, FIRST + 3 * DAY_S),
    Span(FIRST + 2.2 * DAY_S, FIRST + 2.8 * DAY_S),
)


def rounded(tallies: dict[str, Tally]) -> dict[str, Tally]:
    return {key: replace(tally, wait_s=round(tally.wait_s, 6)) for key, tally in tallies.items()}


@pytest.mark.parametrize("by", sweep([None, *COLUMNS], every=3))
def test_days_that_are_kept_add_up_to_what_the_calls_say(store: Database, by: str | None) -> None:
    assert kept(store) == list(DAYS)
    for span in SPANS:
        expected = store.read_now(lambda conn, span=span: from_calls(conn, span, by))
        found = store.read_now(lambda conn, span=span: list(sums(conn, [span], RULES, by)))  # type: ignore[arg-type]
        assert rounded({row.key: row.tally for row in found}) == rounded(expected)


LATER = FIRST + 14 * DAY_S
"""The first seven of the days are whole then."""


@pytest.mark.parametrize("by", sweep([None, *COLUMNS], every=3))
def test_what_other_calls_of_a_number_tell_is_kept_of_whole_days_and_else_read(
    store: Database, by: str | None
) -> None:
    whole = [day for day in DAYS if day_sums.whole(day, RULES, LATER)]
    assert whole == list(DAYS[:7])
    assert all(keep(store, day, around=True) for day in whole)
    assert kept(store) == list(DAYS)
    assert store.read_now(lambda conn: day_sums.counted(conn, RULES, around=True)) == whole
    for span in SPANS:
        expected = store.read_now(lambda conn, span=span: from_calls(conn, span, by, LATER))
        rows = store.read_now(
            lambda conn, span=span: list(sums(conn, [span], RULES, by, around=LATER))  # type: ignore[arg-type]
        )
        assert rounded({row.key: row.tally for row in rows}) == rounded(expected)
        if by is None and span is SPANS[0]:
            one = expected[""]
            assert 0 < one.resolved < one.settled
            assert 0 < one.reached < one.given_up
            assert one.repeats > 0 < one.withheld_unserved


@pytest.mark.parametrize(("days", "goes"), [(-0.9, True), (1.5, True), (7.9, True), (8.1, False)])
def test_a_call_around_a_whole_day_takes_it_out(store: Database, days: float, goes: bool) -> None:
    """``days``: when it arrived, after the begin of the day."""
    day = DAYS[1]
    keep(store, day, around=True)
    late = call(900, random.Random(1))
    late.row["arrived_at"] = day.since + days * DAY_S
    store.write_now(lambda conn: projection.apply(conn, [late]))
    assert (day not in kept(store)) == goes


def test_a_filter_by_queue_goes_by_the_kept_days_and_any_other_by_the_calls(
    store: Database,
) -> None:
    for only in ({"queue": ["main", ""]}, {"agent": ["anna"]}, {"called": ["1"], "queue": ["own"]}):

        def read(conn: sqlite3.Connection, only: dict[str, list[str]] = only) -> None:
            expected = dict(by_calls.tallies(conn, SPANS[0], "agent", only, RULES))  # type: ignore[arg-type]
            found = sums(conn, [SPANS[0]], RULES, "agent", only)  # type: ignore[arg-type]
            assert {row.key: row.tally for row in found} == expected

        store.read_now(read)


CHANGES: dict[str, Callable[[sqlite3.Connection], object]] = {
    "a call ends later": lambda c: c.execute("UPDATE calls SET talk_s = 99 WHERE id = 'c1'"),
    "a call is found": lambda c: projection.apply(c, [call(900, random.Random(1))]),
    "a call goes": lambda c: c.execute("DELETE FROM calls WHERE id = 'c1'"),
    "the clock was wrong": lambda c: c.execute(
        "UPDATE calls SET arrived_at = arrived_at + 86400 WHERE id = 'c1'"
    ),
    "a card is saved": lambda c: projection.apply(c, [card(900, "c1")]),
    "a card is mended": lambda c: c.execute("UPDATE cards SET disposition = 'x' WHERE id = 'k7'"),
    "a clinic is known": lambda c: c.execute("UPDATE cards SET clinic_id = 'p2' WHERE id = 'k7'"),
    "a card goes": lambda c: c.execute("DELETE FROM cards WHERE id = 'k7'"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_day_takes_it_out_until_it_is_counted_anew(
    store: Database, change: str
) -> None:
    store.write_now(CHANGES[change])
    gone = set(DAYS) - set(kept(store))
    assert 1 <= len(gone) <= 2
    for by in (None, "disposition", "clinic"):
        expected = store.read_now(lambda conn, by=by: from_calls(conn, SPANS[0], by))
        found = store.read_now(lambda conn, by=by: list(sums(conn, [SPANS[0]], RULES, by)))
        assert {row.key: row.tally for row in found} == expected
    assert all(keep(store, day) for day in gone)
    assert kept(store) == list(DAYS)


def test_a_change_while_a_day_is_counted_leaves_it_uncounted(store: Database) -> None:
    (at,) = store.read_now(
        lambda conn: conn.execute("SELECT arrived_at FROM calls WHERE id = 'c1'").fetchone()
    )
    day = next(day for day in DAYS if day.since <= at < day.until)
    store.write_now(lambda conn: day_sums.begin(conn, day, RULES, around=False))
    found = store.read_now(lambda conn: day_sums.count(conn, day, RULES, around=False))
    store.write_now(CHANGES["a call ends later"])
    assert not store.write_now(lambda conn: day_sums.finish(conn, day, RULES, found))
    assert day not in kept(store)


def test_changes_of_today_take_no_day_out(store: Database) -> None:
    store.write_now(
        lambda conn: conn.execute("UPDATE calls SET arrived_at = ?", (FIRST + 20 * DAY_S,))
    )
    assert kept(store) == []
    for day in DAYS:
        keep(store, day)
    store.write_now(lambda conn: conn.execute("UPDATE calls SET talk_s = 1"))
    assert kept(store) == list(DAYS)


def test_days_counted_by_other_rules_are_not_read(store: Database) -> None:
    stricter = Rules(ZONE, {"main": 1.0, "own": 1.0})
    assert kept(store, stricter) == []
    (row,) = store.read_now(lambda conn: list(sums(conn, [SPANS[0]], stricter)))
    (known,) = store.read_now(lambda conn: list(sums(conn, [SPANS[0]], RULES)))
    assert row.tally.answered_in_time < known.tally.answered_in_time
    keep(store, DAYS[0], stricter)
    assert (kept(store, stricter), kept(store)) == ([DAYS[0]], list(DAYS[1:]))


def test_a_zone_that_is_changed_and_changed_back_loses_no_call(store: Database) -> None:
    elsewhere = Rules(zone_named("Europe/Moscow"), RULES.levels)
    theirs = cut(Span(FIRST + 2 * 3600.0, FIRST + 9 * DAY_S + 2 * 3600.0), "day", elsewhere.zone)
    turns = ((elsewhere, theirs[3:5]), (RULES, DAYS[1:6]), (elsewhere, theirs), (RULES, DAYS[:3]))
    for rules, days in turns:
        assert all(keep(store, day, rules) for day in days)
        store.write_now(CHANGES["a call ends later"])
        for each in (RULES, elsewhere):
            expected = store.read_now(lambda conn: from_calls(conn, SPANS[0], None))
            found = store.read_now(lambda conn, each=each: list(sums(conn, [SPANS[0]], each)))
            assert rounded({row.key: row.tally for row in found}) == rounded(expected)


@given(st.floats(0, 12), st.floats(0, 12), st.sets(st.integers(0, 9)).map(sorted))
def test_a_span_is_parted_without_gap_and_counted_days_are_whole(
    begin: float, length: float, numbers: list[int]
) -> None:
    span = Span(FIRST + begin * DAY_S, FIRST + (begin + length) * DAY_S)
    days = [DAYS[n] for n in numbers]
    parts = list(day_sums.parted(span, days))
    covered = [part for part, _ in parts]
    assert all(one.until == other.since for one, other in pairwise(covered))
    if span.since < span.until:
        assert (covered[0].since, covered[-1].until) == (span.since, span.until)
    for part, counted in parts:
        whole = [d for d in days if part.since <= d.since and d.until <= part.until]
        assert counted == (sum(d.until - d.since for d in whole) == part.until - part.since)


@pytest.mark.parametrize("around", [None, LATER])
@pytest.mark.parametrize("by", sweep([None, *COLUMNS], every=3))
def test_no_report_reads_what_it_need_not(
    store: Database, by: str | None, around: float | None
) -> None:
    """SQLite's own plans: calls by their time, kept days by their key, cards by their call, other
    calls of a number by it and their time."""
    for day in DAYS[:7]:
        keep(store, day, around=True)

    def plans(conn: sqlite3.Connection) -> list[str]:
        said: list[str] = []
        conn.set_trace_callback(said.append)
        list(sums(conn, [SPANS[1]], RULES, by, around=around))  # type: ignore[arg-type]
        conn.set_trace_callback(None)
        steps = [conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in said]
        return [str(step[3]) for rows in steps for step in rows]

    steps = store.read_now(plans)
    assert any("day_sums USING PRIMARY KEY" in step for step in steps)
    assert any("calls USING INDEX idx_calls_arrived_at" in step for step in steps)
    others = [step for step in steps if "SEARCH other" in step]
    assert all("(number_reversed=? AND arrived_at>? AND arrived_at<?)" in one for one in others)
    assert bool(others) == (around is not None)
    assert not [step for step in steps if step.startswith("SCAN") and "summed_days" not in step]
