"""What is audited reaches the trail, whatever the store does, and keeps nobody waiting."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console.server.core.clock import Clock
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.people import trail as module
from ekc_console.server.people.trail import Trail
from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.check import check
from ekc_console.server.store.audit.heads import NAME, Heads
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire import messages, supervision
from tests.support.simulated_centre import Centre, run


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(tmp_path / "ekc.db")
    yield database
    await database.close()


@pytest.fixture
def conditions() -> Conditions:
    return Conditions()


@pytest.fixture
def trail(db: Database, conditions: Conditions, monkeypatch: pytest.MonkeyPatch) -> Trail:
    monkeypatch.setattr(module, "AGAIN_S", 0.01)
    return Trail(db, Clock(), conditions)


def kept(db: Database) -> list[tuple[str, str, int]]:
    found = db.read_now(lambda conn: list(entries.oldest_first(conn, entries.Wanted())))
    return [(e.who, e.action, e.found) for e in found if e.action != "begun"]


async def told(conditions: Conditions, trouble: bool) -> None:
    changed = asyncio.Event()
    conditions.watch(changed.set)
    async with asyncio.timeout(5):
        while ("audit" in conditions) is not trouble:
            await changed.wait()
            changed.clear()


def refuse(db: Database) -> None:
    db.write_now(lambda conn: conn.execute("ALTER TABLE audit RENAME TO away"))


def accept(db: Database) -> None:
    db.write_now(lambda conn: conn.execute("ALTER TABLE away RENAME TO audit"))


async def test_what_is_noted_is_written_in_its_order(db: Database, trail: Trail) -> None:
    for number in range(50):
        trail.note("anna", "card", found=number)
    await trail.kept("olga", "login")
    await trail.close()
    assert sorted(kept(db)) == [*(("anna", "card", n) for n in range(50)), ("olga", "login", 0)]
    assert [n for who, _, n in kept(db) if who == "anna"] == list(range(50))
    with read_only.opened(db.path) as conn:
        checked = check(conn, Heads(db.path))
    assert (checked.broken, checked.head) == (None, Heads(db.path).last())


async def test_trouble_of_the_store_is_said_and_nothing_is_lost(
    db: Database, trail: Trail, conditions: Conditions
) -> None:
    refuse(db)
    trail.note("anna", "login")
    with pytest.raises(StoreError):
        await trail.kept("anna", "card")
    await told(conditions, True)
    trail.note("olga", "login")
    accept(db)
    await told(conditions, False)
    assert kept(db) == [("anna", "login", 0), ("olga", "login", 0)]


async def test_a_backlog_is_written_in_parts_in_its_order(
    db: Database, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part at a time, so that the journal of calls is not held for all of it."""
    monkeypatch.setattr(module, "AT_ONCE", 3)
    parts: list[int] = []
    real = entries.add

    def add(conn: sqlite3.Connection, heads: Heads, *added: entries.Entry) -> object:
        parts.append(len(added))
        return real(conn, heads, *added)

    monkeypatch.setattr(entries, "add", add)
    for number in range(8):
        trail.note("anna", "card", found=number)
    await trail.close()
    assert parts == [3, 3, 2]
    assert kept(db) == [("anna", "card", n) for n in range(8)]


async def test_more_than_fits_is_counted(
    db: Database, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    for _ in range(5):
        trail.note("anna", "login")
    await trail.close()
    assert kept(db) == [("anna", "login", 0)] * 2 + [("", "lost", 3)]


async def test_heads_that_cannot_be_written_keep_no_entry_back(
    db: Database, trail: Trail, conditions: Conditions
) -> None:
    await trail.kept("anna", "login")
    file, aside = db.path.with_name(NAME), db.path.with_name("aside")
    aside.write_bytes(file.read_bytes())
    db.path.with_name("folder").symlink_to(db.path.parent)
    db.path.with_name("folder").replace(file)
    trail.note("olga", "login")
    await told(conditions, True)
    aside.replace(file)
    await told(conditions, False)
    assert [who for who, *_ in kept(db)] == ["anna", "olga"]


def test_the_end_of_a_shift_by_oneself_and_by_another(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await centre.operator("nina", role="supervisor", queues=())
        anna = await centre.ready("anna")
        await centre.ready("olga")
        await anna.done(messages.LogOut())
        order = supervision.ForceAgent(agent="olga", state="offline", why="забыла выйти")
        await nina.done(order)
        await centre.server.people.trail.close()
        found = centre.server.database.read_now(
            lambda conn: list(entries.oldest_first(conn, entries.Wanted()))
        )
        assert [(e.who, e.action, e.about, e.reason) for e in found[1:]] == [
            ("anna", "logout", "", ""), ("nina", "session_ended", "olga", "забыла выйти"),
        ]  # fmt: skip

    run(tmp_path, story)


def test_entries_stay_when_the_server_ends(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.server.people.trail.note("anna", "login")

    run(tmp_path, story)
    (path,) = tmp_path.rglob("ekc.db")
    with sqlite3.connect(path) as conn:
        assert ("anna", "login") in conn.execute("SELECT who, action FROM audit").fetchall()
