"""Entries of the audit trail for people and for programs. Times are those of the centre."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import IO

import click
import msgspec

from ekc_console.client.words.audit import ACTIONS
from ekc_console.domain.terms.localtime import local, said
from ekc_console.reports.csv_cells import harmless
from ekc_console.server.store.audit.entries import Kept

_COLUMNS = ("№", "Когда", "Кто", "Что", "О чём", "Показано", "Причина")
_WIDEST = 10_000


class _Line(msgspec.Struct, frozen=True):
    seq: int
    at: str
    """ISO 8601 with the offset of the centre's zone."""
    who: str
    action: str
    about: str
    search: str
    found: int
    reason: str
    seal: str


def print_lines(kept: Sequence[Kept], zone: tzinfo) -> None:
    """No cell is folded or cut, however wide the terminal: ids are copied from here."""
    from rich.console import Console
    from rich.table import Table

    if not kept:
        click.echo("Таких записей нет.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=True)
    for one in kept:
        at = said(one.at, zone, "%d.%m.%Y %H:%M:%S")
        what = ACTIONS.get(one.action, one.action)
        table.add_row(str(one.seq), at, one.who, what, one.about, str(one.found), one.reason)
    Console(highlight=False, markup=False, width=_WIDEST).print(table)


def write_json(kept: Iterable[Kept], zone: tzinfo, file: IO[str]) -> int:
    """An array, a line an entry; returns how many."""
    count = 0
    for count, one in enumerate(kept, start=1):
        file.write("[\n" if count == 1 else ",\n")
        file.write(msgspec.json.encode(_line(one, zone)).decode())
    file.write("\n]\n" if count else "[]\n")
    return count


def write_csv(kept: Iterable[Kept], zone: tzinfo, file: IO[str]) -> int:
    """As spreadsheets of this country read it: BOM, semicolons. Returns how many entries."""
    file.write("\ufeff")
    writer, count = csv.writer(file, delimiter=";", lineterminator="\r\n"), 0
    writer.writerow(_Line.__struct_fields__)
    for one in kept:
        writer.writerow(
            harmless(cell) if isinstance(cell, str) else cell
            for cell in msgspec.structs.astuple(_line(one, zone))
        )
        count += 1
    return count


def _line(one: Kept, zone: tzinfo) -> _Line:
    return _Line(
        seq=one.seq,
        at=local(one.at, zone).isoformat(timespec="milliseconds"),
        who=one.who,
        action=one.action,
        about=one.about,
        search=one.search,
        found=one.found,
        reason=one.reason,
        seal=one.seal,
    )
