"""Sines for tests, and how much of one is in a sound."""

from __future__ import annotations

import numpy as np

from ekc_console.server.services.wav import RATE_HZ, Samples


def sine(hz: float, seconds: float, level_dbfs: float = -12.0) -> Samples:
    """A sine whose RMS is ``level_dbfs``."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    amplitude = 32768 * np.sqrt(2) * 10 ** (level_dbfs / 20)
    return (amplitude * np.sin(2 * np.pi * hz * time)).astype(np.int16)


def level_at(samples: Samples, hz: float) -> float:
    """RMS of the component at ``hz`` in dBFS (Goertzel over the whole length)."""
    time = np.arange(len(samples)) / RATE_HZ
    component = np.abs(np.mean(samples / 32768 * np.exp(-2j * np.pi * hz * time))) * np.sqrt(2)
    return float(20 * np.log10(max(component, 1e-9)))
