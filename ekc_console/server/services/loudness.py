"""Levels of telephone sound, in dBFS (0 is a full-scale square wave)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ekc_console.server.services.wav import RATE_HZ, Samples

Signal = NDArray[np.float64]
"""Samples in -1…1."""

FLOOR_DBFS = -120.0
FRAME_S = 0.02
_FULL_SCALE = 32768.0


def to_signal(samples: Samples) -> Signal:
    return samples.astype(np.float64) / _FULL_SCALE


def to_samples(signal: Signal) -> Samples:
    return np.clip(np.round(signal * _FULL_SCALE), -32768, 32767).astype(np.int16)


def dbfs(rms: float) -> float:
    """20·log10(rms), not below ``FLOOR_DBFS``."""
    return max(FLOOR_DBFS, 20 * float(np.log10(rms))) if rms > 0 else FLOOR_DBFS


def rms_dbfs(samples: Samples) -> float:
    """Level over the whole length; ``FLOOR_DBFS`` for no samples."""
    return _rms(to_signal(samples))


def frame_levels(signal: Signal, frame_s: float = FRAME_S, rate_hz: int = RATE_HZ) -> Signal:
    """RMS (linear) of each whole frame; the last incomplete one is left out unless it is alone."""
    length = max(1, round(frame_s * rate_hz))
    if len(signal) < length:
        return np.sqrt(np.mean(signal**2, keepdims=True)) if len(signal) else np.zeros(0)
    frames = signal[: len(signal) // length * length].reshape(-1, length)
    levels: Signal = np.sqrt(np.mean(frames**2, axis=1))
    return levels


def loudest_dbfs(samples: Samples, window_s: float = 0.2) -> float:
    """Level of the loudest window: tells a short word in a long silence from silence."""
    levels = frame_levels(to_signal(samples), window_s)
    return dbfs(float(levels.max())) if len(levels) else FLOOR_DBFS


def _rms(signal: Signal) -> float:
    return dbfs(float(np.sqrt(np.mean(signal**2)))) if len(signal) else FLOOR_DBFS
