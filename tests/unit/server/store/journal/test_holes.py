"""Entries that are missing are found, wherever they are."""

from __future__ import annotations

import sqlite3
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.server.archive import hole_watch
from ekc_console.server.archive.hole_watch import HoleWatch
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import holes
from ekc_console.server.store.journal.holes import Hole


def journal(seqs: list[int]) -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE journal (seq INTEGER PRIMARY KEY, at REAL)")
    conn.executemany("INSERT INTO journal VALUES (?, ?)", [(n, n * 10.0) for n in seqs])
    return conn


@given(st.sets(st.integers(1, 60)), st.integers(1, 9))
def test_every_hole_before_the_last_entry_is_found(there: set[int], piece: int) -> None:
    conn = journal(sorted(there))
    found: list[Hole] = []
    at, last = 0, -1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holes, "PIECE", piece)
        while last != at:
            last = at
            at, more = holes.look(conn, at)
            found += more
    missing = {n for hole in found for n in range(hole.first, hole.last + 1)}
    assert missing == set(range(1, max(there, default=0) + 1)) - there
    for hole in found:
        assert (hole.since, hole.until) == ((hole.first - 1) * 10.0, (hole.last + 1) * 10.0)
        assert hole.first == 1 or hole.first - 1 in there


async def test_the_watch_keeps_what_it_found_and_finds_no_more_what_is_back(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hole_watch, "BETWEEN_PIECES_S", 0.0)

    def entries(conn: sqlite3.Connection, seqs: range) -> None:
        rows = [(n, float(n), "ClockSet", "{}") for n in seqs]
        conn.executemany("INSERT INTO journal (seq, at, fact, body) VALUES (?, ?, ?, ?)", rows)

    await db.write(partial(entries, seqs=range(1, 50)))
    await db.write(partial(entries, seqs=range(60, 80)))
    watch = HoleWatch(db)
    assert await watch.look() == 1
    within = partial(holes.within, since=0.0, until=1000.0)
    assert await db.read(within) == [Hole(50, 59, 49.0, 60.0)]
    assert await db.read(partial(holes.within, since=61.0, until=1000.0)) == []
    await db.write(partial(entries, seqs=range(90, 95)))
    assert await watch.look() == 1
    assert [hole.first for hole in await db.read(within)] == [50, 80]
    await db.write(partial(entries, seqs=range(50, 60)))
    assert await HoleWatch(db).look() == 1
    assert [hole.first for hole in await db.read(within)] == [80]
