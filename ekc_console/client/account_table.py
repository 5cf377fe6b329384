"""A table of accounts (CSV) read, as spreadsheets save it: lines of cells, or what is wrong with
them. What the cells may say is known to the server."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ekc_console.client.words.saying import parts
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.admin.account_work import AccountLine, LineFault

COLUMNS = ("login", "name", "role", "queues", "skills", "until", "clinics", "teams")
_NEEDED = ("login", "name")
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
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    """From 1, the heading included."""
    column: str
    """Its name; "" for the whole line."""
    why: str

    @classmethod
    def of(cls, fault: LineFault) -> Fault:
        """As the server tells it."""
        return cls(fault.line, fault.column, parts(fault.words)[0])


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...] = ()
    """In the order of the file."""
    lines: list[AccountLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def said(self, faults: Iterable[LineFault]) -> list[str]:
        """All that is wrong, with its place, in the order of the lines; ``faults``: what the
        server has found."""
        found = [*self.faults, *map(Fault.of, faults)]
        return [f"{self._place(one)}: {one.why}" for one in sorted(found, key=lambda f: f.line)]

    def _place(self, fault: Fault) -> str:
        if fault.column not in self.columns:
            return _("строка {line}").format(line=fault.line)
        number = self.columns.index(fault.column) + 1
        return _("строка {line}, столбец {number} ({name})").format(
            line=fault.line, number=number, name=fault.column
        )


def place(text: str) -> Path:
    """A file as it was typed. Raises EkcError for the home of nobody."""
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise EkcError(
            _("{file}: нет такой домашней папки.").format(file=text.strip()), _("Проверьте путь.")
        ) from error


def read(file: Path) -> Table:
    """Raises EkcError when there is no such file or its heading is none."""
    text = _text(file)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    try:
        table = Table(_heading(file, next(reader, [])))
    except csv.Error:
        return Table(faults=[_not_cells(1)])
    while True:
        begins = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return table
        except csv.Error:
            table.faults.append(_not_cells(begins))
            return table
        if not any(cells):
            continue
        if len(cells) != len(table.columns):
            why = _("ячеек {have}, а столбцов {columns}")
            cut = why.format(have=len(cells), columns=len(table.columns))
            table.faults.append(Fault(begins, "", cut))
            continue
        table.lines.append(AccountLine(line=begins, **dict(zip(table.columns, cells, strict=True))))


def _not_cells(line: int) -> Fault:
    why = _("на ячейки не делится: кавычки не закрыты, стоят посреди слова, или это не текст")
    return Fault(line, "", why)


def _heading(file: Path, cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip().lower() for cell in cells)
    strange = [name for name in names if name not in COLUMNS]
    if strange or len(set(names)) != len(names) or not set(_NEEDED) <= set(names):
        raise EkcError(
            _("{file}, строка 1: столбцы не те: {names}.").format(
                file=file, names=", ".join(names) or _("пусто")
            ),
            _("Нужны {needed}; могут быть {others}; через «;» или «,».").format(
                needed=", ".join(_NEEDED), others=", ".join(COLUMNS[2:])
            ),
        )
    return names


def _text(file: Path) -> str:
    """UTF-8, or the code page that was there before it (Windows-1251). Raises EkcError for a text
    that is in neither."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise EkcError(
                _("{file}: больше {most} байт.").format(file=file, most=MOST_BYTES),
                _("Разделите таблицу на части."),
            )
        raw = file.read_bytes()
    except OSError as error:
        raise EkcError(
            _("{file}: не читается ({why}).").format(file=file, why=error.strerror or error),
            _("Проверьте путь."),
        ) from error
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
