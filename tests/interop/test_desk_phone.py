"""A telephone on the desk as an operator's voice: the server calls it, callers are heard in it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.interop.baresip import PERSON_HZ, Baresip
from tests.interop.centre import Centre
from tests.interop.test_sipp import trunk
from tests.support.centre import in_state, until
from tests.support.net import fresh_host

CALLER = "+79000000401"
DESK_PHONE = "+79000000402"


async def test_the_talk_goes_on_when_the_console_is_gone(open_centre: Any, tmp_path: Path) -> None:
    person = Baresip(tmp_path / "person", fresh_host(), CALLER)
    phone = Baresip(tmp_path / "phone", fresh_host(), DESK_PHONE)
    await asyncio.gather(person.start(), phone.start())
    try:
        outside = {**trunk(phone.host), "outbound": f"{phone.host}:{phone.sip_port}"}
        callers = {**trunk(person.host), "name": "callers"}
        centre: Centre = await open_centre([outside, callers])
        await centre.add("anna", "--phone", DESK_PHONE)
        desk = await centre.console("anna")
        await desk.ready()
        await phone.event("CALL_INCOMING")
        await phone.answer()
        await until(desk, lambda: desk.line.state.state == "up")

        await person.dial(f"sip:122@{centre.sip_address}")
        await person.event("CALL_ESTABLISHED")
        await person.press("3")
        await in_state(desk, "offered")
        await desk.accept()
        await in_state(desk, "talking")
        await desk.close()
        await asyncio.gather(phone.listens(1.0), person.listens(1.0))
        await person.hang_up()
        await centre.settled(1)
    finally:
        await asyncio.gather(person.stop(), phone.stop())
    assert phone.heard()[int(PERSON_HZ)] > 500, "the operator heard the caller"
    assert person.heard()[int(PERSON_HZ)] > 500, "the caller heard the operator"
