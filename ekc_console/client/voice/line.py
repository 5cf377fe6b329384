"""The standing leg: the softphone calls in once, stays, and comes back when it drops.

Idle it sends nothing: the microphone is open only while a call is joined to the leg, and the
operator has not muted it.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import structlog

from ekc_console.client.link.network import host_of, own_address_towards
from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.access import start_of, without_line
from ekc_console.client.voice.leg import Inbox, Leg, LegFailed, sentence
from ekc_console.client.voice.line_state import LineState, OpenLine, PhoneFactory, Sound, Voice
from ekc_console.client.voice.quality import between
from ekc_console.client.voice.second_call import SecondCalls
from ekc_console.errors import EkcError, reason
from ekc_console.i18n import _
from ekc_console.wire import messages
from sip.link import protocol
from sip.link.client import Phone, SoftphoneError
from sip.link.protocol import (
    CallState,
    Devices,
    EndReason,
    Event,
    Failed,
    Levels,
    SoundState,
    Start,
    Started,
    Stopped,
)

log = structlog.get_logger(__name__)

BUSY_HERE = 486
"""SIP status for a call that comes to the softphone past the server."""


class Line:
    """``start`` when the operator wants calls, ``stop`` at the end of the shift.

    ``may_dial`` False lets a leg that stands go on, and brings up none.
    """

    def __init__(
        self,
        open_line: OpenLine,
        phone_factory: PhoneFactory,
        on_change: Callable[[], None],
        *,
        may_dial: Callable[[], bool] = lambda: True,
        sound: Sound = "device",
        timing: Timing | None = None,
        on_sound: Callable[[Event], None] = lambda event: None,
    ) -> None:
        """``on_sound`` gets the softphone's events about sound devices, ``Started`` first, and
        about other calls than the leg."""
        self._on_sound = on_sound
        self._open_line = open_line
        self._may_dial = may_dial
        self._phone_factory = phone_factory
        self._on_change = on_change
        self._sound: Sound = sound
        self._timing = timing or Timing()
        self.state = LineState("off", sound=sound)
        self.phone: Phone | None = None
        """The softphone process, for statistics and devices; None while there is none."""
        self.voice: Voice | None = None
        self.second: SecondCalls | None = None
        """Calls past the centre, on a line that can have any."""
        self._account: messages.Line | None = None
        self._started: Start | None = None
        """Of the present softphone."""
        self._old: list[Phone] = []
        """Softphones of an address that this machine had before."""
        self._towards = ""
        """The host that its calls go to."""
        self._leg: Leg | None = None
        self._legs = 0
        self._talking = False
        self._silent: set[str] = set()
        """Sides that have no device."""
        self._party = ""
        self._report: protocol.Quality | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def leg(self) -> str:
        """The softphone's name of the leg, for ``Statistics``; empty while there is none."""
        return self._leg.name if self._leg else ""

    def start(self) -> None:
        """Idempotent; the state tells when the leg is up."""
        if self._task is None:
            self._set("connecting")
            self._task = asyncio.create_task(self._keep_up(), name="line")

    def redial(self) -> None:
        """Give up a leg that stands here only, and call in anew. Without a leg nothing happens."""
        leg, phone = self._leg, self.phone
        if leg and phone and leg.answered.is_set():
            log.warning("leg lost at the engine")
            phone.send(protocol.HangUp(call=leg.name))
            leg.end("unreachable")

    async def look_at_network(self) -> None:
        """After the link was lost: a machine that has another address now, as a laptop carried to
        another network, has to call in from there; nothing comes to the old one."""
        phone, start = self.phone, self._started
        if phone is None or start is None:
            return
        try:
            own = await own_address_towards(self._towards)
        except EkcError:
            return  # no network: the line finds out by itself
        if own == start.host or phone is not self.phone:
            return
        log.info("own address changed")
        # It is ended when its successor's leg stands: a hang-up that gets through before would
        # send the caller back to the queue.
        self._old.append(phone)
        self.phone = None
        if self._leg:
            self._leg.end("unreachable")

    async def stop(self) -> None:
        """Drop the leg and end the softphone. Idempotent."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._stop_phone()
        while self._old:
            await self._old.pop().stop()
        self._account = None
        self._set("off")

    def mute(self, on: bool) -> None:
        """The operator's own wish. It outlives holding; ``call_over`` ends it."""
        self.state = dataclasses.replace(self.state, muted=on)
        self._set_microphone()
        self._on_change()

    def set_talking(self, on: bool, party: str = "") -> None:
        """A call is joined to the leg, or about to be; False: it left, to be held or for good.
        ``party`` changes when somebody else is heard there."""
        if (on, party) == (self._talking, self._party):
            return
        self._talking, self._party = on, party
        if on and self._leg and self.phone:
            self.phone.send(protocol.ExpectOther(call=self._leg.name))
        if not on:
            self.state = dataclasses.replace(self.state, quality=None)
            self._report = None
        self._set_microphone()
        self._set_voice()
        self._on_change()

    def set_needed(self, on: bool) -> None:
        """There is a call that needs the leg. A standing one is there anyway."""

    def call_over(self) -> None:
        """The next call begins with an open microphone."""
        self.set_talking(False)
        self.state = dataclasses.replace(self.state, keys="")
        if self.state.muted:
            self.mute(False)

    # -- the leg's life --------------------------------------------------------

    async def _keep_up(self) -> None:
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            up_at: float | None = None
            try:
                phone = await self._ready_phone()
                leg = self._dial(phone)
                await self._answered(leg)
                await self._on_answer()
                up_at = loop.time()
                self._set("up")
                log.info("leg up")
                reason = await self._until_ended(leg, phone)
                log.info("leg dropped", reason=reason)
                if await self._rested(reason):
                    attempt = 0
                    continue
                self._set("connecting", self._lost(reason))
            except EkcError as error:
                log.info("leg not up", error=type(error).__name__)
                self._set((over := without_line(error)) or "failed", error.message)
                if over or (isinstance(error, LegFailed) and error.replace_phone):
                    await self._stop_phone()
                if over:
                    self._task = None
                    return
            finally:
                self._drop_leg()
            if up_at is not None and loop.time() - up_at >= self._timing.stable_s:
                attempt = 0
            delay = self._timing.backoff.delay(attempt)
            attempt += 1
            await asyncio.sleep(delay)

    async def _on_answer(self) -> None:
        """The leg is answered."""
        while self._old:
            await self._old.pop().stop()

    async def _rested(self, reason: EndReason) -> bool:
        """The leg has ended. True: as it should, and now the next one is needed."""
        return False

    async def _ready_phone(self) -> Phone:
        """The softphone process with the shift's account, made anew when it died."""
        if not self._may_dial():
            raise EkcError(_("Сеанс окончен: линия восстановится после входа."))
        if self.phone is not None:
            return self.phone
        start = self._started = await self._start()
        inbox = Inbox(self._on_event)
        try:
            phone = await self._phone_factory(start, on_event=inbox.take)
        except (SoftphoneError, OSError) as error:
            log.warning("softphone not started", error=reason(error))
            raise EkcError(
                _("Программный телефон не запустился: {why}.").format(why=error)
            ) from None
        self.phone = phone
        inbox.open(phone)
        if phone.exit_code is not None:
            raise EkcError(_("Программный телефон остановился при запуске."))
        return phone

    async def _start(self) -> Start:
        """What the softphone is started with."""
        if self._account is None:
            self._account = await self._open_line()
        self._towards = host_of(self._account.uri)
        return await start_of(self._account, self._sound)

    def _dial(self, phone: Phone) -> Leg:
        if self._account is None:
            raise LegFailed(_("Нет учётных данных линии."))
        self._legs += 1
        leg = self._leg = Leg(f"line{self._legs}")
        leg.seq = phone.send(protocol.Call(call=leg.name, uri=self._account.uri))
        phone.send(protocol.Mute(call=leg.name, on=True))
        if self.voice and self.voice.record:
            phone.send(protocol.Record(call=leg.name, file=self._record_path(self.voice.record)))
        return leg

    async def _answered(self, leg: Leg) -> None:
        answered = asyncio.ensure_future(leg.answered.wait())
        try:
            await asyncio.wait(
                (answered, leg.ended),
                timeout=self._timing.leg_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            answered.cancel()
        if leg.ended.done():
            reason = leg.ended.result()
            if reason == "unauthorized":
                self._account = None
            # A laptop that changed its network has to call from its new address.
            replace = reason in ("unauthorized", "unreachable", "no_answer")
            log.info("leg refused", reason=reason)
            raise LegFailed(sentence(reason), replace_phone=replace)
        if not leg.answered.is_set():
            raise LegFailed(sentence("no_answer"), replace_phone=True)

    async def _until_ended(self, leg: Leg, phone: Phone) -> EndReason:
        """Meanwhile ask how a talk sounds."""
        while not leg.ended.done():
            await asyncio.wait((leg.ended,), timeout=self._timing.quality_s)
            if self._talking and not leg.ended.done():
                phone.send(protocol.Statistics(call=leg.name))
        return leg.ended.result()

    def _take_quality(self, report: protocol.Quality) -> None:
        before, self._report = self._report, report
        quality = between(before, report) if before and before.call == report.call else None
        self.state = dataclasses.replace(self.state, quality=quality)
        self._on_change()

    def _lost(self, reason: EndReason) -> str:
        if self.phone is None:
            return _("Программный телефон остановился; запускается заново.")
        return sentence(reason)

    def _drop_leg(self) -> None:
        leg, self._leg = self._leg, None
        if leg and self.phone and not leg.ended.done():
            self.phone.send(protocol.HangUp(call=leg.name))

    async def _stop_phone(self) -> None:
        phone, self.phone = self.phone, None
        if phone is not None:
            await phone.stop()

    def _record_path(self, path: str) -> str:
        given = Path(path)
        return path if self._legs == 1 else str(given.with_stem(f"{given.stem}-{self._legs}"))

    # -- events ----------------------------------------------------------------

    def _on_event(self, phone: Phone, event: Event) -> None:
        if phone is not self.phone:
            return  # the last words of a softphone that was replaced
        leg = self._leg
        of_other_call = getattr(event, "call", self.leg) != self.leg
        if of_other_call or isinstance(event, Failed | Stopped):
            self._on_sound(event)
        match event:
            case CallState(state="connected") if leg and event.call == leg.name:
                leg.answered.set()
                self._set_microphone()
                self._set_voice()
            case CallState(state="ended") if leg and event.call == leg.name:
                leg.end(event.reason)
            case protocol.Incoming():
                # The server never offers a second call; whoever dials the telephone itself hears
                # that it is busy.
                phone.send(protocol.Answer(call=event.call, code=BUSY_HERE))
            case protocol.Quality() if leg and event.call == leg.name and self._talking:
                self._take_quality(event)
            case protocol.KeyHeard() if leg and event.call == leg.name and self._talking:
                self.state = self.state.with_key(event.key, event.t)
                self._on_change()
            case Started():
                self._silent = set()
                self.state = dataclasses.replace(self.state, sound=event.sound)
                self._on_sound(event)
                self._on_change()
            case SoundState():
                self._note_sound(event)
                self._on_sound(event)
                self._on_change()
            case Devices() | Levels():
                self._on_sound(event)
            case Failed():
                log.warning("softphone refused", code=event.code, detail=event.detail)
                if leg and event.seq == leg.seq:
                    leg.end("failed")
            case Stopped():
                self.phone = None
                if leg:
                    leg.end("failed")

    def _note_sound(self, event: SoundState) -> None:
        if event.state == "none":
            log.warning("no sound device", side=event.side, detail=event.detail)
            self._silent.add(event.side)
        else:
            self._silent.discard(event.side)
        sound: Sound = "null" if {"microphone", "speaker"} <= self._silent else "device"
        self.state = dataclasses.replace(self.state, sound=sound)

    def _set(self, state: Literal["off", "connecting", "up", "failed"], detail: str = "") -> None:
        self.state = dataclasses.replace(self.state, state=state, detail=detail)
        self._set_microphone()
        self._on_change()

    # -- microphone ------------------------------------------------------------

    def _set_microphone(self) -> None:
        leg = self._leg
        up = leg is not None and leg.answered.is_set() and not leg.ended.done()
        wanted = up and self._talking and not self.state.muted
        if leg and self.phone and leg.open_mic != wanted:
            leg.open_mic = wanted
            self.phone.send(protocol.Mute(call=leg.name, on=not wanted))
        self.state = dataclasses.replace(self.state, transmitting=wanted)

    def _set_voice(self) -> None:
        leg, voice, phone = self._leg, self.voice, self.phone
        if not (leg and voice and phone and leg.answered.is_set()) or leg.ended.done():
            return
        if voice.tone_hz:
            hz = voice.tone_hz if self._talking else 0.0
            phone.send(protocol.Tone(call=leg.name, hz=hz))
        if voice.play_file:
            command = (
                protocol.Play(call=leg.name, file=voice.play_file, loop=True)
                if self._talking
                else protocol.StopPlaying(call=leg.name)
            )
            phone.send(command)
