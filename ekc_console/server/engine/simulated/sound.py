"""What is heard at the simulated engine: tones and prompts as samples, and recordings of them."""

from __future__ import annotations

import contextlib
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ekc_console.server.engine.protocol import EngineError

RATE = 8000
MUSIC_HZ = 350
RING_BACK_HZ = 425
_LEVEL = 8000
Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one leg hears now."""

    tones: frozenset[int] = frozenset()
    """Hz, of the other parties in its bridge; 0 (a silent party) is left out."""
    file: Path | None = None
    music: bool = False


def read(file: Path) -> Samples:
    """The samples of a prompt; EngineError when it is none."""
    try:
        with wave.open(str(file), "rb") as source:
            shape = (source.getnchannels(), source.getsampwidth(), source.getframerate())
            data = source.readframes(source.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise EngineError(f"Нет звукового файла {file}: {error}.") from None
    if shape != (1, 2, RATE):
        raise EngineError(f"Файл {file} — не WAV 8 кГц, моно, 16 бит.")
    return np.frombuffer(data, "<i2")


def tones(hertz: Iterable[int], start: int, count: int) -> Samples:
    """``count`` samples of the sum of sines, from sample number ``start`` on."""
    steps = np.arange(start, start + count)
    total = np.zeros(count)
    for one in hertz:
        total += _LEVEL * np.sin(2 * np.pi * one * steps / RATE)
    return np.clip(total, -32768, 32767).astype("<i2")


class Recorder:
    """Two files, aligned to the sample by the loop's clock."""

    def __init__(self, stem: Path, now: float) -> None:
        stem.parent.mkdir(parents=True, exist_ok=True)
        self._files = [_writer(Path(f"{stem}-{side}.wav")) for side in ("in", "out")]
        self._began = now
        self._written = 0

    def missing(self, now: float) -> tuple[int, int]:
        """(first sample number, how many) up to ``now`` that are not written yet."""
        return self._written, round((now - self._began) * RATE) - self._written

    def write(self, said: Samples, heard: Samples) -> None:
        for file, samples in zip(self._files, (said, heard), strict=True):
            # A full disk costs the recording, as at a real engine, and not the call.
            with contextlib.suppress(OSError):
                file.writeframes(samples.tobytes())
        self._written += len(said)

    def close(self) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):
                file.close()


def _writer(path: Path) -> wave.Wave_write:
    file = wave.open(str(path), "wb")  # noqa: SIM115
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(RATE)
    return file
