"""A small buffer between two clocks that nearly agree: the sound card's and PJSIP's."""

from __future__ import annotations

import threading

import numpy as np

from sip.sound.audio import FRAME_SAMPLES

TARGET_SAMPLES = 2 * FRAME_SAMPLES
"""Kept in the buffer on average: 40 ms."""
LIMIT_SAMPLES = 5 * FRAME_SAMPLES
"""More than this (100 ms) is cut to the target at once."""
SLACK_SAMPLES = FRAME_SAMPLES // 2
"""How far from the target the filling may be before it is trimmed sample by sample."""
SMOOTHING = 1 / 16


class JitterBuffer:
    """Samples in at one clock, out at another; mono, signed 16 bit. Both sides may be any thread.

    It gives silence until the target is reached, and again after it ran dry. While the mean filling
    is out of the slack, a pull is stretched or pressed together by one sample: 1 of 160 corrects
    clocks that are 0.6 % apart, a change of pitch that nobody hears in a voice. Leaving the sample
    out instead would crackle 50 times a second.
    """

    def __init__(self) -> None:
        self.underruns = 0
        self.dropped_samples = 0
        self._samples = bytearray()
        self._primed = False
        self._mean_filling = float(TARGET_SAMPLES)
        self._lock = threading.Lock()

    @property
    def filling(self) -> int:
        """Samples waiting."""
        return len(self._samples) // 2

    def push(self, data: bytes | bytearray) -> None:
        with self._lock:
            self._samples += data
            excess = self.filling - LIMIT_SAMPLES
            if excess > 0:
                self._drop(excess + LIMIT_SAMPLES - TARGET_SAMPLES)

    def pull(self, count: int) -> bytes:
        """``count`` samples, always."""
        with self._lock:
            filling = self.filling
            if not self._primed:
                if filling < TARGET_SAMPLES:
                    return bytes(2 * count)
                # A reader that starts late finds the buffer full: begin at the target.
                self._primed = True
                self._drop(filling - TARGET_SAMPLES)
                filling = TARGET_SAMPLES
                self._mean_filling = float(filling)
            self._mean_filling += SMOOTHING * (filling - self._mean_filling)
            if filling < count:
                self.underruns += 1
                self._primed = False
                return self._take(filling).ljust(2 * count, b"\0")
            error = self._mean_filling - TARGET_SAMPLES
            if error > SLACK_SAMPLES and filling > count > 1:
                self.dropped_samples += 1
                return _resampled(self._take(count + 1), count)
            if error < -SLACK_SAMPLES and count > 2:
                return _resampled(self._take(count - 1), count)
            return self._take(count)

    def _drop(self, count: int) -> None:
        del self._samples[: 2 * count]
        self.dropped_samples += count

    def _take(self, count: int) -> bytes:
        data = bytes(self._samples[: 2 * count])
        del self._samples[: 2 * count]
        return data


def _resampled(data: bytes, count: int) -> bytes:
    """The same sound in ``count`` samples, between its first and its last one."""
    samples = np.frombuffer(data, dtype="<i2")
    places = np.linspace(0, len(samples) - 1, count)
    fitted = np.interp(places, np.arange(len(samples)), samples)
    found: bytes = np.rint(fitted).astype("<i2").tobytes()
    return found
