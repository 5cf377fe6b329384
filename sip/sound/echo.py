"""How long our own sound takes to come back from an echo, and how much of it does.

Short chirps are said at uneven distances. A matched filter finds them in what is heard
(correlation with the chirp, divided by the energies of both, so that it is 1 for the chirp itself
at any volume). Mouth and ear are served by one clock, frame for frame, so the delay is counted in
samples: 0.125 ms. It is that of the whole path but the sound card: both networks, jitter buffers
and packets.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sip.link.protocol import EchoMeasured
from sip.sound.audio import FRAME_SAMPLES, FULL_SCALE, RATE_HZ, SILENCE

CHIRP_S = 0.06
CHIRP_HZ = (500.0, 2800.0)
"""Inside the telephone band, and passing through frequencies faster than a voice does."""
LEVEL_DBFS = -12.0
STARTS_S = tuple(0.3 + 0.085 * mark for mark in (0, 1, 4, 9, 15, 22, 32, 34))
"""By the Golomb ruler of order 8: no two distances are the same, so that two chirps that came back
are enough to tell the true delay."""
LONGEST_S = 2.0
"""A delay above it is no conversation."""
DRIFT_S = 0.06
"""How far one chirp may be from the common delay: a jitter buffer grows and shrinks."""
LEAST_MATCH = 0.5
SECONDS = STARTS_S[-1] + CHIRP_S + LONGEST_S

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Echo:
    sent: int
    returned: int
    round_trip_ms: float
    """Median of those that returned; 0 when none did."""


def chirp() -> Samples:
    steps = np.arange(round(CHIRP_S * RATE_HZ)) / RATE_HZ
    low, high = CHIRP_HZ
    phase = 2 * np.pi * (low * steps + (high - low) * steps**2 / (2 * CHIRP_S))
    amplitude = FULL_SCALE * 10 ** (LEVEL_DBFS / 20)
    wave: Samples = amplitude * np.hanning(len(steps)) * np.sin(phase)
    return wave


def signal() -> bytes:
    """All chirps, with silence behind them for the last one to come back."""
    samples = np.zeros(math.ceil(SECONDS * RATE_HZ / FRAME_SAMPLES) * FRAME_SAMPLES)
    one = chirp()
    for start in STARTS_S:
        at = round(start * RATE_HZ)
        samples[at : at + len(one)] += one
    data: bytes = samples.astype("<i2").tobytes()
    return data


def measure(heard: bytes) -> Echo:
    """``heard``: from the frame of the signal's first frame on."""
    match = _match(np.frombuffer(heard, dtype="<i2").astype(float), chirp())
    starts = [round(start * RATE_HZ) for start in STARTS_S]
    longest = min(round(LONGEST_S * RATE_HZ), len(match) - starts[-1])
    if longest <= 0:
        return Echo(len(starts), 0, 0.0)
    common = int(np.argmax(sum(match[start : start + longest] for start in starts)))
    drift = round(DRIFT_S * RATE_HZ)
    delays = []
    for start in starts:
        first = max(0, start + common - drift)
        near = match[first : start + common + drift]
        best = int(np.argmax(near))
        if near[best] >= LEAST_MATCH:
            delays.append(first + best - start)
    milliseconds = float(np.median(delays)) * 1000 / RATE_HZ if delays else 0.0
    return Echo(len(starts), len(delays), milliseconds)


def _match(heard: Samples, one: Samples) -> Samples:
    """0 … 1 for every place where ``one`` could begin."""
    if len(heard) < len(one):
        return np.zeros(0)
    size = 1 << (len(heard) + len(one)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(one, size)), size)
    correlation = product[: len(heard) - len(one) + 1]
    energies = np.concatenate(([0.0], np.cumsum(heard**2)))
    energy = energies[len(one) :] - energies[: -len(one)]
    # Below some -70 dBFS there is nothing but rounding.
    floor = len(one) * 10.0**2
    scale = np.sqrt(np.maximum(energy, floor) * float(one @ one))
    match: Samples = np.maximum(correlation / scale, 0.0)
    return match


def echo_event(call: str, echo: Echo) -> EchoMeasured:
    return EchoMeasured(
        call=call,
        sent=echo.sent,
        returned=echo.returned,
        round_trip_ms=echo.round_trip_ms,
        t=time.monotonic(),
    )


class EchoSource:
    """Says the signal once. The ear gives :meth:`hear` every frame; what it hears before the
    mouth's first frame is not of the test."""

    def __init__(self) -> None:
        self._signal = signal()
        self._position = 0
        self._heard = bytearray()

    def read(self) -> bytes | None:
        frame = self._signal[self._position : self._position + len(SILENCE)]
        self._position += len(SILENCE)
        return frame or None

    def hear(self, frame: bytes) -> None:
        if self._position and len(self._heard) < len(self._signal):
            self._heard += frame

    def result(self) -> Echo:
        return measure(bytes(self._heard))
