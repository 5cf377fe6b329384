"""Callers at random moments, and what each of them knows of the call in the end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass

from rig.centre import Centre
from sip.link.client import CallFailed, Softphone, SoftphoneError
from sip.link.protocol import CallState, Start

CALLER_PROCESSES = 4
CALLS_A_PROCESS = 3
"""Of the four that PJSIP allows: a call that has just ended still holds its ports."""
ANSWER_S = 30.0
"""So long a trunk repeats an INVITE that nobody answers (RFC 3261, timer B: 32 s): the engine that
takes the place of a dead one answers the repetition."""
SETTLE_S = 60.0
WITHHELD = 0.05


@dataclass(slots=True)
class Placed:
    """One call as its caller knows it. Moments are seconds of this machine's monotonic clock."""

    number: str
    """Of this call alone, so that the books can be asked by call. Empty: withheld."""
    connected: bool = False
    refusal: int = 0
    """SIP status of a call that was not connected; 0: the centre did not answer at all."""
    gave_up: bool = False
    """The caller hung up."""
    answered_after_s: float = 0.0
    ended_at: float = 0.0


class Callers:
    """Places calls until ``finish``."""

    def __init__(
        self, centre: Centre, rate: float, patience_s: float, source: random.Random
    ) -> None:
        self._uri = f"sip:122@{centre.sip}"
        self._host = centre.callers_host
        self._rate = rate
        self._patience_s = patience_s
        self._source = source
        self._slots: asyncio.Queue[int] = asyncio.Queue()
        self._phones: list[Softphone] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self.placed: list[Placed] = []

    async def start(self) -> None:
        for index in range(CALLER_PROCESSES):
            self._phones.append(await self._spawn())
            for _ in range(CALLS_A_PROCESS):
                self._slots.put_nowait(index)

    async def run(self) -> None:
        while not self._stopping.is_set():
            slot = await self._slots.get()
            number = f"+7900{len(self.placed):07d}"
            call = Placed("" if self._source.random() < WITHHELD else number)
            self.placed.append(call)
            task = asyncio.create_task(self._live(slot, call))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._source.expovariate(self._rate)):
                    await self._stopping.wait()

    async def finish(self) -> None:
        """No new calls; those that live come to their end."""
        self._stopping.set()
        if self._calls:
            await asyncio.wait(self._calls, timeout=SETTLE_S)

    async def close(self) -> None:
        for task in self._calls:
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await asyncio.gather(*(phone.stop() for phone in self._phones))

    async def _spawn(self) -> Softphone:
        return await Softphone.spawn(Start(host=self._host, user="caller", silence_detection=False))

    async def _live(self, slot: int, call: Placed) -> None:
        try:
            phone, asked_at = self._phones[slot], time.monotonic()
            name = await phone.call(self._uri, ANSWER_S, from_user=call.number or "anonymous")
            call.connected = True
            call.answered_after_s = time.monotonic() - asked_at
            try:
                await phone.wait_for(CallState, self._patience_s, call=name, state="ended")
            except TimeoutError:
                call.gave_up = True
                await phone.hang_up(name)
        except CallFailed as error:
            call.refusal = error.code
        except SoftphoneError as error:
            print(f"   a caller's softphone ended: {error}")
            self._phones[slot] = await self._spawn()
        call.ended_at = time.monotonic()
        await asyncio.sleep(0.6)
        self._slots.put_nowait(slot)
