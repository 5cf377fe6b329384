"""Music on hold for an engine that brings none: a calm loop, composed and played here.

Four soft chords with a slow arpeggio over them, so low and plain that speech stays in front.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ekc_console.server.services.loudness import Signal, to_samples
from ekc_console.server.services.wav import RATE_HZ, is_complete, write_wav

FILE_NAME = "hold-1.wav"
"""The number is raised when the music changes, so that it is written anew."""
LEVEL_DBFS = -26.0

_NOTE_S = 0.5
_NOTES_A_CHORD = 8
_ROUNDS = 4
_RELEASE_S = 2.4
# MIDI note numbers: C, A minor, F, G with a sixth; each chord is four notes from low to high.
_CHORDS = ((48, 55, 64, 67), (45, 52, 60, 64), (41, 53, 60, 65), (43, 55, 62, 64))
_PATTERN = (0, 1, 2, 3, 2, 3, 1, 2)


def ensure_music(directory: Path) -> Path:
    """The folder of the music on hold, with the loop in it; written once (0.1 s, blocking).
    Raises OSError."""
    path = directory / FILE_NAME
    if not is_complete(path):
        write_wav(path, to_samples(_compose()))
    return directory


def _compose() -> Signal:
    chord_s = _NOTE_S * _NOTES_A_CHORD
    loop = np.zeros(round(chord_s * len(_CHORDS) * _ROUNDS * RATE_HZ))
    for number in range(len(_CHORDS) * _ROUNDS):
        chord, start_s = _CHORDS[number % len(_CHORDS)], number * chord_s
        for note in chord:
            _add(loop, _pad(note, chord_s), start_s, 0.5)
        for step, degree in enumerate(_PATTERN):
            _add(loop, _pluck(chord[degree] + 12), start_s + step * _NOTE_S, 0.6)
    loop *= 10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(loop**2))
    return loop


def _add(loop: Signal, sound: Signal, start_s: float, gain: float) -> None:
    """Mix a sound in; what rings beyond the end comes in at the beginning: no seam is heard."""
    positions = (round(start_s * RATE_HZ) + np.arange(len(sound))) % len(loop)
    np.add.at(loop, positions, sound * gain)


def _pad(note: int, length_s: float) -> Signal:
    time = _time(length_s + _RELEASE_S)
    swell = np.minimum(1.0, time / 0.8) * np.minimum(1.0, (time[-1] - time) / _RELEASE_S)
    pad: Signal = _tone(note, time, harmonics=(1.0, 0.3, 0.08)) * swell
    return pad


def _pluck(note: int) -> Signal:
    time = _time(_RELEASE_S)
    fall = np.minimum(1.0, time / 0.02) * np.exp(-time / 0.5) * (1 - time / _RELEASE_S)
    return _tone(note, time, harmonics=(1.0, 0.2)) * fall


def _tone(note: int, time: Signal, harmonics: tuple[float, ...]) -> Signal:
    hz = 440.0 * 2 ** ((note - 69) / 12)
    tone = np.zeros(len(time))
    for number, gain in enumerate(harmonics, start=1):
        tone += gain * np.sin(2 * np.pi * hz * number * time)
    return tone


def _time(length_s: float) -> Signal:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ
