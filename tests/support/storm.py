"""Callers and operators who do as they like while engine and store fail: all by one seed.

The callers' numbers are all different, so that nobody is counted for another. At the end of
:meth:`Storm.play` the faults are over, everybody has hung up, and time has passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Any

from ekc_console.domain.state import call as cl
from ekc_console.wire import call_control, messages
from tests.support.faults import Faults, FaultyEngine, make_faulty
from tests.support.simulated_centre import EPOCH, Centre, Operator

STORM_S = 240.0
CALM_S = 420.0
LONGEST_S = 320.0
"""No call waits longer for the engine, a menu or a number that rings."""
SETTLING_S = 3.0
"""From the last order to its end at the engine."""
OPERATORS = ("anna", "boris", "clara")
ANSWERS, RINGS, BUSY = "+79000000901", "+79000000902", "+79000000903"
OUTSIDE = (ANSWERS, RINGS, BUSY, "103", "+79000000904")


class Storm:
    def __init__(self, centre: Centre, seed: int, *, rate: float = 0.1) -> None:
        self.random = Random(seed)
        self.centre = centre
        self.faults = Faults(seed)
        self.rate = rate
        self.legs: list[str] = []
        """Of the callers, in the order in which they came."""
        self.broken: list[str] = []
        """What was raised where nobody handles it: in timers and tasks of the server."""
        self._alive = True
        self._stormy = True
        self._here, self._engine_up = asyncio.Event(), asyncio.Event()
        """A server is there; the engine runs."""
        self._here.set()
        self._engine_up.set()
        centre.engine = FaultyEngine(self.faults, epoch=EPOCH)

    async def play(self) -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.broken.append(repr(context.get("exception") or context))
        )
        engine = self.centre.engine
        engine.outside_party(ANSWERS, "answer", tone=1500, ring_s=3)
        engine.outside_party(RINGS, "ring")
        engine.outside_party(BUSY, "busy")
        engine.outside_party("103", self.random.choice(("answer", "busy")), tone=1700, ring_s=1)
        engine.outside_party("112", "ring")
        self.operators = [await self.centre.ready(login) for login in OPERATORS]
        work = [asyncio.create_task(self._operator(one)) for one in self.operators]
        self._begin()
        callers = [asyncio.create_task(self._caller(i, at)) for i, at in enumerate(self._moments())]
        if self.random.random() < 0.5:
            work.append(asyncio.create_task(self._engine_dies()))
        if self.random.random() < 0.5:
            work.append(asyncio.create_task(self._server_restarts()))
        await asyncio.sleep(STORM_S)
        self._stormy = False
        self._calm()
        await asyncio.gather(*callers)
        await asyncio.sleep(CALM_S)
        self._alive = False
        await asyncio.gather(*work)
        await self.centre.server.core.runtime.settled()
        await asyncio.sleep(SETTLING_S)

    def _begin(self) -> None:
        make_faulty(self.centre.server.database, self.faults)
        if self._stormy:
            self.faults.rate, self.faults.store_rate = self.rate, self.rate / 2

    def _calm(self) -> None:
        self.faults.rate = self.faults.store_rate = 0.0

    def _moments(self) -> Iterator[float]:
        at = 0.0
        while (at := at + self.random.expovariate(1 / 8)) < STORM_S:
            yield at

    async def _engine_dies(self) -> None:
        await asyncio.sleep(self.random.uniform(0.2, 0.9) * STORM_S)
        await self._here.wait()
        self._engine_up.clear()
        self.centre.engine.crash()
        await asyncio.sleep(self.random.uniform(1, 8))
        self.centre.engine.recover()
        self._engine_up.set()

    async def _server_restarts(self) -> None:
        """It ends in order and leaves its calls to the engine; another one comes after a while."""
        await asyncio.sleep(self.random.uniform(0.2, 0.8) * STORM_S)
        await self._engine_up.wait()
        self._here.clear()
        self._calm()
        await self.centre.server.stop(hang_up=False)
        self.centre.engine = FaultyEngine(self.faults, previous=self.centre.engine)
        await asyncio.sleep(self.random.uniform(0, 20))
        await self.centre.open()
        self._begin()
        for one in self.operators:
            await self.centre.server.people.attendance.begin(one.session)
        self._here.set()

    async def _caller(self, i: int, at: float) -> None:
        number = f"+7900100{i:04d}"
        self.centre.engine.outside_party(
            number, self.random.choice(("answer", "answer", "ring")), tone=700, ring_s=2
        )
        await asyncio.sleep(at)
        if not self._engine_up.is_set():
            return
        leg = self.centre.engine.caller_calls(number, tone=700, held=not self._here.is_set())
        self.legs.append(leg)
        gives_up = self.random.uniform(2, 300)
        while gives_up > 0 and leg in self.centre.engine.legs:
            pause = self.random.uniform(1, 6)
            await asyncio.sleep(pause)
            gives_up -= pause
            if self.random.random() < 0.5:
                self.centre.engine.caller_presses(leg, self.random.choice("1234567"))
        self.centre.engine.caller_hangs_up(leg)

    # -- operators -------------------------------------------------------------------

    async def _operator(self, one: Operator) -> None:
        while self._alive:
            await asyncio.sleep(self.random.uniform(0.3, 4))
            if not self._here.is_set():
                continue
            if self.random.random() < 0.01:
                await self._blinks(one)
            if not one.me.line_up:
                await self._calls_in(one)
            for body in self._next(one):
                await one.do(body)

    async def _blinks(self, one: Operator) -> None:
        self.centre.server.people.attendance.interrupt(one.person.login)
        await asyncio.sleep(self.random.choice((1, 20, 45)))
        await self._here.wait()
        await self.centre.server.people.attendance.begin(one.session)

    async def _calls_in(self, one: Operator) -> None:
        reply = await one.do(messages.OpenLine())
        if isinstance(reply.result, messages.Line):
            self.centre.engine.operator_calls_in(
                reply.result.user, reply.result.password, tone=1100
            )
            await asyncio.sleep(0.5)

    def _next(self, one: Operator) -> list[messages.Command]:
        call, draw = one.call, self.random.choice
        if call is None or call.state in ("wrap_up", "ended"):
            if one.me.state == "wrap_up":
                return [messages.FinishWrapUp(), messages.GoReady()]
            return [] if one.me.state == "ready" else [messages.GoReady()]
        if call.state == "offered":
            yes = messages.AcceptOffer(offer=call.offer)
            return [draw((yes, yes, yes, messages.RejectOffer(offer=call.offer)))]
        if call.state == "connecting":
            return [messages.HangUpCall(call=call.id)] if self.random.random() < 0.1 else []
        if self.random.random() < 0.6:
            return []
        record = self.centre.server.core.router.calls.get(call.id)  # type: ignore[call-overload]
        if record is not None and isinstance(record.state, cl.Consulting):
            return [draw(_in_consultation(call.id))]
        return [draw(self._in_talk(call.id))]

    def _in_talk(self, call: str) -> list[messages.Command]:
        colleague, number = self.random.choice(OPERATORS), self.random.choice(OUTSIDE)
        return [
            *[messages.HangUpCall(call=call)] * 4,
            *[messages.HoldCall(call=call), messages.ResumeCall(call=call)] * 2,
            messages.SendKeys(call=call, keys="1"),
            messages.TransferCall(call=call, kind="queue", target="general"),
            messages.TransferCall(call=call, kind="agent", target=colleague),
            messages.TransferCall(call=call, kind="number", target=number),
            messages.TransferCall(call=call, kind="menu", target="main_menu"),
            messages.StartConsult(call=call, kind="agent", target=colleague),
            messages.StartConsult(call=call, kind="number", target=number),
            call_control.CallEmergency(call=call),
        ]


def _in_consultation(call: str) -> list[messages.Command]:
    return [
        messages.SwitchConsult(call=call, heard="caller"),
        messages.SwitchConsult(call=call, heard="all"),
        messages.CompleteConsult(call=call),
        messages.CancelConsult(call=call),
        call_control.CallEmergency(call=call),
        messages.HangUpCall(call=call),
    ]


# -- what is asked at the end -----------------------------------------------------------


def unaccounted(storm: Storm) -> list[Any]:
    """Callers who are in no list: gone without a record, or unspoken with and owed nothing."""
    router = storm.centre.server.core.router
    owed = {c.number for c in router.callbacks.values()}
    owed |= {c.number for c in router.recently_settled.values()}
    lost: list[Any] = []
    for leg in storm.legs:
        record = storm.centre.record(leg)
        if record is None:
            lost.append(leg)
        elif isinstance(record.state, cl.Ended):
            spoken = record.answered_at is not None or record.forwarded_at is not None
            if not spoken and record.outcome != "served_by_menu" and record.number not in owed:
                lost.append(record)
    return lost


def out_of_step(storm: Storm) -> list[Any]:
    """Calls in the books without a line, and lines that are in nobody's books."""
    router, engine = storm.centre.server.core.router, storm.centre.engine
    forwarding = storm.centre.server.calls.switch.forwarding
    booked = {c.id for c in router.calls.values() if not c.virtual}
    lines = {
        leg
        for leg, info in engine.legs.items()
        if info.kind != "operator" and leg not in forwarding._legs
    }
    return sorted(booked ^ lines)


def stuck(storm: Storm) -> list[Any]:
    """Calls that have waited for a machine for longer than anybody should."""
    centre = storm.centre
    now = centre.server.core.clock.now()
    kinds = (cl.InMenu, cl.Connecting, cl.Dialing, cl.Ringing, cl.Forwarding, cl.Ending)
    return [
        call
        for call in centre.server.core.router.calls.values()
        if isinstance(call.state, kinds)
        and now - (getattr(call.state, "step_at", None) or call.state.since) > LONGEST_S
    ]
