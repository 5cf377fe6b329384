"""103 over real SIP and RTP: who hears whom while it rings, when it answers, when nobody does."""

from __future__ import annotations

import time

import pytest

from sip.link.client import Softphone
from sip.link.protocol import Answer, CallState, Incoming
from sip.link.uris import user_of
from tests.support.centre import CALLER_HZ, OPERATOR_HZ, WAIT_S, Centre, in_state, until
from tests.support.talk_stage import OUTSIDE_HZ, Party, Stage

MOST_S = 1.0
"""From the key to 103 ringing, in time of machines."""


@pytest.fixture
async def stage(centre: Centre) -> Stage:
    return await Stage(centre).begin()


async def rings(phone: Softphone, number: str) -> str:
    """Wait until the telephone rings for this number; the call's name there."""
    incoming = await phone.wait_for(Incoming, WAIT_S)
    assert user_of(incoming.to_uri) == number
    phone.send(Answer(call=incoming.call, code=180))
    return incoming.call


async def answers(stage: Stage, phone: Softphone, call: str) -> Party:
    phone.send(Answer(call=call))
    return await stage.outside_of(phone, call)


async def test_103_rings_within_a_second_and_then_all_three_hear_each_other(stage: Stage) -> None:
    phone = await stage.outside_phone(answers=False)
    pressed = time.monotonic()
    await stage.anna.call_emergency()
    call = await rings(phone, "103")
    took = time.monotonic() - pressed
    assert took < MOST_S
    await stage.caller.hears(OPERATOR_HZ)
    await stage.at_anna.hears(CALLER_HZ)
    service = await answers(stage, phone, call)
    await stage.caller.hears(OPERATOR_HZ, OUTSIDE_HZ)
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    await service.hears(CALLER_HZ, OPERATOR_HZ)
    await stage.anna.complete_consult()
    await service.hears(CALLER_HZ)
    await stage.caller.hears(OUTSIDE_HZ)


@pytest.mark.long
async def test_from_hold_the_caller_hears_the_operator_while_103_rings(stage: Stage) -> None:
    await stage.anna.hold()
    await stage.caller.hears()
    phone = await stage.outside_phone(answers=False)
    await stage.anna.call_emergency()
    await rings(phone, "103")
    await stage.caller.hears(OPERATOR_HZ)


@pytest.mark.long
async def test_103_is_busy_and_112_answers(stage: Stage) -> None:
    phone = await stage.outside_phone(answers=False)
    await stage.anna.call_emergency()
    phone.send(Answer(call=await rings(phone, "103"), code=486))
    call = await rings(phone, "112")
    await stage.caller.hears(OPERATOR_HZ)
    told = stage.anna.view.call
    assert told is not None
    assert [(n.who, n.why) for n in told.not_taken] == [("103", "busy")]
    service = await answers(stage, phone, call)
    await service.hears(CALLER_HZ, OPERATOR_HZ)


@pytest.mark.long
async def test_both_are_dead_the_two_talk_on_and_the_alarm_stands(stage: Stage) -> None:
    """Nothing listens where the trunk leads."""
    await stage.anna.call_emergency()
    await until(
        stage.anna, lambda: bool(stage.anna.view.call and len(stage.anna.view.call.not_taken) == 2),
        limit_s=60.0,
    )  # fmt: skip
    await in_state(stage.anna, "talking")
    await stage.caller.hears(OPERATOR_HZ)
    await stage.at_anna.hears(CALLER_HZ)
    await until(stage.anna, lambda: bool(stage.anna.view.help_requests))
    (alarm,) = stage.anna.view.help_requests
    assert [one.who for one in alarm.unanswered] == ["103", "112"]


@pytest.mark.long
async def test_the_caller_hangs_up_while_103_rings_and_103_is_let_go(stage: Stage) -> None:
    phone = await stage.outside_phone(answers=False)
    await stage.anna.call_emergency()
    call = await rings(phone, "103")
    stage.caller.hang_up()
    await phone.wait_for(CallState, WAIT_S, call=call, state="ended")
    await in_state(stage.anna, "wrap_up")


@pytest.mark.long
async def test_the_caller_hangs_up_among_three_and_operator_and_103_hear_each_other(
    stage: Stage,
) -> None:
    phone = await stage.outside_phone(answers=False)
    await stage.anna.call_emergency()
    call = await rings(phone, "103")
    service = await answers(stage, phone, call)
    await service.hears(CALLER_HZ, OPERATOR_HZ)
    stage.caller.hang_up()
    await in_state(stage.anna, "talking")
    told = stage.anna.view.call
    assert told is not None
    assert (told.number, bool(told.about)) == ("103", True)
    await until(stage.anna, lambda: bool(stage.anna.view.call and stage.anna.view.call.card))
    await service.hears(OPERATOR_HZ)
    await stage.at_anna.hears(OUTSIDE_HZ)
    await stage.anna.hang_up()
    await phone.wait_for(CallState, WAIT_S, call=call, state="ended")
    await in_state(stage.anna, "wrap_up")


@pytest.mark.long
async def test_the_console_is_killed_while_103_rings_and_103_has_the_caller(stage: Stage) -> None:
    phone = await stage.outside_phone(answers=False)
    await stage.anna.call_emergency()
    call = await rings(phone, "103")
    await stage.anna.close()
    await stage.caller.hears()
    service = await answers(stage, phone, call)
    await service.hears(CALLER_HZ)
    await stage.caller.hears(OUTSIDE_HZ)
