"""The access log for people and for programs. Times are those of the centre."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

import click
import msgspec

from ekc_console.commands.shared.remote import print_json
from ekc_console.domain.terms.localtime import local, said
from ekc_console.server.store.people.access_log import Access, Reading

READINGS: dict[Reading, str] = {
    "card": "карточка",
    "contacts": "поиск обращений",
    "persons": "поиск людей",
    "visits": "вызовы врача",
}
_COLUMNS = ("Когда", "Кто", "Что", "Карточка", "Показано")
_WIDEST = 10_000


class _Line(msgspec.Struct, frozen=True):
    at: str
    """ISO 8601 with the offset of the centre's zone."""
    login: str
    reading: str
    card: str
    found: int
    search: str


def print_lines(accesses: Sequence[Access], zone: tzinfo) -> None:
    """No cell is folded or cut, however wide the terminal: ids are copied from here."""
    from rich.console import Console
    from rich.table import Table

    if not accesses:
        click.echo("Чужого никто не читал.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=True)
    for one in accesses:
        at = said(one.at, zone, "%d.%m.%Y %H:%M:%S")
        table.add_row(at, one.login, READINGS[one.reading], one.card, str(one.found))
    Console(highlight=False, markup=False, width=_WIDEST).print(table)


def print_as_json(accesses: Sequence[Access], zone: tzinfo) -> None:
    print_json(_lines(accesses, zone))


def print_csv(accesses: Sequence[Access], zone: tzinfo) -> None:
    rows: list[tuple[Any, ...]] = [msgspec.structs.astuple(line) for line in _lines(accesses, zone)]
    csv.writer(sys.stdout, lineterminator="\n").writerows([_Line.__struct_fields__, *rows])


def _lines(accesses: Sequence[Access], zone: tzinfo) -> list[_Line]:
    return [
        _Line(
            at=local(one.at, zone).isoformat(timespec="seconds"),
            login=one.login,
            reading=one.reading,
            card=one.card,
            found=one.found,
            search=one.search,
        )
        for one in accesses
    ]
