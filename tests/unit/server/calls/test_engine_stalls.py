"""An order to the engine is never answered: nobody waits for it without end, and it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ekc_console.domain.state import call as cl
from ekc_console.server.engine.timely import ORDER_S
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.told import told

OUTSIDE = "+79000000202"
CALLER, OPERATOR, PARTY = 700, 1100, 1500


def stalls(centre: Centre, name: str, of: Callable[..., bool] = lambda *_: True) -> None:
    """From now on the engine does not answer such orders."""
    works = getattr(centre.engine, name)

    async def method(*args: Any, **options: Any) -> Any:
        if of(*args):
            await asyncio.Event().wait()
        return await works(*args, **options)

    setattr(centre.engine, name, method)


def is_(centre: Centre, call: str, state: type) -> Callable[[], bool]:
    return lambda: isinstance(centre.record(call).state, state)


async def in_talk(centre: Centre) -> tuple[Operator, str]:
    anna = await centre.ready("anna")
    caller = await centre.in_queue()
    await anna.takes()
    return anna, caller


async def consults(centre: Centre, anna: Operator, caller: str) -> None:
    centre.engine.outside_party(OUTSIDE, "answer", tone=PARTY, ring_s=1)
    await anna.done(messages.StartConsult(call=caller, kind="number", target=OUTSIDE))


def test_a_hold_that_is_not_answered_is_no_hold(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        words = told(centre, anna)
        stalls(centre, "leave")
        await anna.done(messages.HoldCall(call=caller))
        await asyncio.sleep(25)
        assert is_(centre, caller, cl.Talking)()
        assert "слышит вас" in words()

    run(tmp_path, story)


def test_a_resume_that_is_not_answered_is_a_hold(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        words = told(centre, anna)
        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music on hold")
        stalls(centre, "join")
        await anna.done(messages.ResumeCall(call=caller))
        await asyncio.sleep(25)
        assert is_(centre, caller, cl.OnHold)()
        assert "удержании" in words()

    run(tmp_path, story)


def test_a_consultation_that_does_not_come_about_gives_the_caller_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        stalls(centre, "join", lambda _, leg: leg not in (caller, anna.leg))
        await consults(centre, anna, caller)
        await centre.until(is_(centre, caller, cl.Consulting), "the party rings")
        await asyncio.sleep(20)
        assert not is_(centre, caller, cl.Consulting)()
        kept = is_(centre, caller, cl.Talking)() or is_(centre, caller, cl.Waiting | cl.Offered)()  # type: ignore[arg-type]
        assert kept, "with the operator, or in the place of before"

    run(tmp_path, story)


def test_a_transfer_that_does_not_come_about_leaves_nobody_alone(tmp_path: Path) -> None:
    """Caller and party are to talk without the operator, and cannot be joined."""

    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        await consults(centre, anna, caller)
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {PARTY}, "asked")
        stalls(centre, "join", lambda bridge, _: bridge.startswith("link"))
        await anna.done(messages.CompleteConsult(call=caller))
        await centre.until(lambda: not is_(centre, caller, cl.Linked)(), "something else")
        assert is_(centre, caller, cl.Waiting | cl.Offered)()  # type: ignore[arg-type]
        await centre.until(lambda: centre.engine.heard(caller).music, "music")

    run(tmp_path, story)


def test_an_answer_that_does_not_come_about_keeps_the_place(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        stalls(centre, "join", lambda _, leg: leg == caller)
        await anna.until_call("offered")
        assert anna.call
        await anna.done(messages.AcceptOffer(offer=anna.call.offer))
        await centre.until(is_(centre, caller, cl.Connecting), "it is being joined")
        await asyncio.sleep(10)
        assert not is_(centre, caller, cl.Connecting)()
        assert centre.record(caller).ended_at is None

    run(tmp_path, story)


def test_what_a_talk_does_not_need_does_not_keep_it_from_beginning(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        stalls(centre, "stop_playing", lambda leg: leg == caller)
        await anna.takes()

    run(tmp_path, story)


def test_an_order_that_is_carried_out_late_leaves_nobody_in_a_bridge(tmp_path: Path) -> None:
    """The caller's place is back when the order to join is carried out all the same."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        join = centre.engine.join

        async def late(bridge: str, leg: str) -> None:
            await asyncio.sleep(ORDER_S + 0.5)
            await join(bridge, leg)

        centre.engine.join = late  # type: ignore[method-assign]
        await anna.until_call("offered")
        assert anna.call
        await anna.done(messages.AcceptOffer(offer=anna.call.offer))
        await asyncio.sleep(ORDER_S + 0.2)
        assert not is_(centre, caller, cl.Connecting)()
        centre.engine.caller_hangs_up(anna.leg)
        await asyncio.sleep(30)
        assert is_(centre, caller, cl.Waiting)()
        assert centre.engine.legs[caller].bridge is None
        await centre.until(lambda: centre.engine.heard(caller).music, "music")

    run(tmp_path, story)
