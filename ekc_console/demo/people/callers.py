"""Simulated callers: real SIP calls with spoken Russian, placed by softphone processes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import structlog

from ekc_console.demo.people.caller import Caller, CallReport
from ekc_console.demo.people.pace import HUMAN, Pace
from ekc_console.demo.people.personas import Persona
from ekc_console.demo.people.voices import Voices
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from sip.link.client import Softphone, SoftphoneError
from sip.link.protocol import Start

log = structlog.get_logger(__name__)

CALLS_A_PROCESS = 4
"""The softphone's limit."""
SLOT_REST_S = 0.5
"""A closed call keeps its media ports for a moment."""
CALLED_NUMBER = "122"
LOOK_S = 0.5
"""Between two looks whether somebody has hung up."""


class CallerPool:
    """Order: :meth:`start`, then :meth:`run` once, :meth:`stop` at the end (also after an error).

    ``centre``: ``host:port`` of the trunk. ``hosts``: addresses of this machine to call from, used
    in turn. ``keys``: of the menu, by topic. ``work_dir`` takes short-lived sound files.
    """

    def __init__(
        self,
        centre: str,
        hosts: Sequence[str],
        *,
        processes: int,
        personas: Iterator[Persona],
        keys: Mapping[str, str],
        voices: Voices,
        work_dir: Path,
        pace: Pace = HUMAN,
        seed: int = 1,
        on_report: Callable[[CallReport], None] = lambda report: None,
    ) -> None:
        self._centre = centre
        self._hosts = hosts
        self._personas = personas
        self._keys = keys
        self._voices = voices
        self._work_dir = work_dir
        self._pace = pace
        self._seed = seed
        self._on_report = on_report
        self._phones: list[Softphone] = []
        self._processes = processes
        self._slots: asyncio.Queue[int] = asyncio.Queue()
        """A free slot is the index of its process."""
        self._calls: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self.reports: list[CallReport] = []
        """Of calls that are over, in the order of their ends."""

    async def start(self) -> None:
        """Start the softphone processes. Raises EkcError; nothing is left running then."""
        starting = [self._spawn(index) for index in range(self._processes)]
        results = await asyncio.gather(*starting, return_exceptions=True)
        self._phones = [phone for phone in results if isinstance(phone, Softphone)]
        for result in results:
            if isinstance(result, BaseException):
                await self.stop()
                raise result
        for index in range(self._processes * CALLS_A_PROCESS):
            self._slots.put_nowait(index % self._processes)

    async def run(
        self, mean_gap_s: float, count: int | None = None, most: int | None = None
    ) -> None:
        """Place calls with exponential gaps of that mean: ``count`` of them, or until
        :meth:`stop`. Returns when the last one is over. ``most``: who would be one more on the
        line calls when another one has hung up."""
        source = random.Random(self._seed)
        placed = 0
        while not self._stopping.is_set() and (count is None or placed < count):
            await self._fewer_than(most)
            slot = await self._free_slot()
            if slot is None:
                break
            self._place(slot, next(self._personas), random.Random(source.random()), placed)
            placed += 1
            if placed != count:
                await self._stopped_within(source.expovariate(1 / mean_gap_s))
        while self._calls:
            await asyncio.wait(self._calls)

    async def stop(self) -> None:
        """Hang up all and end the processes. Calls cut by this are not reported. Idempotent."""
        self._stopping.set()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        phones, self._phones = self._phones, []
        await asyncio.gather(*(phone.stop() for phone in phones))

    def cut(self) -> None:
        """The centre's telephony has died under the calls: everybody hangs up at once, and others
        call. Calls cut by this are not reported."""
        for call in self._calls:
            call.cancel()

    @property
    def live(self) -> int:
        """Calls under way."""
        return len(self._calls)

    @property
    def pids(self) -> list[int]:
        """Of the softphone processes."""
        return [phone.pid for phone in self._phones]

    async def _spawn(self, index: int) -> Softphone:
        start = Start(host=self._hosts[index % len(self._hosts)], user="caller")
        try:
            return await Softphone.spawn(start)
        except SoftphoneError as error:
            raise EkcError(
                _("Имитация абонентов не запустилась на {host}: {why}.").format(
                    host=start.host, why=error.detail
                ),
                _("Проверьте, что адрес есть на этой машине и пакет pjsua2-python установлен."),
            ) from error

    async def _free_slot(self) -> int | None:
        """Wait for a slot; None when the pool stops first."""
        taking = asyncio.create_task(self._slots.get())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((taking, stopping), return_when=asyncio.FIRST_COMPLETED)
            return None if self._stopping.is_set() else taking.result()
        finally:
            taking.cancel()
            stopping.cancel()

    async def _fewer_than(self, most: int | None) -> None:
        """Wait for that; not beyond :meth:`stop`."""
        while most is not None and self.live >= most and not self._stopping.is_set():
            await self._stopped_within(LOOK_S)

    async def _stopped_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _place(self, slot: int, persona: Persona, source: random.Random, number: int) -> None:
        task = asyncio.create_task(
            self._live_call(slot, persona, source, self._work_dir / f"heard-{number}.wav"),
            name=f"caller {number}",
        )
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _live_call(
        self, slot: int, persona: Persona, source: random.Random, heard: Path
    ) -> None:
        try:
            caller = Caller(
                phone=await self._phone(slot),
                persona=persona,
                keys=self._keys[persona.topic],
                uri=f"sip:{CALLED_NUMBER}@{self._centre}",
                voices=self._voices,
                pace=self._pace,
                source=source,
                heard=heard,
            )
            report = await self._report(caller)
            self.reports.append(report)
            self._on_report(report)
            await asyncio.sleep(SLOT_REST_S)
        except EkcError as error:
            log.error("no call could be placed", error=error.message)
        finally:
            self._slots.put_nowait(slot)

    async def _report(self, caller: Caller) -> CallReport:
        """The softphone may die under a call: that is the report's word, not the pool's end."""
        try:
            return await caller.call()
        except SoftphoneError as error:
            caller.report.detail = str(error)
            return caller.report

    async def _phone(self, slot: int) -> Softphone:
        """The slot's process; a dead one is replaced."""
        if self._phones[slot].exit_code is not None:
            log.warning("a caller's softphone died", exit_code=self._phones[slot].exit_code)
            self._phones[slot] = await self._spawn(slot)
        return self._phones[slot]
