"""A sheet for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.i18n import _
from ekc_console.reports.sheet import Sheet
from ekc_console.reports.values import cell_text

FRAME, GAP = 1, 2
"""Columns of the terminal beside all cells, and beside each of them."""


def for_terminal(sheet: Sheet, width: int) -> None:
    """Print it; columns that find no room are named below, with how to see them."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    shown = _fitting(sheet, width)
    table = Table(
        title=sheet.title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for n in shown:
        column = sheet.columns[n]
        table.add_column(
            column.short,
            justify="left" if column.unit is None else "right",
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in sheet.all_rows:
        table.add_row(*(cell_text(sheet.columns[n].unit, row[n]) for n in shown))
    if len(sheet.rows) > 1:
        table.rows[-2].end_section = True
        table.rows[-1].style = "bold"
    console = Console(highlight=False, markup=False, width=width)
    console.print(table)
    for text in (*sheet.notes, *_explained(sheet, shown)):
        console.print(text)


def _fitting(sheet: Sheet, width: int) -> list[int]:
    """Columns from the left as far as the width goes; the names always, as wide as they are."""
    shown, used = [], FRAME
    for n, column in enumerate(sheet.columns):
        used += GAP + max(
            map(len, [column.short, *(cell_text(column.unit, row[n]) for row in sheet.all_rows)])
        )
        if column.unit is not None and used > width:
            break
        shown.append(n)
    return shown


def _explained(sheet: Sheet, shown: Sequence[int]) -> list[str]:
    """Formulas of the columns that are in sight, and which are not."""
    texts = [
        f"{column.short} — {column.title.lower()}: {column.formula}."
        for column in (sheet.columns[n] for n in shown)
        if column.formula
    ]
    if left := [column.title for column in sheet.columns[len(shown) :]]:
        texts.append(
            _("Не поместилось: {columns}. Расширьте окно или выгрузите: --format csv.").format(
                columns=", ".join(left)
            )
        )
    return texts
