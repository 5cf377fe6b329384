"""Callers who give up, wherever they are: kept with where and when, and called back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Config
from sip.link.protocol import Answer as AnswerCall
from sip.link.protocol import CallState, HangUp, Incoming, Listen, Tone
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    in_state,
    into_queue,
    me_in_state,
    save_card,
    until,
    waits_in_queue,
)

NUMBER = "+79000000202"


@pytest.mark.long
async def test_abandoned_in_the_menu(centre: Centre) -> None:
    desk = await centre.operator("anna")
    phone = await centre.caller(NUMBER)
    centre.call(phone)
    await phone.wait_for(CallState, WAIT_S, call="c", state="connected")
    phone.send(HangUp(call="c"))
    await until(desk, lambda: len(desk.view.callbacks) == 1)
    callback = desk.view.callbacks[0]
    assert (callback.number, callback.where) == ("+7 900 000-02-02", "menu")
    (contact,) = await desk.find(NUMBER)
    assert contact.outcome == "abandoned_menu"


async def test_abandoned_in_the_queue_and_called_back(centre: Centre) -> None:
    phone = await into_queue(centre, NUMBER, key="3", port=centre.outside_port)
    await waits_in_queue(centre)
    phone.send(HangUp(call="c"))
    desk = await centre.operator("anna")
    await until(desk, lambda: len(desk.view.callbacks) == 1)
    callback = desk.view.callbacks[0]
    assert (callback.where, callback.topic_title) == ("queue", "Вакцинация")

    await desk.dial_callback(callback.id)
    incoming = await phone.wait_for(Incoming, WAIT_S)
    phone.send(AnswerCall(call=incoming.call))
    await in_state(desk, "talking")
    await until(desk, lambda: not desk.view.callbacks)
    await desk.hang_up()
    await in_state(desk, "wrap_up")


@pytest.mark.long
async def test_two_operators_a_refusal_and_a_time_out(centre: Centre) -> None:
    """The caller keeps the place; the next operator is offered; nobody is offered twice at once."""
    first = await centre.operator("anna")
    second = await centre.operator("boris")
    await into_queue(centre, NUMBER)
    offered = await in_state(first, "offered")
    assert second.view.call is None
    await first.reject()
    again = await in_state(second, "offered")
    assert (again.id, again.queued_at) == (offered.id, offered.queued_at)
    await second.accept()
    await in_state(second, "talking")
    await second.hang_up()
    await in_state(second, "wrap_up")


async def test_an_offer_that_runs_out_goes_to_the_next_and_parks_the_silent(
    tmp_path: Path,
) -> None:
    quick = tuple(
        dataclasses.replace(queue, offer_timeout_s=1.0, max_unanswered=1)
        for queue in Config().queues
    )
    centre = await Centre(tmp_path, queues=quick).open()
    try:
        await check_time_out(centre)
    finally:
        await centre.close()


async def check_time_out(centre: Centre) -> None:
    first = await centre.operator("anna")
    await into_queue(centre, NUMBER)
    offered = await in_state(first, "offered")
    second = await centre.operator("boris")
    again = await in_state(second, "offered")
    assert (again.id, again.queued_at) == (offered.id, offered.queued_at)
    await me_in_state(first, "not_responding")


@pytest.mark.long
async def test_a_number_is_dialled_and_dialled_again(centre: Centre) -> None:
    """Both sides are heard; the number is the first in the list for redial."""
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    party = await centre.caller("+79000000203", port=centre.outside_port, auto_answer=True)
    phone, leg = desk.line.phone, desk.line.leg
    assert phone is not None
    tones = {"in1": CALLER_HZ, "in2": 900.0}
    phone.send(Listen(call=leg, tones_hz=list(tones.values())))
    for call, hz in tones.items():
        await desk.dial("8 900 000-02-03")
        await party.wait_for(CallState, WAIT_S, call=call, state="connected")
        party.send(Tone(call=call, hz=hz))
        party.send(Listen(call=call, tones_hz=[OPERATOR_HZ]))
        await hears(party, call, OPERATOR_HZ)
        await hears(phone, leg, hz)
        assert list(desk.dialled) == ["+79000000203"]
        await until(desk, lambda: desk.card_desk.card is not None)
        await desk.hang_up()
        await party.wait_for(CallState, WAIT_S, call=call, state="ended")
        await save_card(desk)
