"""Outside people on baresip: asked about a caller, joined to a conference, given the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.desk import Desk
from sip.link.client import Softphone
from sip.link.protocol import Heard, Listen
from tests.interop.baresip import PERSON_HZ, Baresip
from tests.interop.centre import OPERATOR_HZ, Centre
from tests.interop.test_sipp import trunk
from tests.support.centre import WAIT_S, in_state
from tests.support.net import fresh_host

CALLER = "+79000000401"
DOCTOR = "+79000000402"
DOCTOR_HZ = 1500


@dataclass
class Talk:
    """Anna talks with a caller; the doctor can be called."""

    desk: Desk
    caller: Baresip
    doctor: Baresip

    async def hears(self, *tones_hz: float) -> None:
        """Until that and nothing else is heard at the operator's ear."""
        phone = self.desk.line.phone
        assert isinstance(phone, Softphone)
        await phone.wait_for(Heard, WAIT_S, call=self.desk.line.leg, tones_hz=list(tones_hz))

    async def consult(self) -> None:
        await self.desk.consult("number", DOCTOR)
        await self.doctor.event("CALL_INCOMING")
        await self.doctor.answer()
        await self.hears(DOCTOR_HZ)
        await self.doctor.listens(0.6)

    async def both_listen(self) -> None:
        await asyncio.gather(self.caller.listens(1.0), self.doctor.listens(1.0))


@pytest.fixture
async def talk(open_centre: Any, tmp_path: Path) -> AsyncIterator[Talk]:
    caller = Baresip(tmp_path / "caller", fresh_host(), CALLER)
    doctor = Baresip(tmp_path / "doctor", fresh_host(), DOCTOR, hz=DOCTOR_HZ)
    await asyncio.gather(caller.start(), doctor.start())
    try:
        outside = {**trunk(doctor.host), "outbound": f"{doctor.host}:{doctor.sip_port}"}
        centre: Centre = await open_centre([outside, {**trunk(caller.host), "name": "callers"}])
        desk = await centre.operator("anna")
        assert isinstance(desk.line.phone, Softphone)
        tones: list[float] = [PERSON_HZ, OPERATOR_HZ, DOCTOR_HZ]
        desk.line.phone.send(Listen(call=desk.line.leg, tones_hz=tones))
        await caller.dial(f"sip:122@{centre.sip_address}")
        await caller.event("CALL_ESTABLISHED")
        await caller.press("3")
        await in_state(desk, "offered")
        await desk.accept()
        talk = Talk(desk, caller, doctor)
        await talk.hears(PERSON_HZ)
        yield talk
    finally:
        await asyncio.gather(caller.stop(), doctor.stop())


async def test_a_doctor_is_asked_and_takes_the_call(talk: Talk) -> None:
    await talk.consult()
    await talk.desk.switch_consult("caller")
    await talk.hears(PERSON_HZ)
    await talk.desk.switch_consult("all")
    await talk.hears(PERSON_HZ, DOCTOR_HZ)
    await talk.desk.complete_consult()
    await in_state(talk.desk, "wrap_up")
    await talk.both_listen()
    await talk.caller.hang_up()
    await talk.doctor.event("CALL_CLOSED")
    await asyncio.gather(talk.caller.stop(), talk.doctor.stop())
    at_caller, at_doctor = talk.caller.heard(), talk.doctor.heard()
    assert at_doctor[int(OPERATOR_HZ)] >= 300, "the doctor was asked by the operator"
    assert at_doctor[PERSON_HZ] >= 500, "the doctor heard the caller"
    assert at_caller[DOCTOR_HZ] >= 500, "the caller heard the doctor"


async def test_a_doctor_is_asked_and_let_go(talk: Talk) -> None:
    await talk.consult()
    await talk.desk.cancel_consult()
    await talk.doctor.event("CALL_CLOSED")
    await talk.hears(PERSON_HZ)
    await in_state(talk.desk, "talking")
    await asyncio.gather(talk.caller.stop(), talk.doctor.stop())
    assert talk.doctor.heard()[PERSON_HZ] == 0, "the doctor never heard the caller"


async def test_the_call_is_given_to_a_doctor(talk: Talk) -> None:
    await talk.desk.transfer("number", DOCTOR)
    await talk.doctor.event("CALL_INCOMING")
    await talk.doctor.answer()
    await in_state(talk.desk, "wrap_up")
    await talk.both_listen()
    await talk.doctor.hang_up()
    await talk.caller.event("CALL_CLOSED")
    await asyncio.gather(talk.caller.stop(), talk.doctor.stop())
    assert talk.caller.heard()[DOCTOR_HZ] >= 500, "the caller heard the doctor"
    assert talk.doctor.heard()[PERSON_HZ] >= 500, "the doctor heard the caller"
