"""What the two sides of a talk hear from each other, beyond the one whole call."""

from __future__ import annotations

import time

import pytest

from ekc_console.client.voice.line_state import Voice
from sip.link.client import CallFailed, Softphone
from sip.link.protocol import CallState, Heard, Listen
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    in_state,
    into_queue,
    save_card,
    until,
)

FIRST_WORDS_S = 0.25
"""A frame, the jitter buffers and the tone detector, with a margin for a busy machine; the fault
that this holds off costs 0.3 to 1 s."""


@pytest.mark.long
async def test_the_next_callers_first_words_are_heard_after_a_short_talk(centre: Centre) -> None:
    """Both callers' RTP timestamps begin at 0: at its first words the second one's are a little
    behind the last ones of the first, on the same stream to the operator."""
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone, leg = desk.line.phone, desk.line.leg
    assert phone is not None
    phone.send(Listen(call=leg, tones_hz=[CALLER_HZ]))
    delays = []
    for number in ("+79000000401", "+79000000402", "+79000000403"):
        caller = await into_queue(centre, number)
        await in_state(desk, "offered")
        answered = time.monotonic()
        await desk.accept()
        heard = await phone.wait_for(Heard, WAIT_S, after=answered, tones_hz=[CALLER_HZ])
        delays.append(heard.t - answered)
        await hears(caller, "c", OPERATOR_HZ)
        await until(desk, lambda: desk.card_desk.card is not None)
        await desk.hang_up()
        await caller.wait_for(CallState, WAIT_S, call="c", state="ended")
        await save_card(desk)
    assert max(delays) < FIRST_WORDS_S, delays


@pytest.mark.long
async def test_a_stranger_who_dials_the_telephone_itself_hears_busy(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone = desk.line.phone
    assert isinstance(phone, Softphone)
    stranger = await centre.caller("+79000000409", transport="tcp")
    with pytest.raises(CallFailed) as caught:
        await stranger.call(phone.uri, WAIT_S)
    assert (caught.value.reason, caught.value.code) == ("busy", 486)
    assert desk.line.state.state == "up"
