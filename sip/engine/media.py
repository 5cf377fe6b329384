"""PJSIP's media ports around :mod:`sip.sound.audio`.

The bridge calls these ports every 20 ms on its clock thread. They are made when first needed and
kept for the life of the process: a port that is freed while the clock runs can abort PJSIP.
"""

from __future__ import annotations

import ctypes
import logging
import time
from typing import Any

import pjsua2 as pj

from sip.engine.exported import exported
from sip.sound.audio import FRAME_BYTES, RATE_HZ, SILENCE, Ear, Mouth
from sip.sound.mixer import Mixer

log = logging.getLogger(__name__)

# A C++ std::vector of bytes starts with three pointers: begin, end, end of storage. Reading it by
# address takes 1-3 us a frame; the wheel's own conversion to bytes takes 168 us.
_Vector = ctypes.c_size_t * 3


def frame_bytes(frame: Any) -> bytes:
    """The samples of a received frame, silence where the bridge had none for us."""
    begin, end, _ = _Vector.from_address(int(frame.buf.this))
    if end - begin != FRAME_BYTES:
        return SILENCE
    return ctypes.string_at(begin, FRAME_BYTES)


def fill_frame(frame: Any, data: bytes) -> None:
    buffer = frame.buf
    buffer.resize(FRAME_BYTES)
    ctypes.memmove(_Vector.from_address(int(buffer.this))[0], data, FRAME_BYTES)
    frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
    frame.size = FRAME_BYTES


def forget_received(stream: int) -> None:
    """Empty the stream's jitter buffer, so that the next packet begins anew whatever its timestamp.

    ``stream`` is the address that ``onStreamCreated`` gives. pjsua2 has no call for this;
    PJMEDIA's ``pjmedia_stream_pause`` resets the buffer, and the wheel exports it;
    ``pjmedia_stream_start`` goes on at once, where ``pjmedia_stream_resume`` would lose the next
    20 ms in a soft start. A library that hides them goes on with the buffer as it is.
    """
    if _pause is not None and _start is not None:
        _pause(stream, pj.PJMEDIA_DIR_DECODING)
        _start(stream)


_pause = exported("pjmedia_stream_pause", ctypes.c_void_p, ctypes.c_int)
_start = exported("pjmedia_stream_start", ctypes.c_void_p)


def audio_format() -> Any:
    audio = pj.MediaFormatAudio()
    audio.init(pj.PJMEDIA_FORMAT_PCM, RATE_HZ, 1, 20000, 16)
    return audio


class MouthPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Feeds one call from its :class:`Mouth`; it is asked only while it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self.mouth: Mouth | None = None

    def onFrameRequested(self, frame: Any) -> None:
        try:
            mouth = self.mouth
            fill_frame(frame, mouth.read() if mouth is not None else SILENCE)
        except Exception:  # an exception that leaves a PJSIP callback ends the process
            log.exception("mouth port")


class EarPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Gives what one call says to its :class:`Ear`; called all the time, connected or not."""

    def __init__(self) -> None:
        super().__init__()
        self.ear: Ear | None = None

    def onFrameReceived(self, frame: Any) -> None:
        now = time.monotonic()
        try:
            ear = self.ear
            if ear is not None:
                ear.write(frame_bytes(frame), now)
        except Exception:  # an exception that leaves a PJSIP callback ends the process
            log.exception("ear port")


class SoundPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Microphone and speaker in the bridge."""

    def __init__(self, mixer: Mixer) -> None:
        super().__init__()
        self._mixer = mixer
        self.createPort("sound", audio_format())

    def onFrameRequested(self, frame: Any) -> None:
        try:
            fill_frame(frame, self._mixer.microphone())
        except Exception:  # an exception that leaves a PJSIP callback ends the process
            log.exception("sound port")

    def onFrameReceived(self, frame: Any) -> None:
        try:
            self._mixer.speaker(frame_bytes(frame))
        except Exception:  # an exception that leaves a PJSIP callback ends the process
            log.exception("sound port")


class Ports:
    """A store of ports: calls borrow them and give them back."""

    def __init__(self) -> None:
        self._mouths: list[MouthPort] = []
        self._ears: list[EarPort] = []
        self._all: list[Any] = []

    def borrow_mouth(self, mouth: Mouth) -> MouthPort:
        port = self._mouths.pop() if self._mouths else self._created(MouthPort(), "mouth")
        port.mouth = mouth
        return port

    def borrow_ear(self, ear: Ear) -> EarPort:
        port = self._ears.pop() if self._ears else self._created(EarPort(), "ear")
        port.ear = ear
        return port

    def give_back(self, port: MouthPort | EarPort) -> None:
        if isinstance(port, MouthPort):
            port.mouth = None
            self._mouths.append(port)
        else:
            port.ear = None
            self._ears.append(port)

    def close(self) -> None:
        """Free all ports; only when the clock has stopped or no call is left."""
        self._mouths.clear()
        self._ears.clear()
        self._all.clear()

    def _created(self, port: Any, kind: str) -> Any:
        port.createPort(f"{kind}{len(self._all)}", audio_format())
        self._all.append(port)
        return port
