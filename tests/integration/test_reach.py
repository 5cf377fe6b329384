"""Guaranteed reach on real lines: a place kept by key, an outside number when nobody is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Config, Overflow, Place
from sip.link.protocol import Answer, CallState, HangUp, Incoming, Listen, SendKeys, Tone
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    in_state,
    into_queue,
    until,
    waits_in_queue,
)

NUMBER = "+79000000202"
OUTSIDE_HZ = 1900.0


async def test_a_place_is_kept_by_key_and_the_person_is_called_back(tmp_path: Path) -> None:
    queues = tuple(replace(queue, keep_place_key="1") for queue in Config().queues)
    centre = await Centre(tmp_path, queues=queues).open()
    try:
        await check_kept_place(centre)
    finally:
        await centre.close()


async def check_kept_place(centre: Centre) -> None:
    phone = await into_queue(centre, NUMBER, key="3", port=centre.outside_port)
    await waits_in_queue(centre)
    (waiting,) = centre.server.core.router.calls.values()
    phone.send(SendKeys(call="c", keys="1"))
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")

    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    offered = await in_state(desk, "offered")
    assert (offered.direction, offered.queued_at) == ("out", waiting.queued_at)
    await desk.accept()
    incoming = await phone.wait_for(Incoming, WAIT_S)
    phone.send(Answer(call=incoming.call))
    phone.send(Listen(call=incoming.call, tones_hz=[CALLER_HZ, OPERATOR_HZ]))
    phone.send(Tone(call=incoming.call, hz=CALLER_HZ))
    await in_state(desk, "talking")
    await hears(phone, incoming.call, OPERATOR_HZ)
    await until(desk, lambda: not desk.view.callbacks)
    await desk.hang_up()
    await in_state(desk, "wrap_up")


@pytest.mark.long
async def test_nobody_is_there_and_an_outside_number_takes_the_call(tmp_path: Path) -> None:
    rule = Overflow(when="no_agents", to=(Place(number="+79000000303"),))
    queues = tuple(replace(queue, overflow=(rule,)) for queue in Config().queues)
    centre = await Centre(tmp_path, queues=queues).open()
    try:
        await check_outside_number(centre)
    finally:
        await centre.close()


async def check_outside_number(centre: Centre) -> None:
    outside = await centre.caller("+79000000303", port=centre.outside_port, auto_answer=True)
    phone = await into_queue(centre, NUMBER)
    incoming = await outside.wait_for(Incoming, WAIT_S)
    await outside.wait_for(CallState, WAIT_S, call=incoming.call, state="connected")
    phone.send(Listen(call="c", tones_hz=[CALLER_HZ, OUTSIDE_HZ]))
    outside.send(Listen(call=incoming.call, tones_hz=[CALLER_HZ, OUTSIDE_HZ]))
    outside.send(Tone(call=incoming.call, hz=OUTSIDE_HZ))
    await hears(phone, "c", OUTSIDE_HZ)
    await hears(outside, incoming.call, CALLER_HZ)
    outside.send(HangUp(call=incoming.call))
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    async with asyncio.timeout(WAIT_S):
        while centre.server.core.router.calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (ended,) = centre.server.core.router.recently_ended.values()
    assert ended.outcome == "forwarded"
