"""Makers of softphones for tests: the real process and the fake one, behind one interface."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from sip.fake.softphone import FakeNetwork, FakePhone
from sip.link.client import Softphone
from sip.link.protocol import Answer, Audio, Call, CallState, Event, Failed, HangUp, Incoming, Start
from tests.support.net import fresh_host

AnyPhone = Softphone | FakePhone
Kind = Literal["fake", "pjsua2"]
WAIT_S = 10.0


class PhonePool:
    """Phones of one kind that can reach one another. A phone costs a process and some 0.2 s, so
    those that a test gives back healthy serve the next one."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._network = FakeNetwork()
        self._idle: list[tuple[dict[str, Any], AnyPhone]] = []

    async def take(self, fields: dict[str, Any]) -> AnyPhone:
        for index, (made_with, phone) in enumerate(self._idle):
            if made_with == fields:
                del self._idle[index]
                return phone
        start = Start(**{"host": fresh_host(), "silence_detection": False, **fields})
        if self.kind == "fake":
            return await FakePhone.spawn(start, self._network)
        return await Softphone.spawn(start)

    async def give_back(self, fields: dict[str, Any], phone: AnyPhone) -> None:
        if phone.exit_code is not None or self.kind == "fake":
            await phone.stop()
            return
        for call in phone.live_calls:
            await phone.hang_up(call)
        barrier = phone.send(HangUp(call="none"))
        await phone.wait_for(Failed, WAIT_S, seq=barrier)
        phone.on_event = None
        phone.forget_events()
        self._idle.append((fields, phone))

    async def close(self) -> None:
        await asyncio.gather(*(phone.stop() for _, phone in self._idle))


class PhoneMaker:
    """One test's phones, all of which go back to the pool."""

    def __init__(self, pool: PhonePool) -> None:
        self._pool = pool
        self._taken: list[tuple[dict[str, Any], AnyPhone]] = []

    async def __call__(self, **fields: Any) -> AnyPhone:
        """A started phone on a loopback host of its own; ``fields`` are those of ``Start``.

        Silence detection is off unless asked for, so that packets flow whatever is said.
        """
        phone = await self._pool.take(fields)
        self._taken.append((fields, phone))
        return phone

    async def pair(self, **fields: Any) -> tuple[AnyPhone, AnyPhone]:
        one, other = await asyncio.gather(self(**fields), self(**fields))
        return one, other

    async def close(self) -> None:
        for fields, phone in self._taken:
            await self._pool.give_back(fields, phone)


@dataclass
class Talk:
    """A connected call: who made it, who took it, and each one's name for it."""

    caller: AnyPhone
    callee: AnyPhone
    out: str
    inc: str


async def ring(caller: AnyPhone, callee: AnyPhone, name: str = "c1", **fields: Any) -> Talk:
    """Start a call and wait until the callee has it; it is not answered."""
    caller.send(Call(call=name, uri=callee.uri, **fields))
    incoming = await callee.wait_for(Incoming, WAIT_S)
    return Talk(caller, callee, name, incoming.call)


async def answer(talk: Talk) -> Talk:
    talk.callee.send(Answer(call=talk.inc))
    await talk.caller.wait_for(CallState, WAIT_S, call=talk.out, state="connected")
    await talk.callee.wait_for(CallState, WAIT_S, call=talk.inc, state="connected")
    await talk.caller.wait_for(Audio, WAIT_S, call=talk.out, state="active")
    await talk.callee.wait_for(Audio, WAIT_S, call=talk.inc, state="active")
    return talk


async def connect(caller: AnyPhone, callee: AnyPhone, name: str = "c1") -> Talk:
    return await answer(await ring(caller, callee, name))


async def ends(phone: AnyPhone, call: str) -> CallState:
    return await phone.wait_for(CallState, WAIT_S, call=call, state="ended")


def watch(phone: AnyPhone) -> list[Event]:
    """A list that every further event of the phone goes into."""
    seen: list[Event] = []
    phone.on_event = seen.append
    return seen
