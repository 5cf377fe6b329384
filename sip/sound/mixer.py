"""Between PJSIP's clock and the sound devices: volumes, meters, test tone, hearing oneself."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sip.link.protocol import SILENT_DBFS, Event, Levels, SetVolume
from sip.sound.audio import FRAME_S, FRAME_SAMPLES, FULL_SCALE, RATE_HZ, SILENCE, ToneSource
from sip.sound.jitter import JitterBuffer

METER_FRAMES = 5
TEST_TONE_HZ = 440.0
TEST_TONE_DBFS = -18.0
TEST_TONE_S = 1.0
HEAR_DELAY_S = 0.5
"""Long enough to tell one's own voice in the air from the one in the headset."""
RING_DBFS = -12.0

Samples = npt.NDArray[np.float64]


class Meter:
    """The level over a few frames, in dBFS where 0 is a sine of full scale."""

    def __init__(self) -> None:
        self._squares = 0.0
        self._samples = 0

    def add(self, samples: Samples) -> None:
        self._squares += float(samples @ samples)
        self._samples += len(samples)

    def take(self) -> float:
        squares, count = self._squares, self._samples
        self._squares, self._samples = 0.0, 0
        if not count or squares <= 0:
            return SILENT_DBFS
        amplitude = math.sqrt(2 * squares / count) / FULL_SCALE
        return max(SILENT_DBFS, round(20 * math.log10(amplitude), 1))


class Mixer:
    """:meth:`microphone` and :meth:`speaker` are called by PJSIP's clock, ``push`` of ``capture``
    and ``pull`` of ``playback`` by the devices', everything else by the owner."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self.capture = JitterBuffer()
        self.playback = JitterBuffer()
        self.watching = False
        self.ring_volume = 1.0
        self._emit = emit
        self._volume = SetVolume()
        self._frame = SILENCE
        self._taken = False
        """A call has had this turn's frame of the microphone."""
        self._tone: ToneSource | None = None
        self._tone_frames = 0
        self._own_voice: deque[bytes] | None = None
        self._meters = Meter(), Meter()
        self._metered = 0

    def set_volume(self, volume: SetVolume) -> None:
        self._volume = volume
        self.ring_volume = volume.ring

    def test_tone(self) -> None:
        self._tone = ToneSource(TEST_TONE_HZ, TEST_TONE_DBFS)
        self._tone_frames = round(TEST_TONE_S / FRAME_S)

    def hear_yourself(self, on: bool) -> None:
        delay = round(HEAR_DELAY_S / FRAME_S)
        self._own_voice = deque([SILENCE] * delay, maxlen=delay + 1) if on else None

    def microphone(self) -> bytes:
        """The next frame for the calls; asked only while there is one that listens."""
        self._taken = True
        self._frame = self._from_microphone()
        return self._frame

    def speaker(self, frame: bytes) -> None:
        """What the calls say; comes every 20 ms, calls or not."""
        if not self._taken:
            self._frame = self._from_microphone()
        self._taken = False
        samples = _samples(frame)
        for extra in (self._tone_frame(), self._own_frame()):
            if extra is not None:
                samples = samples + _samples(extra)
        samples = samples * self._volume.speaker
        self.playback.push(_frame(samples))
        if self.watching:
            self._measure(samples)

    def _from_microphone(self) -> bytes:
        frame = self.capture.pull(FRAME_SAMPLES)
        if self._volume.microphone == 1.0:
            return frame
        return _frame(_samples(frame) * self._volume.microphone)

    def _tone_frame(self) -> bytes | None:
        if self._tone is None or self._tone_frames <= 0:
            return None
        self._tone_frames -= 1
        return self._tone.read()

    def _own_frame(self) -> bytes | None:
        voice = self._own_voice
        if voice is None:
            return None
        voice.append(self._frame)
        return voice.popleft()

    def _measure(self, speaker: Samples) -> None:
        microphone_meter, speaker_meter = self._meters
        microphone_meter.add(_samples(self._frame))
        speaker_meter.add(speaker)
        self._metered += 1
        if self._metered >= METER_FRAMES:
            self._metered = 0
            self._emit(
                Levels(
                    microphone_dbfs=microphone_meter.take(),
                    speaker_dbfs=speaker_meter.take(),
                    t=time.monotonic(),
                )
            )


def ring_source(volume: Callable[[], float]) -> Callable[[int], bytes]:
    """Gives samples of a ring: two tones in turn, 20 times a second, 1 s on and 1 s off."""
    position = 0

    def give(count: int) -> bytes:
        nonlocal position
        t = (np.arange(count) + position) / RATE_HZ
        position += count
        hz = np.where((t * 20).astype(int) % 2 == 0, 850.0, 1050.0)
        samples = np.sin(2 * np.pi * hz * t) * (t % 2.0 < 1.0)
        return _frame(samples * FULL_SCALE * 10 ** (RING_DBFS / 20) * volume())

    return give


def _samples(frame: bytes) -> Samples:
    return np.frombuffer(frame, dtype="<i2").astype(np.float64)


def _frame(samples: Samples) -> bytes:
    data: bytes = np.clip(samples, -FULL_SCALE, FULL_SCALE).astype("<i2").tobytes()
    return data
