"""Callers at random moments, and what each of them knows of the call in the end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass

from rig.server.centre import Centre
from sip.link.client import CallFailed, Softphone, SoftphoneError
from sip.link.protocol import CallState, Start

CALLER_PROCESSES = 4
CALLS_A_PROCESS = 3
"""Of the four that PJSIP allows: a call that has just ended still holds its ports."""
ANSWER_S = 30.0
"""So long a trunk repeats an INVITE that nobody answers (RFC 3261, timer B: 32 s): the engine that
takes the place of a dead one answers the repetition."""
REPEAT_S = 0.5
SETTLE_S = 60.0
WITHHELD = 0.05


@dataclass(slots=True)
class Placed:
    """One call as its caller knows it. Moments are seconds of this machine's monotonic clock."""

    number: str
    """Of this call alone, so that the books can be asked by call. Empty: withheld."""
    called: str
    """Of this call alone too: it tells one withheld number from another."""
    asked_at: float = 0.0
    connected: bool = False
    refusal: int = 0
    """SIP status of a call that was not connected; 0: the centre did not answer at all."""
    gave_up: bool = False
    """The caller hung up."""
    softphone_ended: bool = False
    answered_after_s: float = 0.0
    ended_at: float | None = None
    told_last: str = ""
    """By the softphone, of a try that was not connected."""

    @property
    def withheld(self) -> bool:
        return not self.number

    @property
    def told(self) -> str:
        """For whoever looks for the cause."""
        if self.ended_at is None:
            return "no end"
        how = "gave up" if self.gave_up else f"refused {self.refusal}" if self.refusal else "ended"
        last = "" if self.connected else f", {self.told_last}"
        return f"{how} after {self.ended_at - self.asked_at:.1f} s{last}"


class Callers:
    """Places calls until ``finish``."""

    def __init__(
        self, centre: Centre, rate: float, patience_s: float, source: random.Random
    ) -> None:
        self._sip = centre.sip
        self._host = centre.callers_host
        self._rate = rate
        self._patience_s = patience_s
        self._source = source
        self._slots: asyncio.Queue[int] = asyncio.Queue()
        self._phones: list[Softphone] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._replacing = asyncio.Lock()
        self.placed: list[Placed] = []

    async def start(self) -> None:
        for index in range(CALLER_PROCESSES):
            self._phones.append(await self._spawn())
            for _ in range(CALLS_A_PROCESS):
                self._slots.put_nowait(index)

    async def run(self) -> None:
        while not self._stopping.is_set():
            slot = await self._slots.get()
            one = len(self.placed)
            withheld = self._source.random() < WITHHELD
            call = Placed("" if withheld else f"+7900{one:07d}", f"122{one:05d}")
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
        phone = self._phones[slot]
        call.asked_at = time.monotonic()
        try:
            await self._talk(phone, call)
        except CallFailed as error:
            call.refusal = error.code
        except SoftphoneError as error:
            call.softphone_ended = True
            print(f"   a caller's softphone ended: {error}")
            await self._replace(slot, phone)
        call.ended_at = time.monotonic()
        await asyncio.sleep(0.6)
        self._slots.put_nowait(slot)

    async def _talk(self, phone: Softphone, call: Placed) -> None:
        name = await self._answered(phone, call)
        call.connected = True
        call.answered_after_s = time.monotonic() - call.asked_at
        try:
            await phone.wait_for(CallState, self._patience_s, call=name, state="ended")
        except TimeoutError:
            call.gave_up = True
            await phone.hang_up(name)

    async def _answered(self, phone: Softphone, call: Placed) -> str:
        """PJSIP gives a call up at once where no socket takes its INVITE; a trunk goes on."""
        while True:
            left_s = call.asked_at + ANSWER_S - time.monotonic()
            try:
                return await phone.call(
                    f"sip:{call.called}@{self._sip}", left_s, from_user=call.number or "anonymous"
                )
            except CallFailed as error:
                call.told_last = str(error)
                if error.code or time.monotonic() + REPEAT_S > call.asked_at + ANSWER_S:
                    raise
            await asyncio.sleep(REPEAT_S)

    async def _replace(self, slot: int, broken: Softphone) -> None:
        """Once, whichever of its calls notices first."""
        async with self._replacing:
            if self._phones[slot] is broken:
                self._phones[slot] = await self._spawn()
                await broken.stop()
