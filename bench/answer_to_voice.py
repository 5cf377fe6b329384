"""From the operator's answer to the voice path open, each way, by tones of real softphones.

    python bench/answer_to_voice.py [--calls 20] [--way dial-in]

Operator and caller are softphone processes that send a tone each; the operator's leg stands, or
comes with the call (``dial-in``). The time runs from the console's answer command to the change of
tones in the other softphone, whose audio comes in frames of 20 ms. The caller hears music until
then, long enough for its softphone to take a new stream at once.
As root, with a standing leg, the packets are looked at on their way too: each way is the time
until the first one leaves the engine (the console, the server, the engine, and the wait for the
sender's next frame) and from there until it is heard (the wait for the listener's next frame).
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.rtp_tap import RtpTap, can_tap
from rig.server.centre import PASSWORD, Centre

from ekc_console.client.desk import Desk
from ekc_console.client.voice.line_state import Voice
from ekc_console.client.voice.voice_way import WayChoice
from ekc_console.wire.voice import VoiceWay
from sip.link.client import EventSink, Softphone
from sip.link.protocol import CallState, Heard, Listen, Start, Tone

CALLER_HZ, OPERATOR_HZ = 700.0, 1900.0
"""The second is above all notes of the music on hold."""
THRESHOLD_DBFS = -20.0
"""Below the tones, which are sent at -12, and above the attack of the music's notes."""
WAIT_S = 10.0
FORWARDED_S = 0.003
"""The engine sends a frame on at once."""
TALK_S = 0.3
REST_S = 0.6
"""A closed call keeps its media ports for a moment."""


class Operator:
    """A desk whose leg sends the operator's tone while a call is talked."""

    def __init__(self, centre: Centre, folder: Path, way: VoiceWay) -> None:
        self.desk = Desk(centre.url, folder, self._spawn, sound="null", way=WayChoice(way))
        self.desk.line.voice = Voice(tone_hz=OPERATOR_HZ)
        self._changed = asyncio.Event()
        self.desk.subscribe(lambda names: self._look())
        self._listens_on = ""
        self.phone: Softphone
        self.host: str
        """The softphone's."""

    async def _spawn(self, start: Start, *, on_event: EventSink | None) -> Softphone:
        self.host = start.host
        self.phone = await Softphone.spawn(start, on_event=on_event)
        return self.phone

    async def begin(self) -> None:
        await self.desk.log_in("op1", PASSWORD)
        await self.desk.ready()
        await self._until(lambda: self.desk.view.me is not None and self.desk.view.me.line_up)

    def _look(self) -> None:
        self._changed.set()
        leg = self.desk.line.leg
        if leg and leg != self._listens_on:
            self._listens_on = leg
            listen = Listen(call=leg, tones_hz=[CALLER_HZ], threshold_dbfs=THRESHOLD_DBFS)
            self.phone.send(listen)

    async def in_state(self, state: str) -> None:
        await self._until(
            lambda: self.desk.view.call is not None and self.desk.view.call.state == state
        )

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not true():
                self._changed.clear()
                await self._changed.wait()


@dataclass(frozen=True)
class Times:
    """Milliseconds from the answer; a way on the wire is 0 where nobody looked."""

    operator_hears: float
    caller_hears: float
    to_operator: float = 0.0
    """The first packet for the operator's softphone."""
    to_caller: float = 0.0
    """The first packet for the caller that was the operator's."""


def on_the_wire(tap: RtpTap, answered: float, centre: Centre, operator: str) -> tuple[float, float]:
    """When the first packets of the talk left the engine; ``operator`` is the softphone's host. A
    packet of the operator's is forwarded at once, so that the caller's next one is that packet."""
    to_operator = next(packet.t for packet in tap.packets if packet.target == operator)
    spoken = [packet.t for packet in tap.packets if packet.source == operator]
    forwarded = [packet.t for packet in tap.packets if packet.target == centre.callers_host]
    to_caller = next(t for t in forwarded if any(t - FORWARDED_S < said <= t for said in spoken))
    return (to_operator - answered) * 1000, (to_caller - answered) * 1000


async def one_call(
    centre: Centre, operator: Operator, caller: Softphone, tap: RtpTap | None
) -> Times:
    call = await caller.call(f"sip:122@{centre.sip}", WAIT_S)
    caller.send(Tone(call=call, hz=CALLER_HZ))
    caller.send(Listen(call=call, tones_hz=[OPERATOR_HZ], threshold_dbfs=THRESHOLD_DBFS))
    await operator.in_state("offered")
    await asyncio.sleep(random.uniform(2.2, 2.7))
    if tap:
        tap.clear()
    answered = time.monotonic()
    _, at_operator, at_caller = await asyncio.gather(
        operator.desk.accept(),
        operator.phone.wait_for(Heard, WAIT_S, after=answered, tones_hz=[CALLER_HZ]),
        caller.wait_for(Heard, WAIT_S, after=answered, tones_hz=[OPERATOR_HZ]),
    )
    wire = on_the_wire(tap, answered, centre, operator.host) if tap else (0.0, 0.0)
    await operator.in_state("talking")
    await asyncio.sleep(TALK_S)
    await operator.desk.hang_up()
    await caller.wait_for(CallState, WAIT_S, call=call, state="ended")
    await asyncio.sleep(REST_S)
    return Times((at_operator.t - answered) * 1000, (at_caller.t - answered) * 1000, *wire)


async def measure(calls: int, recording: bool, way: VoiceWay) -> None:
    with (
        Centre(1, recording=recording) as centre,
        tempfile.TemporaryDirectory() as folder,
        RtpTap() if can_tap() and way == "standing" else contextlib.nullcontext() as tap,
    ):
        operator = Operator(centre, Path(folder), way)
        caller = await Softphone.spawn(
            Start(host=centre.callers_host, user="+79000000001", silence_detection=False)
        )
        try:
            await operator.begin()
            await one_call(centre, operator, caller, tap)
            times = [await one_call(centre, operator, caller, tap) for _ in range(calls)]
        finally:
            await caller.stop()
            await operator.desk.close()
    print_times(times, looked=tap is not None)


def print_times(times: list[Times], *, looked: bool) -> None:
    print(latencies("answer to the operator hears", [one.operator_hears for one in times]))
    if looked:
        print(latencies("  answer to the first packet", [one.to_operator for one in times]))
        print(
            latencies("  packet to sound", [one.operator_hears - one.to_operator for one in times])
        )
    print(latencies("answer to the caller hears", [one.caller_hears for one in times]))
    if looked:
        print(latencies("  answer to the first packet", [one.to_caller for one in times]))
        print(latencies("  packet to sound", [one.caller_hears - one.to_caller for one in times]))
        joined = [min(one.to_operator, one.to_caller) for one in times]
        print(latencies("joined at the latest", joined))
    print(
        latencies(
            "answer to voice both ways",
            [max(one.operator_hears, one.caller_hears) for one in times],
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--no-recording", action="store_true", help="do not record the talks")
    parser.add_argument("--way", choices=("standing", "dial-in"), default="standing")
    options = parser.parse_args()
    begin(f"operator's answer to the voice path open, {options.way}")
    asyncio.run(measure(options.calls, not options.no_recording, options.way))
    print_load("at the end")


if __name__ == "__main__":
    main()
