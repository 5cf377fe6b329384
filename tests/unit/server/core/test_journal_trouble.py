"""What is beside a fact never ends the journal: effects that raise, rows that are refused, a disk
that is full for good, one that hangs."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts
from ekc_console.domain.effects import Effect
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.core.commits import NO_ROOM
from ekc_console.server.core.faults import Faults
from ekc_console.server.core.restore import restore
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import NoRoom
from ekc_console.server.store.journal import journal, projection, projection_faults, rebuild
from ekc_console.wire.words import Words
from tests.support import virtual_time
from tests.support.simulated_centre import LoopClock

QUEUE = QueueSettings(QueueId("q"), "Очередь", callback_after_s=3600.0)


class Bench:
    """A runtime on a real store, in virtual time. ``hangs``: no write is begun while it is set."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.open(folder / "ekc.db")
        self.effects: list[Effect] = []
        self.troubles: list[Words | None] = []
        self.set_aside: list[projection_faults.Fault] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.full = False
        self._write = self.database.write
        self.database.write = self.write  # type: ignore[method-assign]

    async def write(self, fn: Callable[[sqlite3.Connection], Any], **limits: Any) -> Any:
        await self.go_on.wait()
        if self.full:
            raise NoRoom("на диске нет места")
        return await self._write(fn, **limits)

    async def open(self, router: Router | None = None) -> Runtime:
        restored, seq = await restore(self.database)
        self.runtime = Runtime(router or restored, self.database, LoopClock(), seq)
        self.runtime.start(self.on_effect, self.troubles.append, self.set_aside.append)
        self.runtime.submit(facts.QueuesConfigured((QUEUE,)))
        await self.runtime.settled()
        self.effects.clear()
        return self.runtime

    def on_effect(self, effect: Effect) -> None:
        self.effects.append(effect)

    async def journal(self) -> list[str]:
        entries = await self.database.read(lambda conn: list(journal.tail(conn, 0)))
        return [type(entry.fact).__name__ for entry in entries]

    async def faults(self) -> list[projection_faults.Fault]:
        return await self.database.read(projection_faults.faults)

    async def rows(self, query: str) -> list[Any]:
        return await self.database.read(lambda conn: conn.execute(query).fetchall())


def play(folder: Path, story: Callable[[Bench], Awaitable[None]]) -> None:
    async def main() -> None:
        bench = Bench(folder)
        try:
            await story(bench)
        finally:
            bench.go_on.set()
            bench.full = False
            await bench.runtime.stop()
            await bench.database.close()

    virtual_time.run(main)


def arrived(name: str) -> facts.CallArrived:
    return facts.CallArrived(CallId(name), "+79000000012", "122")


def now() -> float:
    return asyncio.get_running_loop().time()


def test_an_effect_that_raises_costs_nobody_else_anything(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        def breaks(effect: Effect) -> None:
            if effect == ef.CallChanged(CallId("c1")):
                raise RuntimeError("the notifier broke")
            bench.on_effect(effect)

        said: list[str] = []
        runtime = await bench.open()
        runtime._on_effect = breaks
        runtime.faults = Faults(said.append)
        for name in ("c1", "c2"):
            runtime.submit(arrived(name))
        async with asyncio.timeout(5):
            assert await runtime.kept()
        assert bench.effects == [ef.CallChanged(CallId("c2"))]
        assert await bench.journal() == ["QueuesConfigured", "CallArrived", "CallArrived"]
        assert (runtime.faults.count, said) == (1, ["effect"])

    play(tmp_path, story)


def test_rows_that_are_refused_are_set_aside_and_can_be_rebuilt(tmp_path: Path) -> None:
    """The journal goes on; what the read models lack is known until they are made anew."""

    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        await bench.database.write(
            lambda conn: conn.execute(
                "CREATE TRIGGER refuses BEFORE INSERT ON calls WHEN NEW.id = 'c2'"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        )
        for name in ("c1", "c2", "c3"):
            runtime.submit(arrived(name))
        async with asyncio.timeout(5):
            assert await runtime.kept()
        assert runtime.saved
        assert await bench.journal() == ["QueuesConfigured", *["CallArrived"] * 3]
        assert await bench.rows("SELECT id FROM calls ORDER BY id") == [("c1",), ("c3",)]
        fault = projection_faults.Fault(3, "CallArrived", "refused")
        assert bench.set_aside == [fault] == await bench.faults()

        await bench.database.write(lambda conn: conn.execute("DROP TRIGGER refuses"))
        assert await bench.database.write(rebuild.rebuild) == []
        assert await bench.rows("SELECT id FROM calls ORDER BY id") == [("c1",), ("c2",), ("c3",)]
        assert await bench.faults() == []

    play(tmp_path, story)


def test_a_projection_that_raises_leaves_no_gap_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projection.project

    def breaks(fact: facts.Fact, *args: Any) -> Any:
        if isinstance(fact, facts.CallArrived) and fact.call == "c1":
            raise KeyError("c1")
        return project(fact, *args)

    monkeypatch.setattr(projection, "project", breaks)

    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        for name in ("c1", "c2"):
            runtime.submit(arrived(name))
        async with asyncio.timeout(5):
            assert await runtime.kept()
        assert len(bench.effects) == 2
        assert await bench.journal() == ["QueuesConfigured", "CallArrived", "CallArrived"]
        assert bench.set_aside == [projection_faults.Fault(2, "CallArrived", "KeyError")]

    play(tmp_path, story)


def test_a_fact_that_cannot_be_written_is_refused_before_it_counts(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        before = runtime.router.state_hash()
        with pytest.raises(IllegalFact):
            runtime.submit(facts.CallArrived(CallId("c1"), None, "\ud800"))
        assert runtime.router.state_hash() == before
        runtime.submit(arrived("c2"))
        assert await runtime.kept()
        assert await bench.journal() == ["QueuesConfigured", "CallArrived"]

    play(tmp_path, story)


def test_numbers_given_before_are_not_given_again_after_a_replay_with_refusals(
    tmp_path: Path,
) -> None:
    """Facts that the rules refuse by now leave the counters behind the tables: the next callback
    must not overwrite another person's, nor the next offer be refused."""

    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        await lose(runtime, "c1", "+79000000012")
        await runtime.settled()
        assert await bench.rows("SELECT id, number FROM callbacks") == [("cb1", "+79000000012")]
        await runtime.stop()
        # A version whose rules have no such call any more.
        await bench.database.write(
            lambda conn: conn.execute(
                "UPDATE journal SET body = replace(body, '\"c1\"', '\"other\"')"
                " WHERE fact = 'CallArrived'"
            )
        )
        await bench.database.write(lambda conn: conn.execute("DELETE FROM snapshot"))
        restored, seq = await restore(bench.database)
        bench.runtime = runtime = Runtime(restored, bench.database, LoopClock(), seq)
        runtime.start(bench.on_effect, bench.troubles.append, bench.set_aside.append)
        await lose(runtime, "c2", "+79000000034")
        async with asyncio.timeout(5):
            assert await runtime.kept()
        assert bench.set_aside == []
        assert sorted(await bench.rows("SELECT id, number FROM callbacks")) == [
            ("cb1", "+79000000012"),
            ("cb2", "+79000000034"),
        ]
        assert sorted(await bench.rows("SELECT offer, call FROM offers")) == [
            ("o1", "c1"),
            ("o2", "c2"),
        ]

    async def lose(runtime: Runtime, call: str, number: str) -> None:
        """Offered, and hung up by the caller before the answer."""
        agent, queue = AgentId("anna"), QueueId("q")
        if agent not in runtime.router.agents:
            runtime.submit(facts.AgentLoggedIn(agent, (queue,)))
            runtime.submit(facts.AgentLegUp(agent))
            runtime.submit(facts.AgentReady(agent))
        runtime.submit(facts.CallArrived(CallId(call), number, "122"))
        runtime.submit(facts.CallQueued(CallId(call), queue, "t"))
        await asyncio.sleep(5)
        runtime.submit(facts.CallEnded(CallId(call), by="caller", cause="normal"))

    play(tmp_path, story)


def test_a_write_that_hangs_is_trouble_and_callers_are_served(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        bench.go_on.clear()
        began = now()
        runtime.submit(arrived("c1"))
        assert not await runtime.kept()
        assert now() - began == pytest.approx(1.0, abs=0.05)
        assert bench.effects == [ef.CallChanged(CallId("c1"))]
        assert not runtime.saved
        assert [bool(text) for text in bench.troubles] == [True]

        began = now()
        for name in ("c2", "c3"):
            runtime.submit(arrived(name))
            assert not await runtime.kept()
        assert now() - began < 0.05, "the others do not wait for the disk any more"
        await asyncio.sleep(250)  # no deadline of a menu falls in it
        assert runtime.undone_s == 0.0
        assert runtime.commits.waiting == 3
        assert runtime.commits.oldest_s > 250

        bench.go_on.set()
        async with asyncio.timeout(5):
            while not runtime.saved:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert bench.troubles[-1] is None
        assert await bench.journal() == ["QueuesConfigured", *["CallArrived"] * 3]
        runtime.submit(arrived("c4"))
        assert await runtime.kept(), "journal first again"

    play(tmp_path, story)


def test_a_file_that_cannot_grow_is_trouble_and_no_more(tmp_path: Path) -> None:
    """SQLite itself says that the disk is full."""

    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        await bench.database.write(
            lambda conn: conn.execute("PRAGMA max_page_count = 1").fetchone()  # as large as it is
        )
        names = [f"c{i}" for i in range(300)]
        for name in names:
            runtime.submit(arrived(name))
            await asyncio.sleep(0.05)
        assert not await runtime.kept()
        assert [effect.call for effect in bench.effects] == names  # type: ignore[union-attr]
        assert bench.troubles[0] == NO_ROOM
        await bench.database.write(
            lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchone()
        )
        async with asyncio.timeout(10):
            while not runtime.saved:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        entries = await bench.database.read(lambda conn: list(journal.tail(conn, 0)))
        assert [getattr(e.fact, "call", "") for e in entries[1:]] == names
        assert bench.set_aside == []
        assert await bench.rows("SELECT count(*) FROM calls") == [(len(names),)]

    play(tmp_path, story)


def test_order_is_kept_through_trouble(tmp_path: Path) -> None:
    """Hundreds of facts over a disk that fails, hangs and works by turns."""

    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        names = [f"c{i}" for i in range(400)]
        weather = itertools.cycle(("well", "full", "hangs", "well", "hangs"))
        for i, name in enumerate(names):
            if i % 40 == 0:
                sky = next(weather)
                bench.full = sky == "full"
                (bench.go_on.clear if sky == "hangs" else bench.go_on.set)()
            runtime.submit(arrived(name))
            await asyncio.sleep(0.09)
        bench.full = False
        bench.go_on.set()
        async with asyncio.timeout(10):
            while not await runtime.kept():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert bench.effects == [ef.CallChanged(CallId(name)) for name in names]
        entries = await bench.database.read(lambda conn: list(journal.tail(conn, 0)))
        assert [getattr(e.fact, "call", "") for e in entries[1:]] == names

    play(tmp_path, story)


def test_the_end_does_not_wait_for_a_disk_that_hangs(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        bench.go_on.clear()
        runtime.submit(arrived("c1"))
        began = now()
        await runtime.stop()
        assert now() - began < 10

    play(tmp_path, story)


def test_a_deadline_that_breaks_is_tried_again(tmp_path: Path) -> None:
    """And facts are taken in meanwhile."""

    async def story(bench: Bench) -> None:
        runtime = await bench.open()
        handle, broken = runtime.router.handle, [True]

        def breaks(fact: facts.Fact, at: float) -> list[Effect]:
            if broken and isinstance(fact, facts.TimePassed):
                raise ZeroDivisionError
            return handle(fact, at)

        runtime.router.handle = breaks  # type: ignore[method-assign]
        agent = AgentId("anna")
        for fact in (
            facts.AgentLoggedIn(agent, (QUEUE.id,)),
            facts.AgentLegUp(agent),
            facts.AgentReady(agent),
            arrived("c1"),
            facts.CallQueued(CallId("c1"), QUEUE.id, "t"),
        ):
            runtime.submit(fact)
        await asyncio.sleep(QUEUE.offer_timeout_s + 5)
        assert runtime.faults.count >= 2
        broken.clear()
        await asyncio.sleep(2)
        assert any(isinstance(e, ef.WithdrawOffer) for e in bench.effects)

    play(tmp_path, story)
