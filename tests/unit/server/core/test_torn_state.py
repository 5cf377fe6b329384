"""A rule of the core breaks in the midst of a fact: callers are served on, and the server comes
back to a state that the journal tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain import facts
from ekc_console.domain import router as rules
from ekc_console.domain.facts import CallArrived, CallQueued, TimePassed
from ekc_console.domain.router import IllegalFact, Router, TornState
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.core import runtime
from ekc_console.server.core.restore import restore
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import journal
from ekc_console.server.store.journal.rebuild import rebuild
from ekc_console.server.tasks import essential
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, run
from tests.support.told import told

ONE = QueueSettings(QueueId("q"), "Очередь")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """The last of the rules breaks after a fact of these kinds."""
    kinds: list[type] = []
    given: list[facts.Fact] = []
    handle, act = Router.handle, rules.overflow.act

    def noted(self: Router, fact: facts.Fact, now: float) -> Any:
        given.append(fact)
        return handle(self, fact, now)

    def breaks(c: Any) -> None:
        if type(given[-1]) in kinds:
            raise KeyError("a rule")
        act(c)

    monkeypatch.setattr(Router, "handle", noted)
    monkeypatch.setattr(rules.overflow, "act", breaks)
    return kinds


def arrived(name: str) -> CallArrived:
    return CallArrived(CallId(name), "+79000000012", "122")


# -- the router ---------------------------------------------------------------------


def test_a_torn_fact_has_no_effects_then_or_later(broken: list[type]) -> None:
    router = Router()
    router.handle(facts.QueuesConfigured((ONE,)), 1.0)
    broken.append(CallArrived)
    with pytest.raises(TornState) as caught:
        router.handle(arrived("c1"), 2.0)
    assert isinstance(caught.value.__cause__, KeyError)
    assert "79000000012" not in str(caught.value)
    broken.clear()
    effects = router.handle(arrived("c2"), 3.0)
    assert [getattr(effect, "call", None) for effect in effects] == ["c2"]


@pytest.mark.parametrize("error", [KeyError("c1"), IllegalFact("wrong_state", "no")])
@pytest.mark.parametrize("done", [False, True])
def test_what_breaks_before_anything_is_done_tears_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception, done: bool
) -> None:
    router = Router()
    router.handle(facts.QueuesConfigured((ONE,)), 1.0)
    before = router.state_hash()
    works = rules.HANDLERS[CallArrived]

    def breaks(c: Any, fact: facts.Fact) -> None:
        if done:
            works(c, fact)
        raise error

    monkeypatch.setitem(rules.HANDLERS, CallArrived, breaks)
    with pytest.raises(TornState if done else type(error)):
        router.handle(arrived("c1"), 2.0)
    assert (router.state_hash() == before) is not done


# -- the server ---------------------------------------------------------------------


def ends(centre: Centre) -> list[str]:
    """Essential tasks that end from now on."""
    names: list[str] = []
    essential.on_end(names.append)
    return names


def tear(centre: Centre, broken: list[type], call: str = "torn") -> None:
    broken.append(CallArrived)
    with pytest.raises(TornState):
        centre.server.core.runtime.submit(arrived(call))
    broken.clear()


def test_it_is_said_and_callers_are_served_on(tmp_path: Path, broken: list[type]) -> None:
    async def story(centre: Centre) -> None:
        names = ends(centre)
        anna = await centre.ready()
        words = told(centre, anna)
        tear(centre, broken)
        assert "учёт вызовов" in words()
        assert centre.server.core.faults.count == 1
        caller = await centre.in_queue()
        await anna.takes()
        assert isinstance(centre.record(caller).state, cl.Talking)
        assert names == []

    run(tmp_path, story)


def test_it_ends_in_order_and_the_next_one_has_what_the_journal_tells(
    tmp_path: Path, broken: list[type]
) -> None:
    async def story(centre: Centre) -> None:
        names = ends(centre)
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        await asyncio.sleep(runtime.TORN_ENDS_S)
        tear(centre, broken)
        await asyncio.sleep(0.1)
        assert names == ["core"]
        await centre.start_again()
        assert "torn" not in centre.server.core.router.calls
        assert isinstance(centre.record(caller).state, cl.Talking)
        assert centre.engine.heard(caller).tones == {1100}
        assert not centre.server.core.runtime.torn

    run(tmp_path, story)


def test_what_breaks_after_each_start_ends_no_server_at_once(
    tmp_path: Path, broken: list[type]
) -> None:
    async def story(centre: Centre) -> None:
        names = ends(centre)
        tear(centre, broken)
        tear(centre, broken, "again")
        await asyncio.sleep(runtime.TORN_ENDS_S / 2)
        assert names == []
        await asyncio.sleep(runtime.TORN_ENDS_S)
        assert names == ["core"]

    run(tmp_path, story)


def test_a_torn_state_becomes_no_snapshot(
    tmp_path: Path, broken: list[type], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "SNAPSHOT_EVERY", 1)

    async def story(centre: Centre) -> None:
        async def written() -> int:
            found = await centre.server.database.read(lambda conn: list(journal.snapshots(conn)))
            return max((snapshot.seq for snapshot in found), default=0)

        await centre.in_queue()
        await asyncio.sleep(1)
        before = await written()
        assert before
        tear(centre, broken)
        await centre.in_queue("+79000000102")
        await asyncio.sleep(1)
        assert await written() == before
        await centre.start_again()
        await centre.in_queue("+79000000103")
        await asyncio.sleep(1)
        assert await written() > before

    run(tmp_path, story)


def test_deadlines_go_on_after_one_that_breaks(tmp_path: Path, broken: list[type]) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue()
        await centre.until(lambda: anna.me.state == "offered", "the offer")
        broken.append(TimePassed)
        await asyncio.sleep(60)
        assert 1 <= centre.server.core.faults.count < 100, "not in a hot loop"
        broken.clear()
        assert centre.server.core.runtime.torn
        await asyncio.sleep(5)
        due = centre.server.core.router.next_deadline()
        assert due is None or due > centre.server.core.clock.now()

    run(tmp_path, story)


def test_a_deadline_is_kept_though_another_fact_broke(tmp_path: Path, broken: list[type]) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await centre.until(lambda: anna.me.state == "offered", "the offer")
        tear(centre, broken)
        await centre.until(lambda: anna.me.state == "not_responding", "the offer's end")
        assert isinstance(centre.record(caller).state, cl.Waiting)

    run(tmp_path, story)


def test_a_command_that_breaks_a_rule_is_answered(tmp_path: Path, broken: list[type]) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        broken.append(facts.AgentPaused)
        reply = await anna.do(messages.GoBreak(reason="lunch"))
        assert not reply.ok

    run(tmp_path, story)


# -- what is in the journal already --------------------------------------------------


async def test_a_journalled_fact_that_breaks_now_keeps_no_server_from_starting(
    tmp_path: Path, broken: list[type]
) -> None:
    story: list[facts.Fact] = [
        facts.QueuesConfigured((ONE,)),
        arrived("c1"),
        CallQueued(CallId("c1"), QueueId("q"), "t"),
        facts.AgentLoggedIn(AgentId("anna"), (QueueId("q"),)),
    ]
    write: Callable[..., None] = lambda conn: journal.append(  # noqa: E731
        conn, [journal.Entry(i + 1, 10.0 + i, fact) for i, fact in enumerate(story)]
    )
    database = Database.open(tmp_path / "ekc.db")
    await database.write(write)
    broken.append(CallQueued)
    router, seq = await restore(database)
    assert seq == 4
    assert set(router.agents) == {"anna"}
    await database.write(rebuild)
    await database.close()
