"""WAV files for tests: made from tones, and measured."""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Measured:
    """The strongest tone of a WAV: ``level_dbfs`` is 0 for a sine of full scale, ``snr_db`` is its
    power over all the rest."""

    seconds: float
    hz: float
    level_dbfs: float
    snr_db: float


def write_tones(
    path: Path,
    *tones_hz: float,
    seconds: float,
    rate_hz: int = 8000,
    level_dbfs: float = -12.0,
    channels: int = 1,
) -> Path:
    """A WAV, signed 16 bit, with these sines together, each at ``level_dbfs``."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    amplitude = 32767 * 10 ** (level_dbfs / 20)
    samples = sum((amplitude * np.sin(2 * math.pi * hz * t) for hz in tones_hz), np.zeros(len(t)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(samples.astype("<i2"), channels).tobytes())
    return path


def read_samples(path: Path) -> tuple[npt.NDArray[np.float64], int]:
    """Samples of a mono WAV from -1 to 1, and its rate in Hz."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        data = file.readframes(file.getnframes())
        return np.frombuffer(data, dtype="<i2") / 32767, file.getframerate()


def measure(path: Path, start_s: float = 0.0, seconds: float | None = None) -> Measured:
    """Measure a part of a mono WAV; the length given back is the whole file's."""
    samples, rate_hz = read_samples(path)
    first = round(start_s * rate_hz)
    part = samples[first:] if seconds is None else samples[first : first + round(seconds * rate_hz)]
    window = np.hanning(len(part))
    power = np.abs(np.fft.rfft(part * window)) ** 2
    peak = int(power[1:].argmax()) + 1
    signal = power[max(peak - 10, 0) : peak + 11].sum()
    noise = max(power.sum() - signal, 1e-20)
    amplitude = 2 * math.sqrt(signal / (len(part) * (window**2).sum()))
    return Measured(
        seconds=len(samples) / rate_hz,
        hz=peak * rate_hz / len(part),
        level_dbfs=20 * math.log10(max(amplitude, 1e-9)),
        snr_db=10 * math.log10(signal / noise),
    )
