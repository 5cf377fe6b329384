"""After a call: its two sides become one stereo file, caller left, operator right.

The engine leaves ``<stem>-in.wav`` (what the caller said) and ``<stem>-out.wav`` (what the caller
heard: the operator, prompts, music), aligned to the sample. The sides are deleted only when the
joined file is complete, read back and renamed into place, so a crash at any moment loses nothing
and :func:`join` can simply be called again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import structlog

from ekc_console.errors import EkcError
from ekc_console.server.services.loudness import loudest_dbfs, rms_dbfs
from ekc_console.server.services.wav import (
    RATE_HZ,
    BadWav,
    Samples,
    Wav,
    is_complete,
    read_wav,
    replacing,
)

log = structlog.get_logger(__name__)

CALLER_SUFFIX = "-in.wav"
OPERATOR_SUFFIX = "-out.wav"
JOINED_SUFFIX = ".flac"
LOST_SUFFIX = ".lost"
"""Added to the name of a side that holds nothing: it is kept, and not looked at again."""

SETTLE_S = 2.0
"""How long the engine may take to close its files after the line is gone."""
_LOOK_EVERY_S = 0.02
_SILENT_BELOW_DBFS = -50.0
_PAUSE_EVERY, _PAUSE_S = 200, 0.001
"""Files between two pauses of a long search: the event loop shares the interpreter with it."""

Side = Literal["caller", "operator"]
Flaw = Literal["caller_missing", "operator_missing", "unequal", "cut"]
"""``unequal``: one side was padded with silence at its end. ``cut``: the engine did not close a
file; what was on the disk is kept."""


class RecordingLost(EkcError):
    """Neither side holds any sound."""


@dataclass(frozen=True, slots=True)
class RecordingFile:
    path: Path
    seconds: float
    sha256: str
    """Of the whole file, lower-case hex."""
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud the sides of a recording are, dBFS."""

    caller_rms_dbfs: float
    operator_rms_dbfs: float
    caller_loudest_dbfs: float
    """Of the loudest 0.2 s: one word in a long silence counts."""
    operator_loudest_dbfs: float

    def is_silent(self, side: Side) -> bool:
        """Nobody is heard on this side at any moment."""
        loudest = self.caller_loudest_dbfs if side == "caller" else self.operator_loudest_dbfs
        return loudest < _SILENT_BELOW_DBFS


async def join(stem: Path, *, settle_s: float = SETTLE_S) -> RecordingFile:
    """Make ``<stem>.flac`` of the two sides and delete them.

    Waits up to ``settle_s`` for the engine to close the files. Idempotent: a joined file without
    sides is reported again. Raises RecordingLost when there is nothing to keep (the sides are set
    aside as ``.lost``), and another EkcError when the disk refuses (the sides then stay).
    """
    await _settled(stem, settle_s)
    return await asyncio.to_thread(_join, stem)


async def levels(path: Path) -> Levels:
    """Measure a joined recording. Raises EkcError when it cannot be read."""
    return await asyncio.to_thread(_measure, path)


def unjoined(directory: Path) -> Iterator[Path]:
    """Stems of recordings whose sides still lie there, for a start after a crash; the oldest folder
    first; a folder that cannot be read is named in the log. Takes long in a large tree: not for
    the event loop."""
    for folder, folders, names in os.walk(directory, onerror=_not_looked_through):
        folders.sort()
        stems = set()
        for number, name in enumerate(names, start=1):
            for suffix in (CALLER_SUFFIX, OPERATOR_SUFFIX):
                if name.endswith(suffix):
                    stems.add(name.removesuffix(suffix))
            if number % _PAUSE_EVERY == 0:
                time.sleep(_PAUSE_S)
        yield from (Path(folder, stem) for stem in sorted(stems))


def _not_looked_through(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # no call was recorded yet
        log.error("folder of recordings cannot be read", folder=error.filename, why=error.strerror)


def unsettled_s(stem: Path) -> float:
    """How long the engine may still take to close the sides of an ended call: no time when they
    have not been written to for a while. Raises OSError."""
    written = [side.stat().st_mtime for side in _sides(stem) if side.exists()]
    return min(max(0.0, max(written, default=0.0) + SETTLE_S - time.time()), SETTLE_S)


def _sides(stem: Path) -> tuple[Path, Path]:
    return (
        stem.with_name(stem.name + CALLER_SUFFIX),
        stem.with_name(stem.name + OPERATOR_SUFFIX),
    )


def _joined(stem: Path) -> Path:
    return stem.with_name(stem.name + JOINED_SUFFIX)


async def _settled(stem: Path, limit_s: float) -> None:
    """Wait until the engine has closed both files, or for ``limit_s``."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + limit_s
    # The files are of another process, which tells nobody when it closes them.
    while loop.time() < deadline and not await asyncio.to_thread(  # noqa: ASYNC110
        _is_settled, stem
    ):
        await asyncio.sleep(_LOOK_EVERY_S)


def _is_settled(stem: Path) -> bool:
    sides = [side for side in _sides(stem) if side.exists()]
    enough = len(sides) == 2 or _joined(stem).exists()
    return enough and all(is_complete(side) for side in sides)


def _read(side: Path) -> Wav | None:
    """What a side holds; None when it is not there, empty, or has no whole header."""
    try:
        wav = read_wav(side)
    except (FileNotFoundError, BadWav):
        return None
    except OSError as error:
        raise EkcError(
            f"Сторона записи {side} не читается: {error.strerror}.", "Проверьте права и диск."
        ) from error
    return wav if len(wav.samples) else None


def _join(stem: Path) -> RecordingFile:
    sides, target = _sides(stem), _joined(stem)
    caller, operator = (_read(side) for side in sides)
    length = max(len(wav.samples) if wav is not None else 0 for wav in (caller, operator))
    if target.exists() and _frames(target) >= length:
        # A crash between renaming and deleting: what is joined is at least as much as what is left.
        _delete(sides)
        return RecordingFile(target, _frames(target) / RATE_HZ, _sha256(target))
    if not length:
        _set_aside(sides)
        raise RecordingLost(
            f"Запись {stem} потеряна: обе стороны пусты.",
            "Проверьте журнал Asterisk и место на диске.",
        )
    flaws = _flaws(caller, operator)
    stereo = np.stack([_padded(caller, length), _padded(operator, length)], axis=1)
    digest = _write(target, stereo)
    _delete(sides)
    if flaws:
        log.warning("recording has flaws", recording=stem.name, flaws=flaws)
    return RecordingFile(target, length / RATE_HZ, digest, flaws)


def _flaws(caller: Wav | None, operator: Wav | None) -> tuple[Flaw, ...]:
    flaws: list[Flaw] = []
    if caller is None:
        flaws.append("caller_missing")
    if operator is None:
        flaws.append("operator_missing")
    if caller and operator and len(caller.samples) != len(operator.samples):
        flaws.append("unequal")
    if any(wav and not wav.complete for wav in (caller, operator)):
        flaws.append("cut")
    return tuple(flaws)


def _padded(wav: Wav | None, length: int) -> Samples:
    samples = np.zeros(length, dtype=np.int16)
    if wav is not None:
        samples[: len(wav.samples)] = wav.samples
    return samples


def _write(target: Path, stereo: Samples) -> str:
    """Write, read back, rename; returns the file's sha256."""
    try:
        with replacing(target) as temporary:
            soundfile.write(temporary, stereo, RATE_HZ, format="FLAC", subtype="PCM_16")
            if _frames(temporary) != len(stereo):
                raise EkcError(
                    f"Запись {target} легла на диск не целиком.", "Освободите место на диске."
                )
            return _flushed_sha256(temporary)
    except (soundfile.SoundFileError, OSError) as error:
        raise EkcError(
            f"Запись {target} не сохраняется: {error}.", "Проверьте место на диске и права."
        ) from error


def _flushed_sha256(path: Path) -> str:
    """The digest of a file that is on the disk and not only in memory: its sources go next."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return _sha256(path)


def _delete(sides: tuple[Path, ...]) -> None:
    for side in sides:
        side.unlink(missing_ok=True)


def _set_aside(sides: tuple[Path, ...]) -> None:
    """Raises EkcError."""
    try:
        for side in sides:
            if side.exists():
                side.rename(side.with_name(side.name + LOST_SUFFIX))
    except OSError as error:
        raise EkcError(
            f"Пустая сторона записи не переименовывается: {error.strerror}.",
            "Проверьте права и диск.",
        ) from error


def _frames(path: Path) -> int:
    """Frames of a sound file; 0 when it cannot be read."""
    try:
        return int(soundfile.info(path).frames)
    except soundfile.SoundFileError:
        return 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _measure(path: Path) -> Levels:
    try:
        sound, _ = soundfile.read(path, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise EkcError(
            f"Запись {path} не читается.", "Сверьте её контрольную сумму и восстановите из копии."
        ) from error
    if sound.shape[1] != 2:
        raise EkcError(f"Запись {path}: каналов {sound.shape[1]}, а нужно 2.")
    caller, operator = sound[:, 0], sound[:, 1]
    return Levels(
        rms_dbfs(caller), rms_dbfs(operator), loudest_dbfs(caller), loudest_dbfs(operator)
    )
