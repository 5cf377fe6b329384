"""Microphone and speaker through miniaudio.

Opening and closing a device may take seconds or for ever (a sound server that does not answer), so
both happen on helper threads, and the owner asks :meth:`SoundCard.poll` what became of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sip.audio import RATE_HZ
from sip.jitter import JitterBuffer
from sip.protocol import Device

log = logging.getLogger(__name__)

OPEN_LIMIT_S = 3.0
FIRST_AUDIO_LIMIT_S = 5.0
"""A device that opened may take so long to ask for audio for the first time (PulseAudio: 2 s)."""
SILENT_LIMIT_S = 1.0
"""A device that has not asked for audio again for so long has vanished."""
PERIOD_MS = 20


class NoSound(Exception):
    """No usable sound device; the text says why."""


@dataclass(frozen=True)
class Opened:
    pass


@dataclass(frozen=True)
class Lost:
    """The device could not be opened, or was lost; told once."""

    detail: str


def _real_backends() -> list[Any]:
    """miniaudio falls back to a silent null backend when there is no card: never offer it."""
    import miniaudio

    unreal = ("NULL", "CUSTOM")
    return [backend for backend in miniaudio.Backend if backend.name not in unreal]


def list_devices() -> list[Device]:
    """All sound devices; may block, so call it on a thread of its own. None: an empty list."""
    import miniaudio

    try:
        found = miniaudio.Devices(_real_backends())
        playbacks, captures = found.get_playbacks(), found.get_captures()
    except miniaudio.MiniaudioError as error:
        log.info("no sound devices: %s", error)
        return []
    outputs = {item["name"]: _channels(item) for item in playbacks}
    inputs = {item["name"]: _channels(item) for item in captures}
    return [
        Device(
            id=f"{found.backend}:{name}",
            name=name,
            inputs=inputs.get(name, 0),
            outputs=outputs.get(name, 0),
        )
        for name in sorted({*outputs, *inputs})
    ]


def _channels(device: dict[str, Any]) -> int:
    return max((int(form["channels"]) for form in device.get("formats", ())), default=1) or 1


class SoundCard:
    """The default microphone and speaker at 8 kHz mono. Order: ``open``, ``poll`` …, ``close``."""

    def __init__(self) -> None:
        self.capture = JitterBuffer()
        self.playback = JitterBuffer()
        self._device: Any = None
        self._opened = False
        self._error = ""
        self._over = False
        self._lock = threading.Lock()
        self._deadline = 0.0
        self._silent_until = 0.0
        """When a device that stays silent counts as lost."""
        self._told: Opened | Lost | None = None

    def open(self) -> None:
        self._deadline = time.monotonic() + OPEN_LIMIT_S
        threading.Thread(target=self._open, name="sound-open", daemon=True).start()

    def poll(self) -> Opened | Lost | None:
        """What changed since the last time. After ``Lost`` there is nothing more to ask."""
        if self._over:
            return None
        now = time.monotonic()
        if self._error:
            return self._lost(self._error)
        if not self._opened:
            return self._lost("opening took too long") if now > self._deadline else None
        if now > self._silent_until:
            return self._lost("the device stopped")
        if self._told is None:
            self._told = Opened()
            return self._told
        return None

    def close(self) -> None:
        """Give the device back, on a helper thread: it may block."""
        with self._lock:
            self._over = True
            device, self._device = self._device, None
        if device is not None:
            threading.Thread(target=device.close, name="sound-close", daemon=True).start()

    def _lost(self, detail: str) -> Lost:
        self.close()
        return Lost(detail)

    def _open(self) -> None:
        try:
            device = self._start_device()
        except Exception as error:  # miniaudio's errors, and whatever a driver's library raises
            self._error = str(error) or type(error).__name__
            return
        with self._lock:
            if not self._over:
                self._device = device
                self._silent_until = time.monotonic() + FIRST_AUDIO_LIMIT_S
                self._opened = True
                return
        device.close()

    def _start_device(self) -> Any:
        import miniaudio

        device = miniaudio.DuplexStream(
            playback_format=miniaudio.SampleFormat.SIGNED16,
            playback_channels=1,
            capture_format=miniaudio.SampleFormat.SIGNED16,
            capture_channels=1,
            sample_rate=RATE_HZ,
            buffersize_msec=PERIOD_MS,
            backends=_real_backends(),
            app_name="EKC softphone",
        )
        if device.backend.lower() == "null":
            device.close()
            raise NoSound("there is no sound device")
        stream = self._stream()
        next(stream)
        device.start(stream)
        return device

    def _stream(self) -> Generator[bytes, bytearray, None]:
        """Called by miniaudio with what the microphone took; gives what the speaker shall play."""
        captured = yield b""
        while True:
            self._silent_until = time.monotonic() + SILENT_LIMIT_S
            self.capture.push(captured)
            captured = yield self.playback.pull(len(captured) // 2)
