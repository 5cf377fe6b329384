"""What lies between fake softphones: addresses, legs, and the clock that moves their audio."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sip.engine.checks import CommandFailed
from sip.engine.legs import Direction, Leg
from sip.link.protocol import AudioState, Call, Event, Start
from sip.sound.audio import FRAME_S, SILENCE, Ear, Mouth

MAX_LATE_FRAMES = 50
"""Frames made up for at once when the event loop was late; more are dropped."""
_ADDRESS = re.compile(r"(?i)sips?:(?:[^@]*@)?([^;?]+)")


class PhoneThere(Protocol):
    """A fake softphone as the network and the other phones see it."""

    start: Start

    def tell(self, event: Event) -> None: ...
    def forget(self, leg: FakeLeg) -> None: ...
    def take(self, caller: FakeLeg, command: Call) -> None: ...
    def dial_transfer(self, uri: str, progress: Callable[[int], None]) -> None: ...


@dataclass(frozen=True)
class Behaviour:
    """What a phone does by itself with a call that comes in.

    ``answers`` are pairs of seconds after the INVITE and the SIP status to answer with; none: the
    call rings nowhere and is never answered. ``tone_hz`` is said once connected.
    """

    answers: tuple[tuple[float, int], ...] = ()
    tone_hz: float = 0.0
    echoes: bool = False
    """Gives back what it hears."""
    hang_up_after_s: float | None = None
    """Seconds from connected."""


RINGS = Behaviour(((0.0, 180),))
ANSWERS = Behaviour(((0.0, 180), (0.02, 200)))
BUSY = Behaviour(((0.0, 486),))
REJECTS = Behaviour(((0.0, 180), (0.02, 603)))
SILENT = Behaviour()
ECHOES = Behaviour(((0.0, 200),), echoes=True)


class EchoBack:
    """Says what was heard, a frame later."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()

    def hear(self, frame: bytes) -> None:
        self._frames.append(frame)

    def read(self) -> bytes:
        return self._frames.popleft() if self._frames else SILENCE


class FakeNetwork:
    """Where fakes find one another, by host and port."""

    def __init__(self) -> None:
        self._phones: dict[str, PhoneThere] = {}
        self._ports = itertools.count(20000)
        self._links: list[tuple[FakeLeg, FakeLeg]] = []
        self._ticking = False
        self._next_tick = 0.0

    def join(self, phone: PhoneThere, host: str, port: int) -> int:
        """Raises :class:`CommandFailed` when the port is taken."""
        port = port or next(self._ports)
        address = f"{host or '127.0.0.1'}:{port}"
        if address in self._phones:
            raise CommandFailed("port_in_use", f"{address} is in use")
        self._phones[address] = phone
        return port

    def leave(self, phone: PhoneThere) -> None:
        self._phones = {at: other for at, other in self._phones.items() if other is not phone}

    def find(self, uri: str) -> PhoneThere | None:
        match = _ADDRESS.match(uri)
        if match is None:
            return None
        address = match[1] if ":" in match[1] else f"{match[1]}:5060"
        return self._phones.get(address)

    def link(self, one: FakeLeg, other: FakeLeg) -> None:
        self._links.append((one, other))
        self.wake()

    def unlink(self, leg: FakeLeg) -> None:
        self._links = [pair for pair in self._links if leg not in pair]

    def wake(self) -> None:
        """Somebody may speak or listen: let the media clock run."""
        if not self._ticking and any(one.busy or two.busy for one, two in self._links):
            self._ticking = True
            loop = asyncio.get_running_loop()
            self._next_tick = loop.time() + FRAME_S
            loop.call_at(self._next_tick, self._tick)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        frames = 0
        while self._next_tick <= loop.time() and frames < MAX_LATE_FRAMES:
            for one, other in list(self._links):
                one.say_to(other)
                other.say_to(one)
            self._next_tick += FRAME_S
            frames += 1
        self._next_tick = max(self._next_tick, loop.time())
        self._ticking = any(one.busy or other.busy for one, other in self._links)
        if self._ticking:
            loop.call_at(self._next_tick, self._tick)


class FakeLeg:
    """One call as one phone has it."""

    def __init__(self, phone: PhoneThere, name: str, direction: Direction) -> None:
        self.phone = phone
        self.leg = Leg(name, direction)
        self.peer: FakeLeg | None = None
        self.mouth = Mouth()
        self.ear = Ear()
        self.holding = False
        self.media_since: float | None = None
        self.on_answer: Callable[[int], None] | None = None
        """Told each status that the callee answers with."""

    @property
    def busy(self) -> bool:
        return self.mouth.source is not None or self.ear.listening

    def say_to(self, peer: FakeLeg) -> None:
        """One frame: a held call's sources wait, a remotely held one's run on unheard."""
        frame = SILENCE
        if self.leg.audio_state == "active":
            frame = self.mouth.read()
        elif self.leg.audio_state == "remote_hold":
            self.mouth.read()
        if peer.leg.audio_state != "none":
            peer.ear.write(frame, time.monotonic())

    def tell(self, make: Callable[[Leg, float], list[Event]]) -> None:
        for event in make(self.leg, time.monotonic()):
            self.phone.tell(event)

    def set_audio(self, state: AudioState) -> None:
        if self.media_since is None:
            self.media_since = time.monotonic()
        self.tell(lambda leg, now: leg.audio(state, now))

    def update_hold(self) -> None:
        """Tell the audio state that follows from who holds."""
        assert self.peer is not None
        if self.holding:
            self.set_audio("local_hold")
        else:
            self.set_audio("remote_hold" if self.peer.holding else "active")

    def hear_answer(self, code: int) -> None:
        if self.on_answer is not None:
            self.on_answer(code)

    def finish(self, code: int) -> None:
        self.mouth.say(None)
        self.ear.detect(None)
        self.ear.tap(None)
        self.ear.record(None)
        self.phone.forget(self)
        self.tell(lambda leg, now: leg.finished(code, now))
