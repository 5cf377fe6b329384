"""One PJSIP call: callbacks become events through a :class:`~sip.engine.legs.Leg`, audio is
wired here.

Everything runs on the PJSIP thread, except ``on_end`` and ``on_change`` of mouth and ear, which the
media clock calls and which therefore only post.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pjsua2 as pj

from sip.engine import in_dialog
from sip.engine.encryption import UNTRUSTED, offers_srtp
from sip.engine.legs import Direction, Leg
from sip.engine.media import EarPort, MouthPort, Ports, forget_received
from sip.link.protocol import (
    AudioState,
    Event,
    Failed,
    Heard,
    KeyHeard,
    Listen,
    Play,
    Played,
    Quality,
    Record,
    Tone,
    TransferState,
)
from sip.sound.audio import Ear, FileSource, Mouth, Recorder, ToneDetector, ToneSource
from sip.sound.echo import EchoSource, echo_event

log = logging.getLogger(__name__)

_DECLINE = 603
_CONNECTED_MEDIA = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)
_AUDIO_STATES: dict[int, AudioState] = {
    pj.PJSUA_CALL_MEDIA_ACTIVE: "active",
    pj.PJSUA_CALL_MEDIA_LOCAL_HOLD: "local_hold",
    pj.PJSUA_CALL_MEDIA_REMOTE_HOLD: "remote_hold",
}


class Owner(Protocol):
    """What a call needs of the endpoint it belongs to."""

    ports: Ports
    account: Any

    @property
    def sound_port(self) -> Any | None:
        """The port of microphone and speaker, if there is one."""

    @property
    def open_sound_is_refused(self) -> bool:
        """Nothing but encrypted sound may be taken."""

    @property
    def follows_transfers(self) -> bool:
        """A REFER of the other side is followed."""

    def emit(self, *events: Event) -> None:
        """Send events; from any thread."""

    def post(self, job: Callable[[], None]) -> None:
        """Run this on the PJSIP thread; from any thread."""

    def adopt(self, direction: Direction, prefix: str) -> SipCall:
        """A new call under a name of our making."""

    def release(self, call: SipCall) -> None:
        """The call is over: forget it and free it outside of any callback."""


def guarded(callback: Callable[..., None]) -> Callable[..., None]:
    """An exception that leaves a PJSIP callback ends the process: log it instead."""

    @functools.wraps(callback)
    def wrapper(self: SipCall, prm: Any) -> None:
        try:
            callback(self, prm)
        except Exception:
            log.exception("%s", callback.__name__)

    return wrapper


class SipCall(pj.Call):  # type: ignore[misc]
    def __init__(
        self, owner: Owner, name: str, direction: Direction, call_id: int = pj.PJSUA_INVALID_ID
    ) -> None:
        super().__init__(owner.account, call_id)
        self.name = name
        self.leg = Leg(name, direction)
        self.muted = False
        self._owner = owner
        self._replied = 0
        self._mouth = Mouth()
        self._ear = Ear()
        self._mouth_port: MouthPort | None = None
        self._ear_port: EarPort | None = None
        self._media: Any | None = None
        """The call's port in the bridge while audio flows."""
        self._source: Any | None = None
        """The port that now feeds the call."""
        self._stream = 0
        """Address of PJMEDIA's stream; 0 while there is none."""

    # -- commands --------------------------------------------------------------

    def dial(self, uri: str, headers: Mapping[str, str], local_uri: str) -> None:
        """``local_uri`` replaces the account's own address in From; empty keeps it."""
        param = pj.CallOpParam(True)
        for name, value in headers.items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            param.txOption.headers.append(header)
        param.txOption.localUri = local_uri
        self.makeCall(uri, param)

    def reply(self, code: int) -> None:
        self._replied = code
        param = pj.CallOpParam()
        param.statusCode = code  # 0 would abort PJSIP
        self.answer(param)

    def hang_up(self) -> None:
        self.leg.hang_up(time.monotonic())
        param = pj.CallOpParam()
        if self.leg.direction == "in" and self.leg.state != "connected":
            param.statusCode = _DECLINE
        self.hangup(param)

    def hold(self) -> None:
        self.setHold(pj.CallOpParam(True))

    def unhold(self) -> None:
        param = pj.CallOpParam(True)
        param.opt.flag = pj.PJSUA_CALL_UNHOLD
        self.reinvite(param)

    def transfer(self, uri: str) -> None:
        self.xfer(uri, pj.CallOpParam(True))

    def mute(self, on: bool) -> None:
        self.muted = self._mouth.muted = on
        self.wire()

    def expect_other(self) -> None:
        if self._stream:
            forget_received(self._stream)

    def tone(self, command: Tone) -> None:
        if command.hz > 0:
            self._mouth.say(ToneSource(command.hz, command.level_dbfs))
        elif isinstance(self._mouth.source, ToneSource):
            self._mouth.say(None)
        self.wire()

    def play(self, command: Play) -> None:
        source = FileSource(Path(command.file), command.loop)

        def ended() -> None:
            self._owner.emit(Played(call=self.name, file=command.file, t=time.monotonic()))
            self._owner.post(self.wire)

        self._mouth.say(source, ended)
        self.wire()

    def stop_playing(self) -> None:
        if isinstance(self._mouth.source, FileSource):
            self._mouth.say(None)
        self.wire()

    def record(self, command: Record) -> None:
        def failed(error: OSError) -> None:
            self._owner.emit(Failed(seq=command.seq, code="no_file", detail=str(error)))

        self._ear.record(Recorder(Path(command.file)) if command.file else None, failed)
        self.wire()

    def listen(self, command: Listen) -> None:
        def changed(tones: list[float], levels: list[float], t: float) -> None:
            heard = Heard(call=self.name, tones_hz=tones, levels_dbfs=levels, t=t)
            self._owner.emit(heard)

        if command.tones_hz:
            self._ear.detect(ToneDetector(command.tones_hz, command.threshold_dbfs), changed)
        else:
            self._ear.detect(None)
        self.wire()

    def measure_echo(self) -> None:
        source = EchoSource()

        def measured() -> None:
            self._ear.tap(None)
            self._owner.emit(echo_event(self.name, source.result()))
            self.wire()

        self._ear.tap(source.hear)
        self._mouth.say(source, lambda: self._owner.post(measured))
        self.wire()

    def quality(self) -> Quality:
        """Raises ``pj.Error`` while there is no audio."""
        index = self._audio_index()
        rtcp = self.getStreamStat(index).rtcp
        return Quality(
            call=self.name,
            codec=self.getStreamInfo(index).codecName,
            packets_in=rtcp.rxStat.pkt,
            packets_out=rtcp.txStat.pkt,
            lost_in=rtcp.rxStat.loss,
            jitter_ms=rtcp.rxStat.jitterUsec.mean / 1000,
            round_trip_ms=rtcp.rttUsec.mean / 1000,
            t=time.monotonic(),
        )

    # -- audio -----------------------------------------------------------------

    def wire(self) -> None:
        """Connect what is wanted now and disconnect what is not. Safe to call at any time."""
        if self._media is None:
            return
        self._feed(self._wanted_source())
        if self._ear.listening and self._ear_port is None:
            self._ear_port = self._owner.ports.borrow_ear(self._ear)
            self._media.startTransmit(self._ear_port)

    def _forget_sound(self) -> None:
        port = self._owner.sound_port
        if self._media is not None and port is not None:
            self._media.stopTransmit(port)
            if self._source is port:
                self._feed(None)

    def _wanted_source(self) -> Any | None:
        if self._mouth.source is not None:
            if self._mouth_port is None:
                self._mouth_port = self._owner.ports.borrow_mouth(self._mouth)
            return self._mouth_port
        return None if self.muted else self._owner.sound_port

    def _feed(self, source: Any | None) -> None:
        if source is self._source or self._media is None:
            return
        if self._source is not None:
            self._source.stopTransmit(self._media)
        if source is not None:
            source.startTransmit(self._media)
        self._source = source

    def _media_began(self, media: Any) -> None:
        """The bridge forgets a call's connections when its stream is made anew: start over."""
        self._media = media
        self._source = None
        if self._owner.sound_port is not None:
            media.startTransmit(self._owner.sound_port)
        if self._ear_port is not None:
            media.startTransmit(self._ear_port)
        self.wire()

    def _audio_index(self) -> int:
        info = self.getInfo()  # kept in a name: the media vector dies with it
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO:
                index: int = media.index
                return index
        return 0

    # -- callbacks -------------------------------------------------------------

    @guarded
    def onCallState(self, prm: Any) -> None:
        now = time.monotonic()
        info = self.getInfo()
        leg, code = self.leg, info.lastStatusCode
        if info.state == pj.PJSIP_INV_STATE_CALLING:
            self._owner.emit(*leg.calling(now))
        elif info.state == pj.PJSIP_INV_STATE_EARLY and code < 183:
            self._owner.emit(*leg.ringing(now, code))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._owner.emit(*leg.connected(now))
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.finish(code, info.lastReason)
            self._owner.release(self)

    @guarded
    def onCallMediaState(self, prm: Any) -> None:
        now = time.monotonic()
        info = self.getInfo()  # kept in a name: the media vector dies with it
        for media in info.media:
            if media.type != pj.PJMEDIA_TYPE_AUDIO:
                continue
            if media.status in _CONNECTED_MEDIA:
                self._media_began(self.getAudioMedia(media.index))
            else:
                self._media = self._source = None
            self._owner.emit(*self.leg.audio(_AUDIO_STATES.get(media.status, "none"), now))
            if self._media is not None and self._in_early_dialog(info):
                self._owner.emit(*self.leg.early(now, info.lastStatusCode))

    def _in_early_dialog(self, info: Any) -> bool:
        """False while our own 200 waits for its ACK, which PJSIP also calls early."""
        return info.state == pj.PJSIP_INV_STATE_EARLY and self._replied < 200

    @guarded
    def onCallRxReinvite(self, prm: Any) -> None:
        """Encrypted sound stays so."""
        message = prm.rdata.wholeMsg
        offers = "m=audio" in message
        if self._owner.open_sound_is_refused and offers and not offers_srtp(message):
            prm.statusCode = 488

    @guarded
    def onStreamCreated(self, prm: Any) -> None:
        self._stream = int(prm.stream)

    @guarded
    def onStreamDestroyed(self, prm: Any) -> None:
        self._stream = 0

    @guarded
    def onDtmfDigit(self, prm: Any) -> None:
        self._owner.emit(KeyHeard(call=self.name, key=prm.digit, t=time.monotonic()))

    @guarded
    def onCallTransferRequest(self, prm: Any) -> None:
        """A peer that we do not trust to spend money on calls is told no."""
        if not self._owner.follows_transfers:
            prm.statusCode = _DECLINE
            return
        prm.statusCode = 202
        prm.newCall = self._owner.adopt("out", "xfer")

    @guarded
    def onCallReplaceRequest(self, prm: Any) -> None:
        """Nobody takes the place of who talks to us."""
        prm.statusCode = _DECLINE

    @guarded
    def onCallTsxState(self, prm: Any) -> None:
        in_dialog.answer(prm.e)

    @guarded
    def onCallTransferStatus(self, prm: Any) -> None:
        code, final = prm.statusCode, prm.finalNotify
        prm.cont = not final
        self._owner.emit(TransferState(call=self.name, code=code, final=final, t=time.monotonic()))
        if final and code // 100 == 2:
            self._owner.post(self._leave_after_transfer)

    def _leave_after_transfer(self) -> None:
        if self.leg.state == "connected" and not self.leg.hanging_up:
            self.hang_up()

    def finish(self, code: int, why: str = "") -> None:
        """The call is over for SIP or for us; recordings are complete when ``ended`` is sent.
        ``why``: PJSIP's word for it."""
        if self.leg.state != "ended":
            self._close_audio()
            untrusted = UNTRUSTED in why
            self._owner.emit(*self.leg.finished(code, time.monotonic(), untrusted=untrusted))

    def _close_audio(self) -> None:
        self._mouth.say(None)
        self._ear.detect(None)
        self._ear.tap(None)
        try:
            self._ear.record(None)
        except OSError:
            log.exception("a recording could not be completed")
        self._disconnect()
        for port in (self._mouth_port, self._ear_port):
            if port is not None:
                self._owner.ports.give_back(port)
        self._mouth_port = self._ear_port = None

    def _disconnect(self) -> None:
        """A port that is given back must not stay connected to this call, which may live on in
        PJSIP until its transaction ends."""
        if self._media is None:
            return
        try:
            self._forget_sound()
            self._feed(None)
            if self._ear_port is not None:
                self._media.stopTransmit(self._ear_port)
        except pj.Error as error:  # the stream is gone, and its connections with it
            log.debug("disconnect: %s", error.info())
        self._media = self._source = None
