"""The text of a CSV as spreadsheets save it: UTF-8, or the code page that was there before it."""

from __future__ import annotations

import math
import re
from pathlib import Path

from ekc_console.errors import EkcError
from ekc_console.i18n import _

MOST_BYTES = 4 * 1024 * 1024
_SMALL, _CAPITAL = r"\u0430-\u044f\u0451", r"\u0410-\u042f"
_MISREAD = re.compile(
    rf"\b[{_SMALL}][{_CAPITAL}]{{2}}|[^\x01-\x7f{_SMALL}{_CAPITAL}\u0401№«»–—“”„’…\xa0]"
)
"""What KOI8-R (capitals and small letters are the other way round there) and the code pages of DOS
look like when they are read as Windows-1251."""
_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ"
"""The letters of Russian texts, the usual ones first; without ё, which KOI8-R has elsewhere."""
_RUSSIAN = set(_BY_FREQUENCY)
_LIKELIER = 2.0
"""By which the letters of KOI8-R have to be the likelier ones."""


def content(file: Path) -> bytes:
    """Raises EkcError for what is larger than ``MOST_BYTES`` or cannot be read."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise EkcError(
                _("{file}: больше {most} байт.").format(file=file, most=MOST_BYTES),
                _("Разделите таблицу на части."),
            )
        return file.read_bytes()
    except OSError as error:
        raise EkcError(
            _("{file}: не читается ({why}).").format(file=file, why=error.strerror or error),
            _("Проверьте путь."),
        ) from error


def decoded(file: Path, raw: bytes) -> str:
    """UTF-8 or Windows-1251. Raises EkcError for a text that is in neither."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251", "replace")
    if _MISREAD.search(text) or _is_koi8(raw, text):
        raise EkcError(
            _("{file}: буквы не читаются, таблица в другой кодировке.").format(file=file),
            _("Сохраните её в UTF-8 или Windows-1251."),
        )
    return text


def _is_koi8(raw: bytes, text: str) -> bool:
    """Of a text all in capitals or all in small letters, which shows nothing else: KOI8-R reads as
    letters here too, as unlikely ones."""
    letters = [char for char in text if char.lower() in _RUSSIAN]
    if any(map(str.isupper, letters)) and any(map(str.islower, letters)):
        return False
    other = raw.decode("koi8-r").lower()
    pairs = [(a, b) for a, b in zip(text.lower(), other, strict=True) if {a, b} <= _RUSSIAN]
    return sum(_rank(a) - _rank(b) for a, b in pairs) > _LIKELIER


def _rank(letter: str) -> float:
    """Logarithm of the place by frequency (Zipf)."""
    return math.log(_BY_FREQUENCY.index(letter) + 1)
