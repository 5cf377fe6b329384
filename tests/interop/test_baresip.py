"""baresip as one person who calls: keys, both voices, hang-up by either side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.desk import Desk
from sip.link.client import Softphone
from sip.link.protocol import Heard, Listen
from tests.interop.baresip import PERSON_HZ, Baresip
from tests.interop.centre import OPERATOR_HZ, Centre
from tests.interop.test_sipp import trunk
from tests.support.centre import WAIT_S, hears, in_state, plain_outcome, until
from tests.support.net import fresh_host

NUMBER = "+79000000401"


@pytest.fixture
async def person(tmp_path: Path) -> AsyncIterator[Baresip]:
    baresip = Baresip(tmp_path / "baresip", fresh_host(), NUMBER)
    try:
        yield await baresip.start()
    finally:
        await baresip.stop()


@pytest.mark.parametrize("hangs_up", ["caller", "agent"])
async def test_talks_with_an_operator(open_centre: Any, person: Baresip, hangs_up: str) -> None:
    centre: Centre = await open_centre([trunk(person.host)])
    desk = await centre.operator("anna")
    phone, leg = desk.line.phone, desk.line.leg
    assert isinstance(phone, Softphone)
    phone.send(Listen(call=leg, tones_hz=[PERSON_HZ, OPERATOR_HZ]))

    await person.dial(f"sip:122@{centre.sip_address}")
    await person.event("CALL_ESTABLISHED")
    await person.press("3")
    call = await in_state(desk, "offered")
    assert (call.number, call.topic) == ("+7 900 000-04-01", "vaccination")
    await desk.accept()
    await in_state(desk, "talking")
    await hears(phone, leg, PERSON_HZ)
    await desk.hold()
    await in_state(desk, "held")
    await hears_nothing(phone, leg)
    await desk.resume()
    await in_state(desk, "talking")
    await hears(phone, leg, PERSON_HZ)
    await person.listens(1.0)

    if hangs_up == "caller":
        await person.hang_up()
    else:
        await desk.hang_up()
        await person.event("CALL_CLOSED")
    await in_state(desk, "wrap_up")
    await finish(desk)
    (row,) = await centre.settled(1)
    assert (row.outcome, row.ended_by, row.card_state) == ("answered", hangs_up, "saved")
    await person.stop()
    assert person.heard()[int(OPERATOR_HZ)] > 500


async def hears_nothing(phone: Softphone, call: str) -> None:
    while (await phone.wait_for(Heard, WAIT_S, call=call)).tones_hz:
        pass


async def finish(desk: Desk) -> None:
    """Save the card and be ready again."""
    await until(desk, lambda: desk.card_desk.card is not None)
    desk.card_desk.set_disposition(plain_outcome(desk.card_desk))
    await desk.card_desk.save()
    await desk.finish_wrap_up()
