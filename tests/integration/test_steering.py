"""Orders of a supervisor on real calls."""

from __future__ import annotations

import pytest

from sip.link.protocol import Answer, CallState, HangUp, Incoming
from tests.support.centre import (
    WAIT_S,
    Centre,
    in_state,
    into_queue,
    me_in_state,
    until,
    waits_in_queue,
)
from tests.support.orders import ordered

NUMBER = "+79000000303"


async def test_a_supervisor_ends_a_talk(centre: Centre) -> None:
    await centre.add_person("chief", role="supervisor")
    desk = await centre.operator("anna")
    phone = await into_queue(centre, NUMBER)
    offered = await in_state(desk, "offered")
    await desk.accept()
    await in_state(desk, "talking")
    await ordered(centre, "call", "end", offered.id, "--why", "хулиганство", "--talk", "--yes")
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    await me_in_state(desk, "wrap_up")


@pytest.mark.long
async def test_a_callback_is_given_to_an_operator_who_calls_back(centre: Centre) -> None:
    await centre.add_person("chief", role="supervisor")
    phone = await into_queue(centre, NUMBER, port=centre.outside_port)
    await waits_in_queue(centre)
    phone.send(HangUp(call="c"))
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    desk = await centre.operator("anna")
    await until(desk, lambda: bool(desk.view.callbacks))
    (owed,) = desk.view.callbacks
    await ordered(centre, "callback", "assign", owed.id, "anna", "--why", "знакомы")
    await until(desk, lambda: bool(desk.view.callbacks and desk.view.callbacks[0].assigned))
    await desk.dial_callback(owed.id)
    incoming = await phone.wait_for(Incoming, WAIT_S)
    phone.send(Answer(call=incoming.call))
    await in_state(desk, "talking")
    await until(desk, lambda: not desk.view.callbacks)
