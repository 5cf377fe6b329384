"""Audio in frames of 20 ms at 8 kHz, mono, signed 16 bit: sources, tone detector, recorder.

Nothing here knows PJSIP, so the real softphone and the fake one speak and hear with the same code.
Levels are dBFS where 0 is a sine of full scale.
"""

from __future__ import annotations

import contextlib
import math
import struct
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import soxr

RATE_HZ = 8000
FRAME_SAMPLES = 160
FRAME_S = FRAME_SAMPLES / RATE_HZ
FRAME_BYTES = FRAME_SAMPLES * 2
SILENCE = bytes(FRAME_BYTES)
FULL_SCALE = 32767.0


class BadAudioFile(ValueError):
    """The file is no WAV that we can play; the text says why."""


class Source(Protocol):
    def read(self) -> bytes | None:
        """The next frame, or ``None`` when there is no more."""


class ToneSource:
    """An endless sine with a phase that runs on from frame to frame."""

    def __init__(self, hz: float, level_dbfs: float) -> None:
        self._step = 2 * math.pi * hz / RATE_HZ
        self._amplitude = FULL_SCALE * 10 ** (level_dbfs / 20)
        self._phase = 0.0
        self._ramp = np.arange(FRAME_SAMPLES) * self._step

    def read(self) -> bytes:
        samples = self._amplitude * np.sin(self._ramp + self._phase)
        self._phase = (self._phase + FRAME_SAMPLES * self._step) % (2 * math.pi)
        data: bytes = samples.astype("<i2").tobytes()
        return data


class FileSource:
    """A WAV (mono, signed 16 bit, 8 or 16 kHz), once or looped; the last frame is padded.

    Raises ``FileNotFoundError`` or another ``OSError`` when it cannot be read and
    :class:`BadAudioFile` when it is of another kind.
    """

    def __init__(self, path: Path, loop: bool = False) -> None:
        self.path = path
        self._loop = loop
        self._samples, self._rate_hz = _read_wav(path)
        self._position = 0
        self._pending = b""
        self._ended = False
        self._resampler = None if self._rate_hz == RATE_HZ else _resampler(self._rate_hz)

    def read(self) -> bytes | None:
        while len(self._pending) < FRAME_BYTES and not self._ended:
            self._pending += self._next_chunk()
        if not self._pending:
            return None
        frame, self._pending = self._pending[:FRAME_BYTES], self._pending[FRAME_BYTES:]
        return frame.ljust(FRAME_BYTES, b"\0")

    def _next_chunk(self) -> bytes:
        count = FRAME_SAMPLES * self._rate_hz // RATE_HZ
        chunk = self._samples[self._position : self._position + count]
        self._position += count
        if self._position >= len(self._samples):
            self._position = 0
            self._ended = not self._loop
        if self._resampler is None:
            return chunk.tobytes()
        resampled: bytes = self._resampler.resample_chunk(chunk, last=self._ended).tobytes()
        return resampled


def _resampler(rate_hz: int) -> soxr.ResampleStream:
    return soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="int16")


def _read_wav(path: Path) -> tuple[npt.NDArray[np.int16], int]:
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise BadAudioFile(f"{path}: must be mono, signed 16 bit")
            if file.getframerate() not in (RATE_HZ, 2 * RATE_HZ):
                raise BadAudioFile(f"{path}: must be 8000 or 16000 Hz, is {file.getframerate()}")
            data, rate_hz = file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise BadAudioFile(f"{path}: not a WAV file: {error}") from error
    samples = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")
    if not len(samples):
        raise BadAudioFile(f"{path}: has no samples")
    return samples, rate_hz


class ToneDetector:
    """Says which of some tones are heard, by the Goertzel measure over a Hann window of one frame.

    A tone counts as changed when two frames in a row agree; the time of the change is that of the
    first of them. It is gone 6 dB below the threshold, so a level at the threshold does not
    flutter. Tones must be 150 Hz apart or more: the window's main lobe is 100 Hz to each side.
    """

    def __init__(self, tones_hz: list[float], threshold_dbfs: float) -> None:
        self._tones_hz = sorted(tones_hz)
        window = np.hanning(FRAME_SAMPLES + 1)[:-1]
        angles = -2j * np.pi * np.outer(self._tones_hz, np.arange(FRAME_SAMPLES)) / RATE_HZ
        self._kernels = np.exp(angles) * window * (2 / window.sum() / FULL_SCALE)
        on = 10 ** (threshold_dbfs / 20)
        self._on, self._off = on, on / 2
        count = len(self._tones_hz)
        self._heard = [False] * count
        self._change_began: list[float | None] = [None] * count
        self._amplitudes = [0.0] * count

    def feed(self, frame: bytes, now: float) -> float | None:
        """Take one frame received at ``now``. Returns the time of a change, or ``None``; the new
        set is :meth:`heard`."""
        samples = np.frombuffer(frame, dtype="<i2")
        self._amplitudes = np.abs(self._kernels @ samples).tolist()
        changed_at: float | None = None
        for index, amplitude in enumerate(self._amplitudes):
            present = amplitude >= (self._off if self._heard[index] else self._on)
            began = self._change_began[index]
            if present == self._heard[index]:
                self._change_began[index] = None
            elif began is None:
                self._change_began[index] = now
            else:
                self._heard[index] = present
                self._change_began[index] = None
                changed_at = began if changed_at is None else min(changed_at, began)
        return changed_at

    def heard(self) -> tuple[list[float], list[float]]:
        """Tones heard, ascending, and the level of each in dBFS."""
        tones = [hz for hz, present in zip(self._tones_hz, self._heard, strict=True) if present]
        levels = [
            round(20 * math.log10(max(amplitude, 1e-5)), 1)
            for amplitude, present in zip(self._amplitudes, self._heard, strict=True)
            if present
        ]
        return tones, levels


class Recorder:
    """Writes frames into a WAV, 8 kHz mono signed 16 bit; complete after :meth:`close`.

    Raises ``OSError`` from every method when the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._data_bytes = 0
        self._file = path.open("wb")
        self._file.write(_wav_header(0))

    def write(self, frame: bytes) -> None:
        self._file.write(frame)
        self._data_bytes += len(frame)

    def close(self) -> None:
        with self._file:
            self._file.seek(0)
            self._file.write(_wav_header(self._data_bytes))


def _wav_header(data_bytes: int) -> bytes:
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + data_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,  # PCM
        1,
        RATE_HZ,
        RATE_HZ * 2,
        2,
        16,
        b"data",
        data_bytes,
    )


class Mouth:
    """What we say into one call instead of the microphone: a tone, a file, or nothing.

    ``read`` is called by the media clock, everything else by the owner.
    """

    def __init__(self) -> None:
        self.muted = False
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._on_end: Callable[[], None] | None = None

    @property
    def source(self) -> Source | None:
        return self._source

    def say(self, source: Source | None, on_end: Callable[[], None] | None = None) -> None:
        """Say this from the next frame on; ``on_end`` is called by the media clock when the
        source has no more."""
        with self._lock:
            self._source, self._on_end = source, on_end

    def read(self) -> bytes:
        with self._lock:
            if self._source is None:
                return SILENCE
            frame = self._source.read()
            if frame is None:
                self._source = None
                if self._on_end is not None:
                    self._on_end()
                return SILENCE
            return SILENCE if self.muted else frame


class Ear:
    """What we do with the audio heard in one call: look for tones, record, or nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._detector: ToneDetector | None = None
        self._on_change: Callable[[list[float], list[float], float], None] | None = None
        self._recorder: Recorder | None = None
        self._tap: Callable[[bytes], None] | None = None
        self._on_error: Callable[[OSError], None] | None = None

    @property
    def listening(self) -> bool:
        return any((self._detector, self._recorder, self._tap))

    def detect(
        self,
        detector: ToneDetector | None,
        on_change: Callable[[list[float], list[float], float], None] | None = None,
    ) -> None:
        """``on_change(tones_hz, levels_dbfs, time)`` is called by the media clock."""
        with self._lock:
            self._detector, self._on_change = detector, on_change

    def record(
        self, recorder: Recorder | None, on_error: Callable[[OSError], None] | None = None
    ) -> None:
        """Record from the next frame on. The recorder before is closed when this returns.

        ``on_error`` is called by the media clock if the file cannot be written any more.
        Raises ``OSError`` if the one before could not be completed.
        """
        with self._lock:
            before, self._recorder, self._on_error = self._recorder, recorder, on_error
        if before is not None:
            before.close()

    def tap(self, tap: Callable[[bytes], None] | None) -> None:
        """Give every frame to ``tap``, which the media clock calls."""
        with self._lock:
            self._tap = tap

    def write(self, frame: bytes, now: float) -> None:
        """Take one frame heard at ``now``; called by the media clock."""
        with self._lock:
            if self._tap is not None:
                self._tap(frame)
            if self._recorder is not None:
                try:
                    self._recorder.write(frame)
                except OSError as error:
                    with contextlib.suppress(OSError):
                        self._recorder.close()
                    self._recorder = None
                    if self._on_error is not None:
                        self._on_error(error)
            if self._detector is not None:
                changed_at = self._detector.feed(frame, now)
                if changed_at is not None and self._on_change is not None:
                    self._on_change(*self._detector.heard(), changed_at)
