"""Tables for the terminal in which an id, a number or a time is never broken."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Any

import click

GAP = 1
"""Columns between two cells."""
WIDEST = 1000
"""Columns where nobody looks."""
_PROSE = re.compile(r"[А-Яа-яЁё«»()—,.:;!?-]+")
"""What may be broken in an emergency: prose. Anything else is a name that somebody will copy."""


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], empty: str) -> None:
    """``empty`` is said when there are no rows. A row that finds no room in the terminal is
    written one value a line; in a file or a pipe a table may be as wide as it has to be."""
    from rich.console import Console
    from rich.table import Table

    if not rows:
        click.echo(empty)
        return
    cells = [[str(cell) for cell in row] for row in rows]
    room = Console().width if _in_sight() else WIDEST
    widths = _widths(columns, cells, room)
    if _total(widths) > room:
        click.echo("\n\n".join(_one_a_line(columns, row) for row in cells))
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0))
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, width=width, overflow="fold")
    for row in cells:
        table.add_row(*row)
    Console(width=room, highlight=False, markup=False).print(table, crop=False)


def _in_sight() -> bool:
    """On a terminal, or on what somebody has given a width."""
    return sys.stdout.isatty() or "COLUMNS" in os.environ


def _one_a_line(columns: Sequence[str], row: Sequence[str]) -> str:
    """The values there are, each after its heading."""
    width = max(map(len, columns))
    pairs = zip(columns, row, strict=True)
    return "\n".join(f"{heading:<{width}}  {value}" for heading, value in pairs if value)


def _widths(columns: Sequence[str], cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """As wide as the text while there is room; then lines end between words; then prose breaks."""
    texts = [[heading, *column] for heading, *column in zip(columns, *cells, strict=True)]
    widths = [max(map(len, column)) for column in texts]
    words = [max(map(_longest, column)) for column in texts]
    names = [max(_longest(head), *map(_longest_name, column)) for head, *column in texts]
    for least in (words, names):
        _narrow(widths, least, room)
    return widths


def _narrow(widths: list[int], least: Sequence[int], room: int) -> None:
    """The widest column first, and none below its ``least``."""
    while _total(widths) > room:
        spare = [width if width > low else 0 for width, low in zip(widths, least, strict=True)]
        if not any(spare):
            return
        widths[spare.index(max(spare))] -= 1


def _longest(text: str) -> int:
    return max(map(len, text.split()), default=1)


def _longest_name(text: str) -> int:
    """Of the words that are no prose."""
    return _longest(" ".join(word for word in text.split() if not _PROSE.fullmatch(word)))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)
