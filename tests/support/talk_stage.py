"""A talk over real SIP and RTP, others who can be called into it, and who hears whom."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ekc_console.client.desk import Desk
from ekc_console.client.voice.line_state import Voice
from sip.link.client import Softphone
from sip.link.protocol import CallState, HangUp, Heard, Incoming, Listen, Play, Played, Tone
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    in_state,
    into_queue,
)

NUMBER = "+79000000101"
OUTSIDE = "+79000000202"
SECOND_HZ = 1500.0
OUTSIDE_HZ = 1900.0
TONES = [CALLER_HZ, OPERATOR_HZ, SECOND_HZ, OUTSIDE_HZ]


class Party:
    """Somebody with a telephone, and what is heard there now."""

    def __init__(self, phone: Softphone, call: str) -> None:
        self.phone, self.call = phone, call
        self._heard: frozenset[float] = frozenset()
        self._changed = asyncio.Event()
        self._following = asyncio.create_task(self._follow())
        phone.send(Listen(call=call, tones_hz=TONES))

    async def _follow(self) -> None:
        async for event in self.phone.events():
            if isinstance(event, Heard) and event.call == self.call:
                self._heard = frozenset(event.tones_hz)
                self._changed.set()

    async def hears(self, *tones: float) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                while self._heard != frozenset(tones):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{self.call} hears {set(self._heard)}, not {tones}") from None

    async def says(self, file: Path) -> None:
        """To the end of the file; the tone is left off."""
        self.phone.send(Play(call=self.call, file=str(file)))
        await self.phone.wait_for(Played, WAIT_S, call=self.call, file=str(file))

    def hang_up(self) -> None:
        self.phone.send(HangUp(call=self.call))

    async def ended(self) -> None:
        await self.phone.wait_for(CallState, WAIT_S, call=self.call, state="ended")


class Stage:
    """Anna talks with the caller; Boris and an outside party can be called."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    async def begin(self) -> Stage:
        self.anna = await self.centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        self.at_anna = Party(self.anna.line.phone, self.anna.line.leg)
        phone = await into_queue(self.centre, NUMBER)
        self.caller = Party(phone, "c")
        self.call = (await in_state(self.anna, "offered")).id
        await self.anna.accept()
        await in_state(self.anna, "talking")
        await self.caller.hears(OPERATOR_HZ)
        await self.at_anna.hears(CALLER_HZ)
        return self

    async def second(self) -> Desk:
        self.boris = await self.centre.operator("boris", Voice(tone_hz=SECOND_HZ))
        self.at_boris = Party(self.boris.line.phone, self.boris.line.leg)
        return self.boris

    async def outside_phone(self, *, answers: bool = True) -> Softphone:
        return await self.centre.caller(OUTSIDE, port=self.centre.outside_port, auto_answer=answers)

    async def outside(self, phone: Softphone) -> Party:
        incoming = await phone.wait_for(Incoming, WAIT_S)
        return await self.outside_of(phone, incoming.call)

    async def outside_of(self, phone: Softphone, call: str) -> Party:
        """The party of a call that is being answered, who talks then."""
        await phone.wait_for(CallState, WAIT_S, call=call, state="connected")
        phone.send(Tone(call=call, hz=OUTSIDE_HZ))
        return Party(phone, call)

    async def consult_boris(self) -> None:
        await self.second()
        await self.anna.consult("agent", "boris")
        offered = await in_state(self.boris, "offered")
        assert offered.consult is not None
        assert offered.consult.who == "Оператор anna"
        await self.boris.accept()
        await self.at_anna.hears(SECOND_HZ)
        await self.at_boris.hears(OPERATOR_HZ)
        assert (await in_state(self.anna, "consult")).consult.open

    async def consult_outside(self) -> Party:
        phone = await self.outside_phone()
        await self.anna.consult("number", OUTSIDE)
        party = await self.outside(phone)
        await self.at_anna.hears(OUTSIDE_HZ)
        await party.hears(OPERATOR_HZ)
        return party
