"""Readings that may take long, and that nobody else waits for."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ekc_console.server.day.long_reads import AT_ONCE, LongReads
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    with Database.open(tmp_path / "ekc.db") as database:
        yield database.path


class Endless:
    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)

    def __call__(self, conn: sqlite3.Connection) -> object:
        self.begun.release()
        try:
            return conn.execute(_ENDLESS).fetchone()
        finally:
            self.ended.release()


def answer(conn: sqlite3.Connection) -> object:
    return conn.execute("SELECT 42").fetchone()[0]


async def test_one_that_takes_too_long_is_refused_in_words_and_frees_its_thread(
    store: Path,
) -> None:
    reads, endless = LongReads(store), Endless()
    asked = (reads.read(endless, limit_s=0.2) for _one in range(3 * AT_ONCE))
    refused = await asyncio.gather(*asked, return_exceptions=True)
    assert {(type(why), why.code, why.key) for why in refused} == {  # type: ignore[union-attr]
        (Refusal, "server_busy", "calls.too_slow")
    }
    assert await reads.read(answer) == 42
    await reads.close()


async def test_one_whose_asker_has_gone_ends(store: Path) -> None:
    reads, endless = LongReads(store), Endless()
    asked = asyncio.create_task(reads.read(endless))
    assert await asyncio.to_thread(endless.begun.acquire, timeout=10)
    asked.cancel()
    assert await asyncio.to_thread(endless.ended.acquire, timeout=10)
    await reads.close()


async def test_the_end_of_the_server_does_not_wait_for_them(store: Path) -> None:
    reads, endless = LongReads(store), Endless()
    asked = asyncio.create_task(reads.read(endless))
    assert await asyncio.to_thread(endless.begun.acquire, timeout=10)
    async with asyncio.timeout(5):
        await reads.close()
    with pytest.raises(Exception, match="interrupted"):
        await asked
