"""WAV files of the telephone: 8 kHz, mono, 16 bit; read tolerantly, written whole or not at all."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ekc_console.errors import EkcError

RATE_HZ = 8000
Samples = NDArray[np.int16]

_HEADER_BYTES = 44
_HEADER_LIMIT = 65536
_RIFF = struct.Struct("<4sI4s")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_PCM = 1


class BadWav(EkcError):
    """The file is no WAV or not in the telephone's format."""


@dataclass(frozen=True, slots=True)
class Wav:
    samples: Samples
    complete: bool
    """The header states the length that is there: the writer closed the file."""


def read_wav(path: Path) -> Wav:
    """Read a file even when its writer was killed: what lies behind the header is taken, whatever
    length the header states. Raises BadWav, or OSError when it cannot be read."""
    data = path.read_bytes()
    offset, stated = _find_sound(path, data)
    body = data[offset:]
    complete = 0 < stated <= len(body)
    taken = body[:stated] if complete else body
    taken = taken[: len(taken) // 2 * 2]
    return Wav(np.frombuffer(taken, dtype="<i2").astype(np.int16), complete)


def is_complete(path: Path) -> bool:
    """Whether there is sound in the file and its writer has closed it; reads the header only."""
    try:
        with path.open("rb") as file:
            offset, stated = _find_sound(path, file.read(_HEADER_LIMIT))
        return 0 < stated <= path.stat().st_size - offset
    except (BadWav, OSError):
        return False


def _find_sound(path: Path, data: bytes) -> tuple[int, int]:
    """Where the samples begin and how many bytes of them the header states."""
    if len(data) < _RIFF.size or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadWav(f"{path}: это не файл WAV.", "Нужен WAV: 8 кГц, моно, 16 бит.")
    offset, known_format = _RIFF.size, False
    while offset + _CHUNK.size <= len(data):
        name, size = _CHUNK.unpack_from(data, offset)
        offset += _CHUNK.size
        if name == b"fmt ":
            _check_format(path, data[offset : offset + size])
            known_format = True
        elif name == b"data" and known_format:
            return offset, size
        offset += size + size % 2
    raise BadWav(f"{path}: в файле нет звука.", "Запишите файл заново.")


def _check_format(path: Path, chunk: bytes) -> None:
    if len(chunk) < _FORMAT.size:
        raise BadWav(f"{path}: заголовок WAV оборван.", "Запишите файл заново.")
    kind, channels, rate, _, _, bits = _FORMAT.unpack_from(chunk)
    if (kind, channels, rate, bits) != (_PCM, 1, RATE_HZ, 16):
        raise BadWav(
            f"{path}: {rate} Гц, каналов {channels}, {bits} бит.",
            "Нужен WAV без сжатия: 8000 Гц, моно, 16 бит.",
        )


def write_wav(path: Path, samples: Samples) -> None:
    """Write the file under a temporary name and rename it: nobody ever sees a part of it."""
    body = samples.astype("<i2").tobytes()
    header = (
        _RIFF.pack(b"RIFF", _HEADER_BYTES - 8 + len(body), b"WAVE")
        + _CHUNK.pack(b"fmt ", _FORMAT.size)
        + _FORMAT.pack(_PCM, 1, RATE_HZ, RATE_HZ * 2, 2, 16)
        + _CHUNK.pack(b"data", len(body))
    )
    with replacing(path) as temporary:
        temporary.write_bytes(header + body)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """An empty temporary file beside ``path``, of the same suffix, that becomes ``path`` when the
    block ends without error. Others may not read it; the folder is made when missing, as closed."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    try:
        temporary.touch(mode=0o600)
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
