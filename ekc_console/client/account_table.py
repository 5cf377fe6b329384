"""A table of accounts (CSV) read, as spreadsheets save it: lines of cells, or what is wrong with
them. What the cells may say is known to the server."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ekc_console.client.words.saying import parts
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.reports import csv_text
from ekc_console.wire.admin.account_work import AccountLine, LineFault

COLUMNS = ("login", "name", "role", "queues", "skills", "until", "clinics", "teams")
_NEEDED = ("login", "name")


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
    text = csv_text.decoded(file, csv_text.content(file))
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
