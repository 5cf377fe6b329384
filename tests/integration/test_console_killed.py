"""A console that dies in a talk, and the one that is opened in its place."""

from __future__ import annotations

import asyncio
import os
import signal

from ekc_console.client.voice.line_state import Voice
from sip.link.client import Softphone
from sip.link.protocol import Listen
from tests.support.centre import (
    OPERATOR_HZ,
    PASSWORD,
    Centre,
    hears,
    in_state,
    into_queue,
    until,
)

NUMBER = "+79000000606"


async def test_a_console_killed_in_a_talk_and_opened_again_is_heard_at_once(
    centre: Centre,
) -> None:
    """The server still believes in the dead console's leg: nobody waits for it to find out."""
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    caller = await into_queue(centre, NUMBER, key="3")
    await in_state(desk, "offered")
    await desk.accept()
    call = await in_state(desk, "talking")
    phone, desk.session = desk.line.phone, None  # of a killed console nothing acts any more
    assert isinstance(phone, Softphone)
    os.kill(phone.pid, signal.SIGKILL)
    await desk.line.stop()

    again = centre.desk("anna", voice=Voice(tone_hz=OPERATOR_HZ))
    began = asyncio.get_running_loop().time()
    await again.log_in("anna", PASSWORD)
    await until(again, lambda: again.line.state.state == "up")
    caller.send(Listen(call="c", tones_hz=[OPERATOR_HZ]))
    await hears(caller, "c", OPERATOR_HZ)
    assert asyncio.get_running_loop().time() - began < 6.0
    assert again.view.call is not None
    assert (again.view.call.id, again.view.call.state) == (call.id, "talking")
