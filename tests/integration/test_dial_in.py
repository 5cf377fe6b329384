"""A leg for each call: the softphone calls in when a call is taken, and hangs up at its end."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from ekc_console.client.voice.line_state import Voice
from sip.link.protocol import CallState, HangUp, Heard, Listen
from tests.integration.test_faults import engine_pid
from tests.support.centre import (
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    hears_caller,
    in_state,
    into_queue,
    me_in_state,
    save_card,
    until,
)

VOICE_OPEN_S = 0.25
"""DESIGN, section 13: from the operator's answer to the voice both ways."""
MUSIC_S = 2.5
"""The callers' softphone plays a stream that begins anew at once when it steps back by more than
2 s, and drops a second of it as late audio when by less."""


def no_leg(centre: Centre, login: str) -> bool:
    return centre.server.calls.lines.leg(login) is None


@pytest.mark.long
async def test_two_calls_bring_a_leg_each(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ), way="dial-in")
    await until(desk, lambda: desk.line.state.state == "up" and not desk.line.leg)
    assert no_leg(centre, "anna")
    took = []
    for number, by_operator in (("+79000000501", True), ("+79000000502", False)):
        caller = await into_queue(centre, number)
        await in_state(desk, "offered")
        await asyncio.sleep(MUSIC_S)
        assert not desk.line.leg, "the offer alone brings no leg"
        answered = time.monotonic()
        await desk.accept()
        await in_state(desk, "talking")
        heard = await caller.wait_for(
            Heard, WAIT_S, call="c", after=answered, tones_hz=[OPERATOR_HZ]
        )
        took.append(heard.t - answered)
        phone, leg = await hears_caller(desk)
        await until(desk, lambda: desk.card_desk.card is not None)
        if by_operator:
            await desk.hang_up()
            await caller.wait_for(CallState, WAIT_S, call="c", state="ended")
        else:
            caller.send(HangUp(call="c"))
        await phone.wait_for(CallState, WAIT_S, call=leg, state="ended")
        await save_card(desk)
        await me_in_state(desk, "ready")
        assert no_leg(centre, "anna")
        assert desk.line.state.state == "up"
    # The better of two: what a busy machine adds is not the way's own.
    assert min(took) < VOICE_OPEN_S, took


@pytest.mark.long
async def test_a_missed_offer_brings_no_leg_and_leaves_the_caller_in_the_queue(
    centre: Centre,
) -> None:
    desk = await centre.operator("anna", way="dial-in")
    await into_queue(centre, "+79000000503")
    call = await in_state(desk, "offered")
    await desk.reject()
    again = await in_state(desk, "offered")  # nobody else is there
    assert again.id == call.id
    assert not desk.line.leg
    assert no_leg(centre, "anna")


@pytest.mark.long
async def test_an_outgoing_call_brings_a_leg_too(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ), way="dial-in")
    party = await centre.caller("+79000000504", port=centre.outside_port, auto_answer=True)
    await desk.dial("+79000000504")
    await party.wait_for(CallState, WAIT_S, call="in1", state="connected")
    party.send(Listen(call="in1", tones_hz=[OPERATOR_HZ]))
    await hears(party, "in1", OPERATOR_HZ)
    phone, leg = desk.line.phone, desk.line.leg
    assert phone is not None
    await desk.hang_up()
    await phone.wait_for(CallState, WAIT_S, call=leg, state="ended")
    await me_in_state(desk, "wrap_up")


@pytest.mark.long
async def test_a_leg_that_drops_in_the_talk_comes_back_with_the_caller(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ), way="dial-in")
    caller = await into_queue(centre, "+79000000505")
    call = await in_state(desk, "offered")
    await desk.accept()
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)
    leg = centre.server.calls.lines.leg("anna")
    assert leg is not None
    await centre.server.engine.hang_up(leg)
    again = await in_state(desk, "offered")
    assert again.id == call.id
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)


@pytest.mark.long
async def test_a_killed_engine_has_the_way_proved_anew(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ), way="dial-in")
    os.kill(engine_pid(centre), signal.SIGKILL)
    await until(desk, lambda: bool(desk.view.me and not desk.view.me.line_up))
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))
    caller = await into_queue(centre, "+79000000506")
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
