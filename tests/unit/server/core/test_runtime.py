"""Journal first, effects after; and what happens when the journal cannot be written."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.snapshot import Still
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.core import commits
from ekc_console.server.core import runtime as module
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.commits import NO_ROOM
from ekc_console.server.core.restore import restore
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import NoRoom
from ekc_console.server.store.journal import journal
from ekc_console.wire.words import Words

QUEUE = QueueSettings(QueueId("q"), "Очередь")


class Desk:
    """A runtime on a real store, with a store that can be made to fail or to wait."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.effects: list[ef.Effect] = []
        self.troubles: list[Words | None] = []
        self.failures = 0
        self.gate: asyncio.Event | None = None
        self._write = database.write
        database.write = self.write  # type: ignore[method-assign]

    async def write(self, fn: Callable[[sqlite3.Connection], Any], **limits: Any) -> Any:
        if self.gate:
            await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise NoRoom("на диске нет места")
        return await self._write(fn, **limits)

    async def open(self) -> Desk:
        router, seq = await restore(self.database)
        self.runtime = Runtime(router, self.database, Clock(), seq)
        self.runtime.start(self.effects.append, self.troubles.append)
        return self

    async def journal(self) -> list[str]:
        entries = await self.database.read(lambda conn: list(journal.tail(conn, 0)))
        return [type(entry.fact).__name__ for entry in entries]


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, seconds in (("GRACE_S", 0.1), ("FIRST_RETRY_S", 0.01), ("RETRY_S", 0.02)):
        monkeypatch.setattr(commits, name, seconds)
    database = Database.open(tmp_path / "ekc.db")
    desk = await Desk(database).open()
    desk.runtime.submit(facts.QueuesConfigured((QUEUE,)))
    yield desk
    desk.failures = 0
    await desk.runtime.stop()
    await database.close()


def arrived(name: str) -> facts.CallArrived:
    return facts.CallArrived(CallId(name), "+79000000012", "122")


async def test_effects_come_after_the_commit_in_order(desk: Desk) -> None:
    await desk.runtime.settled()
    desk.gate = asyncio.Event()
    desk.effects.clear()
    for name in ("c1", "c2"):
        desk.runtime.submit(arrived(name))
    assert set(desk.runtime.router.calls) == {"c1", "c2"}  # known at once
    await asyncio.sleep(0.01)
    assert desk.effects == []
    desk.gate.set()
    await desk.runtime.settled()
    assert desk.effects == [ef.CallChanged(CallId("c1")), ef.CallChanged(CallId("c2"))]
    assert await desk.journal() == ["QueuesConfigured", "CallArrived", "CallArrived"]


async def test_settled_waits_for_a_commit_that_is_under_way(desk: Desk) -> None:
    await desk.runtime.settled()
    desk.gate = asyncio.Event()
    desk.runtime.submit(arrived("c1"))
    await asyncio.sleep(0.01)  # the commit has begun
    waiter = asyncio.create_task(desk.runtime.settled())
    await asyncio.sleep(0.01)
    assert not waiter.done()
    desk.gate.set()
    await waiter
    assert ef.CallChanged(CallId("c1")) in desk.effects


async def test_an_illegal_fact_is_not_journalled(desk: Desk) -> None:
    with pytest.raises(IllegalFact):
        desk.runtime.submit(facts.AgentReady(AgentId("nobody")))
    await desk.runtime.settled()
    assert await desk.journal() == ["QueuesConfigured"]


async def test_a_deadline_becomes_a_fact(desk: Desk) -> None:
    quick = QueueSettings(QueueId("q"), "Очередь", offer_timeout_s=0.05, max_unanswered=1)
    agent = AgentId("anna")
    desk.runtime.submit(facts.QueuesConfigured((quick,)))
    for fact in (
        facts.AgentLoggedIn(agent, (QueueId("q"),)),
        facts.AgentLegUp(agent),
        facts.AgentReady(agent),
        arrived("c1"),
        facts.CallQueued(CallId("c1"), QueueId("q"), "t"),
    ):
        desk.runtime.submit(fact)
    async with asyncio.timeout(5):
        while "TimePassed" not in await desk.journal():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    withdrawn = [e for e in desk.effects if isinstance(e, ef.WithdrawOffer)]
    assert [effect.reason for effect in withdrawn] == ["timeout"]


async def test_a_store_that_fails_shortly_is_tried_again(desk: Desk) -> None:
    await desk.runtime.settled()
    desk.failures = 1
    desk.runtime.submit(arrived("c1"))
    await desk.runtime.settled()
    assert desk.troubles == [NO_ROOM, None]
    assert await desk.journal() == ["QueuesConfigured", "CallArrived"]


FOR_LONG = 1_000_000


async def test_callers_are_served_while_the_store_fails_and_nothing_is_lost(desk: Desk) -> None:
    await desk.runtime.settled()
    desk.failures = FOR_LONG
    desk.runtime.submit(arrived("c1"))
    assert not await desk.runtime.kept()
    assert ef.CallChanged(CallId("c1")) in desk.effects
    assert desk.troubles == [NO_ROOM]
    assert not desk.runtime.saved
    desk.runtime.submit(arrived("c2"))
    assert not await desk.runtime.kept(), "served at once, not after a try of its own"
    desk.failures = 0
    await healed(desk)
    assert desk.troubles == [NO_ROOM, None]
    assert await desk.runtime.kept()
    assert await desk.journal() == ["QueuesConfigured", "CallArrived", "CallArrived"]


async def healed(desk: Desk) -> None:
    """Nothing happens meanwhile: it is tried again by itself. What came while the first was
    written goes in the next commit, when the trouble is over already."""
    async with asyncio.timeout(5):
        while not desk.runtime.saved or desk.runtime.commits.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_is_not_written_yet_is_written_at_the_end(desk: Desk) -> None:
    await desk.runtime.settled()
    desk.failures = FOR_LONG
    desk.runtime.submit(arrived("c1"))
    await desk.runtime.settled()
    desk.failures = 3
    await desk.runtime.stop()
    assert await desk.journal() == ["QueuesConfigured", "CallArrived"]


async def test_a_snapshot_that_fails_does_not_stop_the_journal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SNAPSHOT_EVERY", 1)

    def refuses(*_: object) -> None:
        raise NoRoom("на диске нет места")

    monkeypatch.setattr(journal, "save_snapshot", refuses)
    for name in ("c1", "c2", "c3"):
        desk.runtime.submit(arrived(name))
        await desk.runtime.settled()
    assert len(await desk.journal()) == 4


async def test_the_state_comes_back_from_snapshot_and_tail(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SNAPSHOT_EVERY", 3)
    for name in ("c1", "c2", "c3"):
        desk.runtime.submit(arrived(name))
        await desk.runtime.settled()
        if name == "c2":
            await snapshotted(desk)
    (snapshot,) = await desk.database.read(lambda conn: list(journal.snapshots(conn)))
    restored, seq = await restore(desk.database)
    assert seq == 4 > snapshot.seq
    assert restored.state_hash() == desk.runtime.router.state_hash()


async def snapshotted(desk: Desk) -> None:
    """Wait for the snapshot that is under way."""
    async with asyncio.timeout(5):
        while not await desk.database.read(journal.hashes):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_facts_and_effects_go_on_while_a_snapshot_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SNAPSHOT_EVERY", 2)
    may_end = threading.Event()
    written_out = module._written_out

    def slowly(still: Still) -> tuple[str, str]:
        may_end.wait(5)
        return written_out(still)

    monkeypatch.setattr(module, "_written_out", slowly)
    for name in ("c1", "c2", "c3", "c4"):
        desk.runtime.submit(arrived(name))
        await desk.runtime.settled()
    assert ef.CallChanged(CallId("c4")) in desk.effects
    at_that_time = Router()
    for entry in await desk.database.read(lambda conn: list(journal.tail(conn))):
        if entry.seq <= 2:
            at_that_time.handle(entry.fact, entry.at)
    may_end.set()
    await snapshotted(desk)
    found = await desk.database.read(journal.hashes)
    assert found == {2: at_that_time.state_hash()}


async def test_an_empty_journal_gives_an_empty_router(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "other.db")
    router, seq = await restore(database)
    assert seq == 0
    assert router.state_hash() == Router().state_hash()
    await database.close()


async def test_a_job_that_holds_the_writers_thread_holds_nobody_up_for_long(desk: Desk) -> None:
    """A checkpoint whose fsync hangs."""
    await desk.runtime.settled()
    go_on = threading.Event()
    held = asyncio.create_task(desk.database.write(lambda conn: go_on.wait(20), limit_s=None))
    await asyncio.sleep(0.02)
    try:
        desk.runtime.submit(arrived("c1"))
        async with asyncio.timeout(5):
            assert not await desk.runtime.kept()
        assert ef.CallChanged(CallId("c1")) in desk.effects
        assert any(desk.troubles)
    finally:
        go_on.set()
    await held
    await healed(desk)
    assert await desk.journal() == ["QueuesConfigured", "CallArrived"]


async def test_a_database_locked_by_another_process_holds_nobody_up_for_long(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.runtime.settled()
    other = sqlite3.connect(tmp_path / "ekc.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        desk.runtime.submit(arrived("c1"))
        async with asyncio.timeout(6):
            await desk.runtime.settled()
        assert ef.CallChanged(CallId("c1")) in desk.effects
        assert any(desk.troubles)
        desk.runtime.submit(arrived("c2"))
        async with asyncio.timeout(0.5):
            await desk.runtime.settled()
    finally:
        other.execute("ROLLBACK")
        other.close()
    desk.runtime.submit(arrived("c3"))
    await healed(desk)
    assert desk.troubles[-1] is None
    assert await desk.journal() == ["QueuesConfigured", *["CallArrived"] * 3]
