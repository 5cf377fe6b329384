from __future__ import annotations

import sqlite3
from math import inf

import pytest

from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures.arrivals import PIECE_S, Course, arrivals, courses

START = 1_800_000_000.0  # a quarter of an hour begins
WHOLE = Span(START, START + 3 * PIECE_S)
ROW = (
    "INSERT INTO calls (id, direction, called, topic, queue, skills, priority, state, arrived_at,"
    " queued_at, ended_at, wait_s, talk_s, held_s, wrap_up_s, outcome)"
    " VALUES (?, ?, '', '', ?, '[]', 0, 'ended', ?, ?, ?, ?, ?, ?, ?, ?)"
)


def row(
    name: str,
    at: float,
    queue: str | None = "a",
    direction: str = "in",
    *,
    queued: bool = True,
    outcome: str = "answered",
    wait: float = 10.0,
) -> tuple[object, ...]:
    took = (100.0, 20.0, 30.0) if outcome == "answered" else (0.0, 0.0, 0.0)
    return (name, direction, queue, at, at if queued else None, at + 60, wait, *took, outcome)


@pytest.fixture
async def store(db: Database) -> Database:
    rows = [
        row("one", START),
        row("two", START + 899.9, outcome="abandoned_queue", wait=40.0),
        row("three", START + 900),
        row("later", START + 2 * PIECE_S + 5, "b", outcome="forwarded"),
        row("before", START - 0.1),
        row("after", WHOLE.until),
        row("out", START, direction="out", queued=False),
        row("menu", START, None, queued=False, outcome="served_by_menu"),
    ]
    db.write_now(lambda conn: conn.executemany(ROW, rows).rowcount)
    return db


async def test_calls_that_came_into_queues_by_quarters(store: Database) -> None:
    first, far = int(START // 900), int((START + 2 * PIECE_S) // 900)
    told: list[float] = []
    found = store.read_now(lambda conn: arrivals(conn, WHOLE, told.append))
    assert found == {"a": {first: 2, first + 1: 1}, "b": {far: 1}}
    assert told == pytest.approx([1 / 3, 2 / 3, 1])


async def test_how_calls_went(store: Database) -> None:
    found = store.read_now(lambda conn: courses(conn, WHOLE))
    assert found == {"a": Course(2, 300.0, 1, 60.0), "b": Course(0, 0.0, 0, 0.0)}
    assert (found["a"].mean_handling_s, found["a"].patience_s) == (150.0, 60.0)
    assert (found["b"].mean_handling_s, found["b"].patience_s) == (None, inf)


async def test_who_asks_can_end_it(store: Database) -> None:
    def stop(_done: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        store.read_now(lambda conn: arrivals(conn, WHOLE, stop))


async def test_no_call_of_another_time_is_read(store: Database) -> None:
    def plans(conn: sqlite3.Connection) -> list[str]:
        said: list[str] = []
        conn.set_trace_callback(said.append)
        arrivals(conn, WHOLE)
        courses(conn, WHOLE)
        conn.set_trace_callback(None)
        steps = [conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in said]
        return [str(step[3]) for rows in steps for step in rows]

    steps = [step for step in store.read_now(plans) if "calls" in step]
    assert len(steps) == 4
    assert all("calls USING INDEX idx_calls_arrived_at (arrived_at>" in step for step in steps)
