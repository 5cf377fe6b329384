"""Speech from text: espeak-ng in a process of its own, made into telephone sound.

A single thread speaks with that process; nothing here blocks the event loop except the methods that
say so.
"""

from __future__ import annotations

import asyncio
import atexit
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import espeakng_loader
import numpy as np
import soxr
from numpy.typing import NDArray

from ekc_console.server.services.loudness import Signal, frame_levels, to_samples, to_signal
from ekc_console.server.services.synthesiser import SpeechError, Synthesiser
from ekc_console.server.services.wav import RATE_HZ, Samples

__all__ = ["Speaker", "SpeechError", "Voice", "normalise", "trim", "variants"]

SPEECH_DBFS = -18.0
"""Level of the voiced parts after normalising."""
PEAK_DBFS = -3.0

_LANGUAGE = "ru"
_RATES_WPM = range(80, 451)
_PITCHES = range(100)
_VOICED_BELOW_LOUDEST_DB = 40.0
_GAIN_PASSES = 4
_LEAD_S, _TAIL_S = 0.04, 0.12
"""Silence left around the words, so that no sound is cut."""


@dataclass(frozen=True, slots=True)
class Voice:
    """``name``: ``ru``, or ``ru+VARIANT`` with a variant of espeak-ng (``f1``…``f5``, ``m1``…,
    ``Annie``, …)."""

    name: str = "ru"
    words_per_minute: int = 150
    pitch: int = 50
    """0…99, 50 is the voice's own."""


class Speaker:
    """Speaks in one voice. Any number of speakers may be used at the same time.

    Raises SpeechError when the voice or its settings do not exist.
    """

    def __init__(self, voice: Voice | None = None) -> None:
        self.voice = voice or Voice()
        _check(self.voice)

    async def speak(self, text: str) -> Samples:
        """The spoken text as 8 kHz mono; see :meth:`speak_blocking`. A synthesiser that hangs is
        not waited for longer than one text may take, however many wait for it. Raises
        SpeechError."""
        future = _thread.submit(_synthesise, text, self.voice)
        try:
            async with asyncio.timeout(_synthesiser.patience_s(text)):
                raw, rate_hz = await asyncio.wrap_future(future)
        except TimeoutError:
            raise SpeechError("Синтезатор речи занят другим текстом.", "Повторите позже.") from None
        return await asyncio.to_thread(_telephone, raw, rate_hz)

    def speak_blocking(self, text: str) -> Samples:
        """The same, waiting: about 5 ms for a second of speech, and seconds for a synthesiser that
        hangs. Never from the event loop.

        Raises SpeechError when there is nothing to say in ``text``.
        """
        raw, rate_hz = _thread.submit(_synthesise, text, self.voice).result()
        return _telephone(raw, rate_hz)


def variants() -> list[str]:
    """Variants of the voice that espeak-ng has."""
    folder = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _check(voice: Voice) -> None:
    language, plus, variant = voice.name.partition("+")
    if language != _LANGUAGE:
        raise SpeechError(
            f"Голос «{voice.name}»: такого языка нет.",
            "Укажите ru или ru+вариант, например ru+f2.",
        )
    if plus and variant not in variants():
        raise SpeechError(
            f"Голос «{voice.name}»: нет варианта «{variant}».",
            f"Есть: {', '.join(variants())}.",
        )
    if voice.words_per_minute not in _RATES_WPM:
        raise SpeechError(
            f"Темп речи {voice.words_per_minute} слов в минуту невозможен.",
            f"Укажите от {_RATES_WPM.start} до {_RATES_WPM.stop - 1}.",
        )
    if voice.pitch not in _PITCHES:
        raise SpeechError(f"Высота голоса {voice.pitch} невозможна.", "Укажите от 0 до 99.")


# -- on the thread of the synthesiser ----------------------------------------------

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech")
_synthesiser = Synthesiser()
atexit.register(_synthesiser.close)


def _synthesise(text: str, voice: Voice) -> tuple[Samples, int]:
    sound, rate_hz = _synthesiser.speak(text, voice.name, voice.words_per_minute, voice.pitch)
    return np.frombuffer(sound, dtype=np.int16), rate_hz


# -- telephone sound ---------------------------------------------------------------


def _telephone(raw: Samples, rate_hz: int) -> Samples:
    signal = trim(to_signal(raw), rate_hz)
    if not len(signal):
        raise SpeechError("В тексте нечего произнести.", "Напишите текст словами.")
    resampled: Signal = soxr.resample(signal, rate_hz, RATE_HZ)
    return to_samples(normalise(resampled))


def trim(signal: Signal, rate_hz: int = RATE_HZ) -> Signal:
    """Cut silence off both ends; nothing is left of a silent signal."""
    levels = frame_levels(signal, rate_hz=rate_hz)
    voiced = np.flatnonzero(_voiced(levels))
    if not len(voiced):
        return signal[:0]
    frame = len(signal) / len(levels)
    first = int(voiced[0] * frame - _LEAD_S * rate_hz)
    last = int((voiced[-1] + 1) * frame + _TAIL_S * rate_hz)
    return signal[max(0, first) : last]


def normalise(signal: Signal) -> Signal:
    """Bring the voiced frames to ``SPEECH_DBFS`` and bend peaks to below ``PEAK_DBFS``.

    Bending takes level away, so the gain is corrected for it; voices of very high crest stay a
    little below the level.
    """
    target = 10 ** (SPEECH_DBFS / 20)
    gain, louder = 1.0, signal
    for _ in range(_GAIN_PASSES):
        levels = frame_levels(louder)
        voiced = levels[_voiced(levels)]
        if not len(voiced):
            return signal
        gain *= target / float(np.sqrt(np.mean(voiced**2)))
        louder = _limited(signal * gain)
    return louder


def _limited(signal: Signal) -> Signal:
    """Soft limiter: linear below the knee, tanh above it, never over ``PEAK_DBFS``."""
    ceiling = 10 ** (PEAK_DBFS / 20) * 0.999
    knee = ceiling * 0.6
    excess = np.abs(signal) - knee
    bent = knee + (ceiling - knee) * np.tanh(excess / (ceiling - knee))
    limited: Signal = np.where(excess > 0, np.sign(signal) * bent, signal)
    return limited


def _voiced(levels: Signal) -> NDArray[np.bool_]:
    if not len(levels) or levels.max() <= 0:
        return np.zeros(len(levels), dtype=bool)
    voiced: NDArray[np.bool_] = levels > levels.max() * 10 ** (-_VOICED_BELOW_LOUDEST_DB / 20)
    return voiced
