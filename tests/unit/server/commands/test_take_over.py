"""A supervisor takes a call over while it is being given away, asked about, held, or 103 is called:
the caller is never lost, and both are told what is so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.domain.state import call as cl
from ekc_console.wire import call_control, messages, supervision
from ekc_console.wire.listening import Listen, TakeOver
from tests.support.simulated_centre import Centre, run
from tests.support.told import told
from tests.unit.server.commands.test_listening import ANNA, BORIS, CALLER, VERA, Talk, talk

OUTSIDE = "+79001112244"
Begins = Callable[[Talk], Awaitable[None]]


async def holds(t: Talk) -> None:
    await t.anna.done(messages.HoldCall(call=t.caller))
    await t.anna.until_call("held")


async def asks_an_operator(t: Talk) -> None:
    boris = await t.centre.ready("boris")
    await t.anna.done(messages.StartConsult(call=t.caller, kind="agent", target="boris"))
    await boris.until_call("offered")


async def asks_outside(t: Talk) -> None:
    t.centre.engine.outside_party(OUTSIDE, "ring")
    await t.anna.done(messages.StartConsult(call=t.caller, kind="number", target=OUTSIDE))


async def gives_to_an_operator(t: Talk) -> None:
    boris = await t.centre.ready("boris")
    await t.anna.done(messages.TransferCall(call=t.caller, kind="agent", target="boris"))
    await boris.until_call("offered")


async def gives_to_a_queue(t: Talk) -> None:
    await t.anna.done(messages.TransferCall(call=t.caller, kind="queue", target="general"))
    await t.centre.until(lambda: isinstance(t.centre.record(t.caller).state, cl.Waiting), "a place")


async def gives_outside(t: Talk) -> None:
    t.centre.engine.outside_party(OUTSIDE, "ring")
    await t.anna.done(messages.TransferCall(call=t.caller, kind="number", target=OUTSIDE))


async def calls_103(t: Talk) -> None:
    t.centre.engine.outside_party("103", "ring")
    await t.anna.done(call_control.CallEmergency(call=t.caller))


def play(tmp_path: Path, story: Callable[[Talk], Awaitable[None]]) -> None:
    async def in_centre(centre: Centre) -> None:
        await story(await talk(centre, queues=()))

    run(tmp_path, in_centre)


TAKEN = [holds, asks_an_operator, asks_outside, gives_to_an_operator, gives_to_a_queue]


@pytest.mark.parametrize("begins", TAKEN)
def test_the_caller_is_with_the_supervisor_and_nobody_else_is_asked_any_more(
    tmp_path: Path, begins: Begins
) -> None:
    async def story(t: Talk) -> None:
        hers = told(t.centre, t.anna)
        await t.listens()
        await begins(t)
        await t.vera.done(TakeOver())
        assert (await t.vera.until_call("talking")).id == t.caller
        await t.hear({VERA}, set(), {CALLER})
        agents = t.centre.server.core.router.agents
        busy = {
            str(one.id) for one in agents.values() if getattr(one.state, "call", "") == t.caller
        }
        assert busy <= {"vera", "anna"}
        await t.anna.until_me("wrap_up")
        assert t.vera.me.listening is None
        lines = [c for c in t.centre.server.core.router.calls.values() if c.party_of == t.caller]
        await t.centre.until(
            lambda: all(isinstance(one.state, cl.Ending) for one in lines) or not lines, "let go"
        )
        if not begins.__name__.startswith("gives"):
            assert "Оператор vera" in hers()
        await t.vera.done(messages.HangUpCall(call=t.caller))
        assert (await t.centre.ended(t.caller)).outcome == "answered"

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("begins", "word"),
    [(gives_outside, "Вызов отдан на другой номер"), (calls_103, "вызвал экстренную службу")],
)
def test_what_would_lose_somebody_is_refused_with_the_reason_and_goes_on(
    tmp_path: Path, begins: Begins, word: str
) -> None:
    async def story(t: Talk) -> None:
        await t.listens()
        await begins(t)
        before = t.centre.record(t.caller).state
        assert word in (await t.vera.refused(TakeOver())).message
        assert t.centre.record(t.caller).state == before

    play(tmp_path, story)


def test_after_103_has_gone_the_call_is_taken(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        await t.listens()
        await calls_103(t)
        await t.anna.done(messages.CancelConsult(call=t.caller))
        await t.anna.until_call("talking")
        await t.vera.done(TakeOver())
        await t.hear({VERA}, set(), {CALLER})

    play(tmp_path, story)


def test_of_two_who_take_in_the_same_moment_one_has_it_and_the_other_is_told(
    tmp_path: Path,
) -> None:
    async def story(t: Talk) -> None:
        gleb = await (await t.centre.operator("gleb", "supervisor", queues=())).come()
        await gleb.open_line(BORIS)
        await t.listens()
        took, listens, picks = await asyncio.gather(
            t.vera.do(TakeOver()),
            gleb.do(Listen(call=t.caller)),
            gleb.do(supervision.PickCall(call=t.caller)),
        )
        assert (took.ok, listens.ok, picks.ok) == (True, False, False)
        await t.hear({VERA}, set(), {CALLER})
        waiting = await t.centre.in_queue("+79000000177")
        await t.vera.done(messages.HangUpCall(call=t.caller))
        await t.vera.until_me("break")
        both = [who.do(supervision.PickCall(call=waiting)) for who in (t.vera, gleb)]
        replies = await asyncio.gather(*both)
        assert sorted(reply.ok for reply in replies) == [False, True]
        loser = next(reply for reply in replies if not reply.ok)
        assert loser.words
        assert loser.words.key == "call.waits_no_more"

    play(tmp_path, story)


_ = ANNA
