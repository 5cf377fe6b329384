"""What a simulated person hears: a growing recording, read while it is written.

The softphone writes what it hears into a WAV in small blocks, so levels are known half a second
late; that is a human reaction time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ekc_console.server.services.loudness import (
    FLOOR_DBFS,
    FRAME_S,
    dbfs,
    frame_levels,
    to_signal,
)
from ekc_console.server.services.wav import RATE_HZ

HEADER_BYTES = 44
SILENT_BELOW_DBFS = -45.0
"""Louder is sound: speech and music on hold lie at -15 to -35, an idle line far below -60."""
_FRAME_BYTES = round(FRAME_S * RATE_HZ) * 2
_LOUDEST_OF_FRAMES = 10


class Hearing:
    """Call :meth:`listen` now and then; the rest is about what was heard up to the last time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = HEADER_BYTES
        self._levels: list[float] = []
        """RMS (linear) of every frame of 20 ms from the beginning."""

    def listen(self) -> None:
        try:
            with self._path.open("rb") as file:
                file.seek(self._read_bytes)
                data = file.read()
        except FileNotFoundError:
            return  # the softphone has not begun to write
        data = data[: len(data) // _FRAME_BYTES * _FRAME_BYTES]
        self._read_bytes += len(data)
        self._levels.extend(frame_levels(to_signal(np.frombuffer(data, dtype="<i2"))).tolist())

    @property
    def position(self) -> int:
        """Frames heard so far: a mark for the methods below."""
        return len(self._levels)

    def sound_since(self, mark: int) -> bool:
        """Anything louder than an idle line for a moment (3 frames in all)."""
        return sum(level > _SILENT for level in self._levels[mark:]) >= 3

    def silent_for_s(self) -> float:
        """Length of the silence that goes on now."""
        frames = 0
        for level in reversed(self._levels):
            if level > _SILENT:
                break
            frames += 1
        return frames * FRAME_S

    def loudest_since_dbfs(self, mark: int) -> float:
        """Level of the loudest 0.2 s since ``mark``."""
        levels = np.array(self._levels[mark:])
        if len(levels) < _LOUDEST_OF_FRAMES:
            return FLOOR_DBFS
        powers = np.convolve(levels**2, np.ones(_LOUDEST_OF_FRAMES) / _LOUDEST_OF_FRAMES, "valid")
        return dbfs(float(np.sqrt(powers.max())))


_SILENT = 10 ** (SILENT_BELOW_DBFS / 20)
