"""Speech from text: espeak-ng in this process, made into telephone sound.

espeak-ng is one per process and not thread-safe, so a single thread of its own uses it; nothing
here blocks the event loop except the methods that say so.
"""

from __future__ import annotations

import asyncio
import ctypes
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import espeakng_loader
import numpy as np
import soxr
from numpy.typing import NDArray

from ekc_console.errors import EkcError
from ekc_console.server.services.loudness import Signal, frame_levels, to_samples, to_signal
from ekc_console.server.services.wav import RATE_HZ, Samples

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

# espeak-ng's speak_lib.h
_AUDIO_RETRIEVAL = 1
_CHARS_UTF8 = 1
_POSITION_CHARACTER = 1
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class SpeechError(EkcError):
    """The text cannot be spoken or the voice is not there. The text is not named: it may be a
    caller's, and errors come into logs. Whoever speaks a text of the centre's own adds it."""


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
        """The spoken text as 8 kHz mono; see :meth:`speak_blocking`."""
        future = _thread.submit(_synthesise, text, self.voice)
        raw, rate_hz = await asyncio.wrap_future(future)
        return await asyncio.to_thread(_telephone, raw, rate_hz)

    def speak_blocking(self, text: str) -> Samples:
        """The same, waiting: about 5 ms for a second of speech. Never from the event loop.

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


# -- on espeak's thread ----------------------------------------------------------

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech")
_engine: _Espeak | None = None


class _Espeak:
    """The library, loaded and initialised once."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        data = str(espeakng_loader.get_data_path()).encode()
        self.rate_hz = int(self._library.espeak_Initialize(_AUDIO_RETRIEVAL, 0, data, 0))
        if self.rate_hz <= 0:
            raise SpeechError(
                "Синтез речи espeak-ng не запускается: нет его данных.",
                "Переустановите пакет espeakng-loader.",
            )
        self._sound = bytearray()
        self._callback = _CALLBACK(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _: object) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0

    def synthesise(self, text: str, voice: Voice) -> Samples:
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise SpeechError(f"Голос «{voice.name}» не загружается.", "Укажите другой голос.")
        self._library.espeak_SetParameter(_PARAMETER_RATE, voice.words_per_minute, 0)
        self._library.espeak_SetParameter(_PARAMETER_PITCH, voice.pitch, 0)
        self._sound.clear()
        data = text.encode() + b"\0"
        failed = self._library.espeak_Synth(
            data, len(data), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        self._library.espeak_Synchronize()
        if failed:
            raise SpeechError("Текст не произносится.", "Измените текст.")
        return np.frombuffer(bytes(self._sound), dtype=np.int16)


def _synthesise(text: str, voice: Voice) -> tuple[Samples, int]:
    global _engine
    if _engine is None:
        _engine = _Espeak()
    return _engine.synthesise(text, voice), _engine.rate_hz


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
