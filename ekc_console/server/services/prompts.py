"""Spoken prompts as files for the engine: a recording where there is one, else speech made once.

A prompt may have a name (``prompt:`` of a scenario's step, or one of this module's own). Where the
folder of recordings holds ``<name>.wav`` (``.flac``, ``.ogg``), that is played; else the text is
synthesised into the cache.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
import structlog

from ekc_console.errors import EkcError, reason
from ekc_console.server.services.loudness import FLOOR_DBFS, loudest_dbfs, to_samples
from ekc_console.server.services.speech import Speaker, SpeechError, Voice
from ekc_console.server.services.spoken import (
    LAST_COUNTED_POSITION,
    WAIT_MINUTES,
    keep_place_text,
    position_text,
    wait_limit_text,
)
from ekc_console.server.services.wav import (
    RATE_HZ,
    BadWav,
    Samples,
    is_complete,
    read_wav,
    write_wav,
)

log = structlog.get_logger(__name__)

SUFFIXES = (".wav", ".flac", ".ogg")
VERSION = "1"
"""Raised when the same text would be made to sound differently: the cache is made anew."""


@dataclass(frozen=True, slots=True)
class Prompt:
    text: str
    name: str = ""
    """Of the recording that replaces the synthesised voice; "" for none."""
    personal: bool = False
    """Holds what one caller has said: spoken for the call, never kept (``call_prompts``)."""


FALLBACK_TEXT = Prompt(
    "Здравствуйте! Вы позвонили в единый региональный контактный центр. "
    "Пожалуйста, оставайтесь на линии: мы соединим вас с оператором, как только это станет "
    "возможным. Если есть угроза жизни, звоните по номеру сто три или сто двенадцать.",
    "fallback",
)
"""Said by the engine itself while the routing server is away."""

CUT_TEXT = Prompt(
    "Соединение прервалось. Пожалуйста, оставайтесь на линии: мы соединим вас снова "
    "в первую очередь.",
    "cut",
)
"""Said to a caller whose talk broke off on our side."""

HELP_COMES = Prompt("Соединяю со скорой, оставайтесь на линии.", "help_comes")
"""Said to a caller who has no operator any more while an emergency service is called."""

POSITIONS = tuple(
    Prompt(position_text(n), f"position_{n}" if n <= LAST_COUNTED_POSITION else "position_more")
    for n in range(1, LAST_COUNTED_POSITION + 2)
)
"""Places 1 to 20 in the queue, and the one for all places beyond."""
WAITS = tuple(
    Prompt(wait_limit_text(minutes * 60), f"wait_{minutes}") for minutes in (*WAIT_MINUTES, 61)
)
"""The longest wait to be expected, in minutes; the last one is beyond an hour."""
PLACE_KEPT = Prompt("Ваше место в очереди сохранено. Мы перезвоним вам. До свидания.", "place_kept")
PLACE_NOT_KEPT = Prompt(
    "Ваш номер скрыт, перезвонить не получится. Пожалуйста, оставайтесь на линии.",
    "place_not_kept",
)
GOODBYE = Prompt("Сейчас мы не можем ответить. До свидания.", "goodbye")
STANDARD_TEXTS = (
    FALLBACK_TEXT,
    CUT_TEXT,
    HELP_COMES,
    *POSITIONS,
    *WAITS,
    PLACE_KEPT,
    PLACE_NOT_KEPT,
    GOODBYE,
)
"""Prompts of the server itself, to be prepared beside those of the scenarios."""

_NAME = re.compile(r"[\w-]{1,100}")
_SILENT_BELOW_DBFS = -50.0
_REMEMBERED = 1000
"""Prompts whose files are known without a look at the disk."""
_TOLD_EVERY = 20

Progress = Callable[[int, int], None]
"""Told (prompts ready, prompts in all), on the event loop."""


class PromptError(EkcError):
    """A recording cannot be used."""


class PromptLibrary:
    """Order: :meth:`prepare` with every prompt known beforehand, then :meth:`path` at any time.

    Raises PromptError when ``recorded_dir`` is given and is no folder.
    """

    def __init__(self, cache_dir: Path, speaker: Speaker, recorded_dir: Path | None = None) -> None:
        if recorded_dir is not None and not recorded_dir.is_dir():
            raise PromptError(
                f"Нет папки записанных подсказок {recorded_dir}.",
                "Исправьте voice.recorded_dir или уберите этот ключ.",
            )
        self._cache_dir = cache_dir
        self._speaker = speaker
        self._recorded_dir = recorded_dir
        self._paths: dict[Prompt, Path] = {}
        """Prompts known to be there, the longest known first."""
        _close_to_others(cache_dir)

    async def prepare(
        self, prompts: Iterable[Prompt | str], progress: Progress | None = None
    ) -> None:
        """Make a file for every prompt that has none. A second run only looks.

        Raises PromptError for a recording that cannot be used and SpeechError for a text that
        cannot be spoken.
        """
        wanted = list(dict.fromkeys(_prompt(p) for p in prompts))
        for number, prompt in enumerate(wanted, start=1):
            await self.speak(prompt)
            if progress is not None:
                progress(number, len(wanted))

    async def prepare_what_can_be(
        self, prompts: Iterable[Prompt | str], progress: Progress
    ) -> list[EkcError | OSError]:
        """As :meth:`prepare`, whatever cannot be made; a recording that cannot be used is spoken
        instead. Returns what went wrong. ``progress`` is told every now and then."""
        wanted = list(dict.fromkeys(_prompt(p) for p in prompts))
        failed: list[EkcError | OSError] = []
        for number, prompt in enumerate(wanted, start=1):
            try:
                await self.speak(prompt)
            except (EkcError, OSError) as error:
                log.error("prompt not made", name=prompt.name, error=reason(error))
                failed.append(error)
                await self._speak_instead(prompt)
            if number % _TOLD_EVERY == 0:
                progress(number, len(wanted))
        return failed

    async def _speak_instead(self, prompt: Prompt) -> None:
        if prompt.name:
            with contextlib.suppress(EkcError, OSError):
                self._keep(prompt, await self.speak(prompt.text))

    async def speak(self, prompt: Prompt | str) -> Path:
        """The file of a prompt, made now when it is not there yet (5 ms a second of speech)."""
        prompt = _prompt(prompt)
        if (ready := self._ready(prompt)) is not None:
            return ready
        if (source := self.recording(prompt.name)) is not None:
            return self._keep(prompt, await asyncio.to_thread(self._from_recording, source))
        assert not prompt.personal
        try:
            samples = await self._speaker.speak(prompt.text)
        except SpeechError as error:
            raise _about(prompt, error) from None
        target = self._cached(prompt)
        await asyncio.to_thread(_write, target, samples)
        return self._keep(prompt, target)

    async def sound(self, prompt: Prompt) -> Samples:
        """The spoken text, of which nothing is kept. Raises SpeechError, which does not name it."""
        return await self._speaker.speak(_prompt(prompt).text)

    def path(self, prompt: Prompt | str) -> Path:
        """The file of a prompt. One that was not prepared is made now, on this thread: prepare, or
        :meth:`speak`, so as not to hold up the event loop."""
        prompt = _prompt(prompt)
        if (ready := self._ready(prompt)) is not None:
            return ready
        log.warning("prompt was not prepared", name=prompt.name, length=len(prompt.text))
        if (source := self.recording(prompt.name)) is not None:
            return self._keep(prompt, self._from_recording(source))
        assert not prompt.personal
        try:
            samples = self._speaker.speak_blocking(prompt.text)
        except SpeechError as error:
            raise _about(prompt, error) from None
        target = self._cached(prompt)
        _write(target, samples)
        return self._keep(prompt, target)

    async def waiting(self, position: int, expected_s: float | None, key: str) -> list[Path]:
        """What a waiting caller is told: the place (1 and up), the wait if it is known, the key if
        there is one to keep the place by."""
        prompts = [POSITIONS[min(max(position, 1), len(POSITIONS)) - 1]]
        if expected_s is not None:
            prompts.append(_wait(expected_s))
        if key:
            prompts.append(keep_place(key))
        return [await self.speak(prompt) for prompt in prompts]

    def recording(self, name: str) -> Path | None:
        """The recording of that name, None when there is none.

        Raises PromptError for a name that is no plain word.
        """
        if not name:
            return None
        if not _NAME.fullmatch(name):
            raise PromptError(
                f"Имя подсказки «{name}» не годится.",
                "Буквы, цифры, «_» и «-», до 100 знаков, без пути и расширения.",
            )
        if self._recorded_dir is None:
            return None
        candidates = (self._recorded_dir / f"{name}{suffix}" for suffix in SUFFIXES)
        return next((path for path in candidates if path.is_file()), None)

    def _ready(self, prompt: Prompt) -> Path | None:
        if (known := self._paths.get(prompt)) is not None and known.is_file():
            return known
        if self.recording(prompt.name) is not None:
            return None
        target = self._cached(prompt)
        return self._keep(prompt, target) if is_complete(target) else None

    def _keep(self, prompt: Prompt, path: Path) -> Path:
        self._paths.pop(prompt, None)
        self._paths[prompt] = path
        if len(self._paths) > _REMEMBERED:
            del self._paths[next(iter(self._paths))]
        return path

    def _cached(self, prompt: Prompt) -> Path:
        return self._cache_dir / f"{_key(prompt.text, self._speaker.voice)}.wav"

    def _from_recording(self, source: Path) -> Path:
        """The recording itself when it is in the telephone's format, else a converted copy."""
        if source.suffix == ".wav":
            try:
                _check_audible(source, read_wav(source).samples)
                return source
            except BadWav:
                log.info("recorded prompt is converted", file=source.name)
        state = source.stat()
        identity = f"{source.resolve()}\0{state.st_size}\0{state.st_mtime_ns}\0{VERSION}"
        target = self._cache_dir / f"{hashlib.sha256(identity.encode()).hexdigest()}.wav"
        if not is_complete(target):
            _write(target, _converted(source))
        return target


def keep_place(key: str) -> Prompt:
    return Prompt(keep_place_text(key), "keep_place")


def _wait(seconds: float) -> Prompt:
    return next(
        (w for m, w in zip(WAIT_MINUTES, WAITS, strict=False) if seconds <= m * 60), WAITS[-1]
    )


def _prompt(given: Prompt | str) -> Prompt:
    """Texts that differ only in white space are one."""
    prompt = Prompt(given) if isinstance(given, str) else given
    return replace(prompt, text=" ".join(prompt.text.split()))


def _about(prompt: Prompt, error: SpeechError) -> SpeechError:
    """The error with the text: the centre's own words, for whoever wrote them."""
    return SpeechError(f"{error.message.rstrip('.')}: «{prompt.text}».", error.remedy)


def _close_to_others(folder: Path) -> None:
    """The folder of an earlier version was open to all."""
    with contextlib.suppress(OSError):
        if folder.is_dir() and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)


def _write(target: Path, samples: Samples) -> None:
    """Raises PromptError."""
    try:
        write_wav(target, samples)
    except OSError as error:
        raise PromptError(
            f"Подсказка {target} не сохраняется: {error.strerror}.", "Проверьте диск и права."
        ) from error


def _key(text: str, voice: Voice) -> str:
    parts = (text, voice.name, str(voice.words_per_minute), str(voice.pitch), VERSION)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _converted(source: Path) -> Samples:
    try:
        sound, rate_hz = soundfile.read(source, dtype="float64", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise PromptError(
            f"{source}: запись не читается как звук.",
            "Запишите файл заново (WAV, лучше 8 кГц, моно, 16 бит) или уберите его.",
        ) from error
    mono = np.mean(sound, axis=1)
    samples = to_samples(soxr.resample(mono, rate_hz, RATE_HZ) if len(mono) else mono)
    _check_audible(source, samples)
    return samples


def _check_audible(source: Path, samples: Samples) -> None:
    level = loudest_dbfs(samples)
    if level < _SILENT_BELOW_DBFS:
        state = "пуста" if level == FLOOR_DBFS else f"почти не слышна ({level:.0f} дБ)"
        raise PromptError(f"{source}: запись {state}.", "Запишите файл заново или уберите его.")
