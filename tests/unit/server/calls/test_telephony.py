"""What the engine reports, and what becomes of calls when it dies or the server does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Config, Overflow, Place
from ekc_console.domain import effects as ef
from ekc_console.domain.facts import CallEnded, ForwardAnswered
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.engine.protocol import CallerArrived, EngineError, LegSilent
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.wire import messages
from tests.support.simulated_centre import NUMBER, Centre, run
from tests.support.told import told

OUTSIDE = "+79000000202"


def test_the_engine_dies_and_comes_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        waiting = await centre.in_queue("+79000000303")
        in_menu = await centre.in_menu("+79000000404")

        centre.engine.crash()
        for call in (talking, waiting, in_menu):
            assert (await centre.ended(call)).state.by == "engine"
        assert not centre.server.live.views.engine.up
        assert not anna.me.line_up
        lost = {c.number for c in centre.server.core.router.callbacks.values()}
        assert {"+79000000303", "+79000000404"} <= lost
        refusal = await anna.refused(messages.OpenLine())
        assert refusal.code == "engine_down"

        centre.engine.recover()
        await centre.until(lambda: centre.server.live.views.engine.up, "engine up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.open_line()
        await anna.done(messages.GoReady())
        again = await centre.in_queue()
        await anna.takes()
        assert centre.engine.heard(again).tones == {1100}

    run(tmp_path, story)


def test_accounts_are_put_again_after_the_engines_restart(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        line = await anna.done(messages.OpenLine())
        centre.engine.crash()
        centre.engine.recover()
        await centre.until(lambda: bool(centre.engine._accounts), "accounts")
        assert centre.engine.operator_calls_in(line.user, line.password)
        await centre.until(lambda: anna.me.line_up, "line up")

    run(tmp_path, story)


def test_a_line_of_somebody_who_is_not_logged_in_is_hung_up(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        from ekc_console.server.engine.protocol import Account

        await centre.engine.put_account(Account("op-nobody", "secret"))
        leg = centre.engine.operator_calls_in("op-nobody", "secret")
        assert leg
        await centre.until(lambda: leg not in centre.engine.legs, "hung up")

    run(tmp_path, story)


def test_a_second_softphone_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = anna.leg
        await anna.open_line()
        await centre.until(lambda: first not in centre.engine.legs, "the older leg ends")
        assert anna.me.line_up
        await centre.in_queue()
        await anna.takes()
        assert centre.engine.heard(anna.leg).tones == {700}

    run(tmp_path, story)


def test_a_line_lost_in_a_talk_gives_the_caller_back_first(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        await anna.takes()
        centre.engine.caller_hangs_up(anna.leg)
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        assert not anna.me.line_up
        boris = await centre.ready("boris")
        await boris.takes()
        assert centre.engine.heard(caller).tones == {1100}

    run(tmp_path, story)


def test_an_ended_call_that_comes_back_is_hung_up(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_menu()
        centre.server.core.runtime.submit(CallEnded(CallId(caller), by="system"))
        await centre.ended(caller)
        assert caller in centre.engine.legs
        centre.server.calls.telephony.on_event(CallerArrived(caller, NUMBER, "122", True))
        await centre.until(lambda: caller not in centre.engine.legs, "hung up")
        assert caller not in centre.server.core.router.calls

    run(tmp_path, story)


def test_the_trunk_of_every_call_is_in_the_books(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_queue()
        assert centre.server.core.router.calls[CallId(caller)].trunk == "town"
        centre.engine.outside_party("+79005556677", "answer", trunk="reserve")
        centre.engine.outside_party("+79005556677", "congested")
        anna = await centre.ready("anna")
        await anna.takes()
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        await anna.until_me("ready")
        await anna.done(messages.Dial(number="+79005556677"))
        out = (await anna.until_call("talking")).id
        assert centre.server.core.router.calls[CallId(out)].trunk == "reserve"

    run(tmp_path, story)


def test_a_restarted_server_goes_on_with_all_calls(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        talking = await centre.in_queue("+79000000501")
        await anna.takes()
        waiting = await centre.in_queue("+79000000502")
        in_menu = await centre.in_menu("+79000000503")
        held = await centre.in_queue("+79000000504")
        boris = await centre.operator("boris")
        await boris.work()
        await boris.takes()  # the one who waited longest
        assert boris.call is not None
        mine = boris.call.id
        await boris.done(messages.HoldCall(call=mine))

        await centre.start_again()
        await anna.come()
        await boris.come()
        assert centre.engine.heard(talking).tones == {1100}
        assert anna.call is not None
        assert (anna.call.id, anna.call.state) == (talking, "talking")
        await centre.until(lambda: bool(anna.call and anna.call.card), "its card")
        assert anna.call.recording
        assert (await anna.save_card()).call == talking
        assert boris.call is not None
        assert (boris.call.id, boris.call.state) == (mine, "held")
        other = waiting if mine == held else held
        assert isinstance(centre.record(other).state, cl.Waiting)
        await centre.until(lambda: centre.engine.heard(in_menu).file is not None, "the menu")
        await boris.done(messages.ResumeCall(call=mine))
        await centre.until(lambda: centre.engine.heard(mine).tones == {1100}, "resumed")

        gone = centre.server.core.router.calls.keys()
        assert {talking, waiting, in_menu, held} == set(gone)

    run(tmp_path, story)


AWAY_S = 120.0


async def _away(
    centre: Centre, meanwhile: Callable[[SimulatedEngine], None], back_s: float = 0.0
) -> None:
    """The server is not there while something happens; another one takes over, ``back_s`` later."""
    engine = centre.engine
    await centre.server.stop(hang_up=False)
    meanwhile(engine)
    await asyncio.sleep(back_s)
    centre.engine = SimulatedEngine(previous=engine)
    await centre.open()


@pytest.mark.parametrize("noted", [True, False])
def test_a_waiting_call_that_ended_while_the_server_was_away(tmp_path: Path, noted: bool) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.notes_ends = noted
        waiting = await centre.in_queue()
        await asyncio.sleep(30)  # longer than a short abandon
        await _away(centre, lambda engine: engine.caller_hangs_up(waiting), AWAY_S)
        record = await centre.ended(waiting)
        how = ("caller", "abandoned_queue") if noted else ("engine", "failed")
        assert (record.state.by, record.outcome) == how
        late = centre.server.core.clock.now() - record.ended_at
        assert late == pytest.approx(AWAY_S if noted else 0, abs=10)
        assert [c.number for c in centre.server.core.router.callbacks.values()] == [NUMBER]

    run(tmp_path, story)


@pytest.mark.parametrize("noted", [True, False])
def test_a_talk_that_ended_while_the_server_was_away(tmp_path: Path, noted: bool) -> None:
    """A callback only when it is not known that it ended in the ordinary way."""

    async def story(centre: Centre) -> None:
        centre.engine.notes_ends = noted
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        await _away(centre, lambda engine: engine.caller_hangs_up(talking), AWAY_S)
        record = await centre.ended(talking)
        assert (record.state.by, record.outcome) == ("caller" if noted else "engine", "answered")
        assert (record.talk_s < 10) is noted
        owed = [c.number for c in centre.server.core.router.callbacks.values()]
        assert owed == ([] if noted else [NUMBER])

    run(tmp_path, story)


def forwarding() -> dict[str, Any]:
    first, *others = Config().queues
    to = (Place(number=OUTSIDE),)
    return {"queues": (replace(first, overflow=(Overflow(when="no_agents", to=to),)), *others)}


async def _forwarded(centre: Centre) -> tuple[str, str]:
    """A caller joined with an outside number: their legs."""
    caller = await centre.in_queue()
    await centre.until(lambda: isinstance(centre.record(caller).state, cl.Forwarded), "forwarded")
    (outside,) = (leg for leg in centre.engine.legs if leg.startswith("fwd-"))
    return caller, outside


@pytest.mark.parametrize("first", ["caller", "outside"])
def test_a_forwarded_call_of_which_one_side_ended_unseen(tmp_path: Path, first: str) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", tone=1500)
        caller, outside = await _forwarded(centre)
        await _away(
            centre, lambda engine: engine.caller_hangs_up(caller if first == "caller" else outside)
        )
        record = await centre.ended(caller)
        assert record.outcome == "forwarded"
        await centre.until(lambda: not centre.engine.legs, "the other side is let go")

    run(tmp_path, story, **forwarding())


def test_a_forwarded_call_lives_on(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", tone=1500)
        caller, outside = await _forwarded(centre)
        await _away(centre, lambda engine: None)
        assert centre.engine.heard(caller).tones == {1500}
        centre.engine.caller_hangs_up(outside)
        assert (await centre.ended(caller)).outcome == "forwarded"

    run(tmp_path, story, **forwarding())


def test_a_forwarded_call_that_was_joined_in_the_last_moment(tmp_path: Path) -> None:
    """The server died between the joining of the two and the word of it."""

    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", tone=1500, ring_s=1)
        submit = centre.server.core.runtime.submit
        centre.server.core.runtime.submit = lambda fact: (  # type: ignore[method-assign]
            None if isinstance(fact, ForwardAnswered) else submit(fact)
        )
        caller = await centre.in_queue()
        await centre.until(lambda: centre.engine.heard(caller).tones == {1500}, "joined")
        await _away(centre, lambda engine: None)
        await centre.until(
            lambda: isinstance(centre.record(caller).state, cl.Forwarded), "in the books"
        )

    run(tmp_path, story, **forwarding())


def test_a_forwarded_call_that_cannot_be_joined_is_reported(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", tone=1500, ring_s=1)
        join = centre.engine.join

        async def refuse(bridge: str, leg: str) -> None:
            if bridge.startswith("fwd-"):
                raise EngineError("Такого моста нет.")
            await join(bridge, leg)

        centre.engine.join = refuse  # type: ignore[method-assign]
        caller = await centre.in_queue()
        await centre.until(lambda: isinstance(centre.record(caller).state, cl.Forwarding), "dials")
        await centre.until(lambda: isinstance(centre.record(caller).state, cl.Waiting), "waits")
        await centre.until(lambda: set(centre.engine.legs) == {caller}, "the other is let go")
        await centre.until(lambda: centre.engine.heard(caller).music, "music again")

    run(tmp_path, story, **forwarding())


async def _nobodys_call(centre: Centre) -> str:
    """A call out that the engine began and no books know: the answer to the order was lost, and so
    was every order to end it."""
    centre.engine.outside_party(OUTSIDE, "ring", tone=1500)
    await centre.engine.dial("out-nobodys", OUTSIDE, caller_id="", timeout_s=60)
    return "out-nobodys"


def test_a_call_out_whose_answer_was_lost_is_ended(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "ring", tone=1500)
        anna = await centre.ready("anna")
        dial = centre.engine.dial

        async def begin(leg: str, number: str, **how: Any) -> None:
            await dial(leg, number, **how)
            raise EngineError("нет ответа 3 с")

        centre.engine.dial = begin  # type: ignore[method-assign]
        await anna.done(messages.Dial(number=OUTSIDE))
        await centre.until(lambda: not centre.server.core.router.calls, "it failed by the books")
        assert not [leg for leg in centre.engine.legs if leg.startswith("out-")]

    run(tmp_path, story)


def test_a_call_out_that_nobody_knows_is_hung_up_when_it_is_picked_up(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        leg = await _nobodys_call(centre)
        centre.engine.outside_answers(leg)
        await centre.until(lambda: leg not in centre.engine.legs, "hung up")

    run(tmp_path, story)


def test_a_call_out_that_nobody_knows_is_no_caller_for_the_next_server(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        leg = await _nobodys_call(centre)
        await _away(centre, lambda engine: engine.outside_answers(leg))
        assert not centre.server.core.router.calls
        await centre.until(lambda: leg not in centre.engine.legs, "hung up")

    run(tmp_path, story)


async def _lose_effects(centre: Centre, *kinds: type) -> None:
    """The server dies before it has carried out effects of these kinds."""
    run_effect = centre.server.calls.switch.run

    def drop(effect: Any) -> None:
        if not isinstance(effect, kinds):
            run_effect(effect)

    centre.server.calls.switch.run = drop  # type: ignore[method-assign]


def test_an_accepted_call_is_joined_by_the_next_server(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        offer = (await anna.until_call("offered")).offer
        await _lose_effects(centre, ef.Connect)
        await anna.done(messages.AcceptOffer(offer=offer))
        await centre.start_again()
        await anna.come()
        await anna.until_call("talking")
        assert centre.engine.heard(caller).tones == {1100}
        assert centre.engine.heard(anna.leg).tones == {700}

    run(tmp_path, story)


@pytest.mark.parametrize("kind", [ef.HoldCall, ef.ResumeCall, ef.KeepWaiting])
def test_a_lost_effect_is_made_good_by_the_next_server(tmp_path: Path, kind: type) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await _lose_effects(centre, kind)
        caller = await centre.in_queue()
        if kind is not ef.KeepWaiting:
            await anna.takes()
            await anna.done(messages.HoldCall(call=caller))
        if kind is ef.ResumeCall:
            await centre.until(lambda: centre.engine.heard(caller).music, "held")
            await anna.done(messages.ResumeCall(call=caller))
        await centre.start_again()
        await anna.come()
        talk = kind is ef.ResumeCall
        await centre.until(
            lambda: centre.engine.heard(caller).tones == {1100} if talk
            else centre.engine.heard(caller).music, "made good"
        )  # fmt: skip

    run(tmp_path, story)


def test_an_outgoing_call_answered_while_the_server_was_away(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "ring", tone=1500)
        anna = await centre.ready("anna")
        await anna.done(messages.Dial(number=OUTSIDE))
        call = (await anna.until_call("dialing")).id
        await centre.until(lambda: call in centre.engine.legs, "it rings")
        await _away(centre, lambda engine: engine.outside_answers(call))
        await anna.come()
        await anna.until_call("talking")
        assert centre.engine.heard(anna.leg).tones == {1500}

    run(tmp_path, story)


def test_the_operator_is_told_once_that_the_caller_is_not_heard(tmp_path: Path) -> None:
    """A caller who waits need not speak; one who was heard meanwhile is told of again."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        call = await centre.in_queue()

        words = told(centre, anna)

        def silent(*seconds: float) -> list[str]:
            for one in seconds:
                centre.server.calls.telephony.on_event(LegSilent(call, one))
            return [line for line in words().splitlines() if "не слышно" in line]

        assert silent(5, 10, 300) == []
        await anna.takes()
        assert silent(5) == []
        once = silent(10, 15, 20)
        assert len(once) == 1
        assert "не слышно 10 с" in once[0]
        assert len(silent(5, 10, 15)) == 2
        assert isinstance(centre.server.core.router.calls[CallId(call)].state, cl.Talking)

    run(tmp_path, story)
