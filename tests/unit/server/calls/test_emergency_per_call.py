"""An operator whose telephone is called for each call comes back to a caller while an emergency
service is called: caller and service never wait for that telephone."""

import asyncio

from ekc_console.server.calls.operator_lines import phone_agent
from ekc_console.server.engine.protocol import EngineError
from ekc_console.wire import call_control, messages
from tests.support.simulated_centre import run

DESK_PHONE = "+79000000303"
CALLER, OPERATOR, FIRST, SECOND = 700, 1100, 1700, 1900


async def _emergency(centre, first_rings_s):
    """(operator, caller, the operator's leg)"""
    engine = centre.engine
    engine.outside_party(DESK_PHONE, "answer", tone=OPERATOR)
    engine.outside_party("103", "answer", tone=FIRST, ring_s=first_rings_s)
    engine.outside_party("112", "answer", tone=SECOND, ring_s=1.0)
    anna = await (await centre.operator()).come()
    await anna.done(messages.StandBy(number=DESK_PHONE))
    await anna.done(messages.GoReady())
    caller = await centre.in_queue()
    await anna.takes()
    leg = next(leg for leg in engine.legs if phone_agent(leg))
    await anna.done(call_control.CallEmergency(call=caller))
    await asyncio.sleep(1)
    return anna, caller, leg


async def _telephone_rings_as_103_answers(centre):
    anna, caller, leg = await _emergency(centre, 8.0)
    centre.engine.outside_party(DESK_PHONE, "ring", tone=OPERATOR)
    centre.engine.caller_hangs_up(leg)
    await asyncio.sleep(1)
    await anna.done(messages.StandBy(number=DESK_PHONE))
    await asyncio.sleep(8)
    return caller, _service(centre)


def _service(centre):
    return next(leg for leg in centre.engine.legs if leg.startswith("party-"))


def _operator_leg(centre):
    return next(leg for leg in centre.engine.legs if phone_agent(leg))


def test_caller_and_103_hear_each_other_while_the_operator_s_telephone_rings(tmp_path):
    async def story(centre):
        caller, service = await _telephone_rings_as_103_answers(centre)
        assert centre.engine.heard(caller).tones == {FIRST}
        assert centre.engine.heard(service).tones == {CALLER}

    run(tmp_path, story)


def test_the_operator_is_with_caller_and_103_as_soon_as_she_picks_up(tmp_path):
    async def story(centre):
        anna, caller, leg = await _emergency(centre, 8.0)
        centre.engine.outside_party(DESK_PHONE, "answer", tone=OPERATOR, ring_s=12.0)
        centre.engine.caller_hangs_up(leg)
        await asyncio.sleep(1)
        await anna.done(messages.StandBy(number=DESK_PHONE))
        await asyncio.sleep(14)
        assert centre.engine.heard(caller).tones == {FIRST, OPERATOR}
        assert centre.engine.heard(_operator_leg(centre)).tones == {FIRST, CALLER}
        assert not centre.record(caller).state.agent_awaited

    run(tmp_path, story)


def test_103_talks_on_with_the_caller_when_the_operator_does_not_pick_up(tmp_path):
    async def story(centre):
        caller, service = await _telephone_rings_as_103_answers(centre)
        await asyncio.sleep(25)
        assert centre.engine.heard(caller).tones == {FIRST}
        assert centre.engine.heard(service).tones == {CALLER}

    run(tmp_path, story)


def test_103_that_hangs_up_at_once_while_her_telephone_rings_is_followed_by_112(tmp_path):
    async def story(centre):
        caller, service = await _telephone_rings_as_103_answers(centre)
        await asyncio.sleep(3)
        centre.engine.caller_hangs_up(service)
        await asyncio.sleep(0.5)
        assert centre.engine.heard(caller).music
        await asyncio.sleep(3)
        assert [one.number for one in centre.record(caller).services] == ["103", "112"]
        assert centre.engine.heard(caller).tones == {SECOND}

    run(tmp_path, story)


def test_112_hears_the_caller_who_comes_back_from_a_failed_hand_over(tmp_path):
    async def story(centre):
        anna, caller, _leg = await _emergency(centre, 0.5)
        await asyncio.sleep(2)
        make_bridge = centre.engine.make_bridge

        async def no_links(bridge):
            if bridge.startswith("link-"):
                raise EngineError("broken")
            await make_bridge(bridge)

        centre.engine.make_bridge = no_links
        centre.engine.outside_party(DESK_PHONE, "ring", tone=OPERATOR)
        await anna.done(messages.CompleteConsult(call=caller))
        await asyncio.sleep(5)
        assert centre.engine.heard(caller).tones == {SECOND}

    run(tmp_path, story)
