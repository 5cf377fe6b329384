"""A softphone without a network: the same commands, events and order as the real one.

Fakes that share a :class:`FakeNetwork` call one another; a caller or a callee of a console under
test is one more fake, driven by its own commands or by :class:`Behaviour`. Tones, files and
recordings are real audio, moved from mouth to ear every 20 ms by the event loop.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Literal, Self

import msgspec

from sip.engine.checks import MAX_CALLS, CommandFailed, check, failed
from sip.engine.legs import Leg
from sip.fake.media import do_audio, quality
from sip.fake.network import (
    ANSWERS,
    BUSY,
    ECHOES,
    REJECTS,
    RINGS,
    SILENT,
    Behaviour,
    EchoBack,
    FakeLeg,
    FakeNetwork,
)
from sip.fake.sound import HEADSET, FakeSound
from sip.link import protocol
from sip.link.phone import BasePhone, EventSink, SoftphoneError
from sip.link.protocol import (
    Call,
    Command,
    Device,
    Event,
    Incoming,
    KeyHeard,
    Registered,
    Start,
    Started,
    Stopped,
    TransferState,
)
from sip.sound.audio import ToneSource

__all__ = [
    "ANSWERS",
    "BUSY",
    "ECHOES",
    "REJECTS",
    "RINGS",
    "SILENT",
    "Behaviour",
    "FakeNetwork",
    "FakePhone",
]


class FakePhone(BasePhone):
    """Made by :meth:`spawn`. ``on_incoming``: what it does by itself with calls that come in."""

    def __init__(
        self, start: Start, network: FakeNetwork, on_event: EventSink | None = None
    ) -> None:
        super().__init__(on_event)
        self.start = start
        self.on_incoming = ANSWERS if start.auto_answer else SILENT
        self.commands: list[Command] = []
        """All that was sent, for assertions."""
        self.sound: FakeSound | None = None
        """None: started without sound."""
        self.registration_code = 200
        self._network = network
        self._legs: dict[str, FakeLeg] = {}
        self._incoming_numbers = itertools.count(1)
        self._transfer_numbers = itertools.count(1)

    @classmethod
    async def spawn(
        cls,
        start: Start,
        network: FakeNetwork | None = None,
        *,
        on_event: EventSink | None = None,
        on_incoming: Behaviour | None = None,
        registration_code: int = 200,
        untrusted: bool = False,
        devices: Sequence[Device] = (HEADSET,),
    ) -> Self:
        """As :meth:`sip.link.client.Softphone.spawn`, with the same errors."""
        phone = cls(start, network or FakeNetwork(), on_event)
        phone.on_incoming = on_incoming or phone.on_incoming
        phone.registration_code = registration_code
        try:
            check(start)
            port = phone._network.join(phone, start.host, start.port)
        except (CommandFailed, ValueError) as error:
            failure = failed(error, 0)
            assert failure is not None
            raise SoftphoneError(failure.code, failure.detail) from error
        heard = False
        if start.sound == "device":
            phone.sound = FakeSound(devices, phone.tell)
            heard = phone.sound.start()
        sound: Literal["device", "null"] = "device" if heard else "null"
        started = Started(port=port, sound=sound, t=time.monotonic())
        phone._note_start(start, started)
        phone.tell(started)
        if start.registrar:
            code = registration_code
            ok = code // 100 == 2
            now = time.monotonic()
            phone.tell(Registered(ok=ok, code=code, untrusted=untrusted, t=now))
        return phone

    def send(self, command: Command) -> int:
        seq = next(self._sequence)
        command = msgspec.structs.replace(command, seq=seq)
        if not self._stopped:
            self.commands.append(command)
            asyncio.get_running_loop().call_soon(self._perform, command)
        return seq

    async def stop(self) -> None:
        if not self._stopped:
            self._quit()
        await asyncio.sleep(0)

    # -- what a test does to it --------------------------------------------------

    def die(self, exit_code: int = -9) -> None:
        """The process is killed: live calls end as ``failed``, then ``Stopped``; peers are
        told nothing until they hang up themselves."""
        for leg in list(self._legs.values()):
            self.forget(leg)
        self._network.leave(self)
        self._end(exit_code, time.monotonic())

    def plug(self, *devices: Device) -> None:
        """These sound devices are there now, and no others."""
        assert self.sound is not None
        self.sound.plug(*devices)

    # -- used inside the fake network --------------------------------------------

    def tell(self, event: Event) -> None:
        if not self._stopped:
            self._deliver(event)

    def forget(self, leg: FakeLeg) -> None:
        self._legs.pop(leg.leg.name, None)
        self._network.unlink(leg)

    def _perform(self, command: Command) -> None:
        if self._stopped:
            return
        try:
            check(command)
            self._do(command)
        except (CommandFailed, ValueError, OSError) as error:
            event = failed(error, command.seq)
            assert event is not None
            self.tell(event)

    def _do(self, command: Command) -> None:
        match command:
            case protocol.Start():
                raise CommandFailed("bad_value", "the softphone has started already")
            case protocol.Call():
                self._call(command)
            case protocol.ListDevices():
                devices = self.sound.devices if self.sound is not None else []
                self.tell(protocol.Devices(devices=devices, t=time.monotonic()))
            case (
                protocol.UseDevices()
                | protocol.SetVolume()
                | protocol.Ring()
                | protocol.WatchLevels()
                | protocol.TestTone()
                | protocol.HearYourself()
            ):
                if self.sound is None:
                    raise CommandFailed("no_sound", "there is no sound: see Start.sound")
                self.sound.do(command)
            case protocol.Quit():
                self._quit()
            case protocol.Answer():
                self._answer(self._find(command.call), command.code)
            case protocol.HangUp():
                self._hang_up(self._find(command.call))
            case protocol.Hold() | protocol.Unhold():
                self._hold(self._find(command.call), isinstance(command, protocol.Hold))
            case protocol.SendKeys():
                self._send_keys(self._find(command.call), command.keys)
            case protocol.Transfer():
                self._transfer(self._find(command.call), command.uri)
            case protocol.ExpectOther():
                self._find(command.call)  # frames here have no timestamps
            case protocol.Statistics():
                self.tell(quality(self._find(command.call)))
            case _:
                do_audio(self._find(command.call), command, self.tell)
                self._network.wake()

    def _find(self, name: str) -> FakeLeg:
        leg = self._legs.get(name)
        if leg is None:
            raise CommandFailed("unknown_call", f"no call {name!r}")
        return leg

    def dial_transfer(self, uri: str, progress: Callable[[int], None]) -> None:
        """A REFER has come: call there where that is wanted, and tell each status."""
        if not self.start.follows_transfers:
            progress(603)
            return
        name = f"xfer{next(self._transfer_numbers)}"
        self._dial(name, Call(call=name, uri=uri), progress)

    # -- signalling ----------------------------------------------------------------

    def _call(self, command: Call) -> None:
        if command.call in self._legs:
            raise CommandFailed("bad_value", f"call {command.call!r} exists")
        if len(self._legs) >= MAX_CALLS:
            raise CommandFailed("too_many_calls", f"{MAX_CALLS} calls at once are the limit")
        self._dial(command.call, command)

    def _dial(
        self, name: str, command: Call, on_answer: Callable[[int], None] | None = None
    ) -> None:
        leg = self._legs[name] = FakeLeg(self, name, "out")
        leg.on_answer = on_answer
        leg.tell(Leg.calling)
        callee = self._network.find(command.uri)
        if callee is None:
            self._soon(leg.finish, 503)
        else:
            self._soon(callee.take, leg, command)

    def _soon(self, function: Callable[..., None], *arguments: object) -> None:
        asyncio.get_running_loop().call_soon(function, *arguments)

    def take(self, caller: FakeLeg, command: Call) -> None:
        """An INVITE has come."""
        if self._stopped or caller.leg.state == "ended":
            return
        if len(self._legs) >= MAX_CALLS:
            caller.finish(486)
            return
        name = f"in{next(self._incoming_numbers)}"
        leg = self._legs[name] = FakeLeg(self, name, "in")
        leg.peer, caller.peer = caller, leg
        self._network.link(leg, caller)
        origin = caller.phone.start
        user = command.from_user or origin.user
        host = origin.domain or origin.host or "127.0.0.1"
        shown = f'"{origin.display_name}" ' if origin.display_name else ""
        headers = {key: value for key, value in command.headers.items() if key[:2] in ("X-", "x-")}
        self.tell(
            Incoming(
                call=name,
                from_uri=f"{shown}<sip:{user}@{host}>",
                to_uri=f"<{command.uri}>",
                headers=headers,
                t=time.monotonic(),
            )
        )
        loop = asyncio.get_running_loop()
        for delay, code in self.on_incoming.answers:
            loop.call_later(delay, self._answer_by_itself, leg, code)

    def _answer_by_itself(self, leg: FakeLeg, code: int) -> None:
        if not leg.leg.answerable:
            return
        self._answer(leg, code)
        if code == 200 and self.on_incoming.tone_hz:
            leg.mouth.say(ToneSource(self.on_incoming.tone_hz, -12.0))
            self._network.wake()
        if code == 200 and self.on_incoming.echoes:
            back = EchoBack()
            leg.ear.tap(back.hear)
            leg.mouth.say(back)
            self._network.wake()
        if code == 200 and self.on_incoming.hang_up_after_s is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(self.on_incoming.hang_up_after_s, self._hang_up, leg)

    def _answer(self, leg: FakeLeg, code: int) -> None:
        if not leg.leg.answerable:
            raise CommandFailed("sip", "the call cannot be answered now")
        caller = leg.peer
        assert caller is not None
        if code < 183:
            for side in (leg, caller):
                side.tell(lambda leg, now: leg.ringing(now, code))
        elif code < 200:
            for side in (leg, caller):
                side.set_audio("active")
                side.tell(lambda leg, now: leg.early(now, code))
        elif code < 300:
            for side in (leg, caller):
                side.set_audio("active")
            for side in (caller, leg):
                side.tell(Leg.connected)
        else:
            leg.finish(code)
            caller.finish(code)
        caller.hear_answer(code)

    def _hang_up(self, leg: FakeLeg) -> None:
        if leg.leg.state == "ended":
            return
        peer, connected = leg.peer, leg.leg.state == "connected"
        leg.leg.hang_up(time.monotonic())
        code = 200 if connected else (603 if leg.leg.direction == "in" else 487)
        leg.finish(code)
        if peer is not None:
            peer.finish(code)

    def _hold(self, leg: FakeLeg, on: bool) -> None:
        if leg.leg.state != "connected" or leg.peer is None:
            raise CommandFailed("sip", "the call is not connected")
        leg.holding = on
        leg.peer.update_hold()
        leg.update_hold()

    def _send_keys(self, leg: FakeLeg, keys: str) -> None:
        if leg.leg.audio_state == "none" or leg.peer is None:
            raise CommandFailed("sip", "the call has no audio")
        for key in keys:
            leg.peer.phone.tell(KeyHeard(call=leg.peer.leg.name, key=key, t=time.monotonic()))

    def _transfer(self, leg: FakeLeg, uri: str) -> None:
        if leg.leg.state != "connected" or leg.peer is None:
            raise CommandFailed("sip", "the call is not connected")
        other = leg.peer.phone

        def progress(code: int) -> None:
            final = code >= 200
            self.tell(TransferState(call=leg.leg.name, code=code, final=final, t=time.monotonic()))
            if 200 <= code < 300:
                self._soon(self._hang_up, leg)

        progress(100)
        other.dial_transfer(uri, progress)

    def _quit(self) -> None:
        for leg in list(self._legs.values()):
            self._hang_up(leg)
        if self.sound is not None:
            self.sound.close()
        self._network.leave(self)
        self._deliver(Stopped(t=time.monotonic()))
        self._end(0, time.monotonic())
