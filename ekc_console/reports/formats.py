"""A sheet for programs: CSV, JSON, XLSX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ekc_console.i18n import _
from ekc_console.reports.csv_cells import harmless
from ekc_console.reports.sheet import Cell, Column, Sheet


def as_csv(sheet: Sheet) -> bytes:
    """See ``csv_lines``; warnings stand in the last rows."""
    rows = [*sheet.all_rows, *([warning] for warning in sheet.warnings)]
    return b"".join(csv_lines(sheet.columns, rows))


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """As spreadsheets of this country read it: BOM, semicolons, decimal commas; seconds as seconds,
    shares as 0 … 1; an empty cell where there is nothing to count. Takes ``rows`` one by one."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(harmless(_headed(column)) for column in columns)
    yield text.getvalue().encode("utf-8-sig")
    for row in rows:
        text.seek(0)
        text.truncate()
        writer.writerow(map(_csv_cell, row))
        yield text.getvalue().encode()


def _headed(column: Column) -> str:
    if column.unit == "seconds":
        return _("{title}, с").format(title=column.title)
    return column.title


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else _number(cell).replace(".", ",")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def as_json(sheet: Sheet) -> bytes:
    """Names of the columns are the figures' ids; shares 0 … 1, durations in seconds, null where
    there is nothing to count; ``since`` is the begin of a part, ISO 8601."""

    def row(cells: Sequence[Cell]) -> dict[str, Cell]:
        return {column.id: cell for column, cell in zip(sheet.columns, cells, strict=True)}

    rows = [row(cells) for cells in sheet.rows]
    if sheet.begins:
        rows = [{"since": at, **cells} for at, cells in zip(sheet.begins, rows, strict=True)]
    document = {
        "title": sheet.title,
        "rows": rows,
        "whole": row(sheet.whole),
        "formulas": {column.id: column.formula for column in sheet.columns if column.formula},
        "notes": list(sheet.notes),
        "warnings": list(sheet.warnings),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_xlsx(sheet: Sheet) -> bytes:
    """A sheet of figures, and one that explains how each is counted."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        units = {
            "share": book.add_format({"num_format": "0.0%"}),
            "seconds": book.add_format({"num_format": "[h]:mm:ss"}),
            "count": book.add_format({"num_format": "0"}),
        }
        page = book.add_worksheet(_("Отчёт"))
        page.write_string(0, 0, sheet.title, bold)
        page.write_string(1, 0, " ".join(sheet.warnings))
        for n, column in enumerate(sheet.columns):
            page.write_string(2, n, column.title, bold)
            page.set_column(n, n, 24 if column.unit is None else max(12, len(column.title)))
        for y, cells in enumerate(sheet.all_rows, start=3):
            for x, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
                if isinstance(cell, str):
                    page.write_string(y, x, cell)
                elif cell is not None:
                    value = cell / 86_400 if column.unit == "seconds" else cell
                    page.write_number(y, x, value, units[column.unit or "count"])
        page.freeze_panes(3, sum(column.unit is None for column in sheet.columns))
        if sheet.rows:
            page.autofilter(2, 0, 2 + len(sheet.rows), len(sheet.columns) - 1)
        told = book.add_worksheet(_("Как считается"))
        told.set_column(0, 0, 34)
        told.set_column(1, 1, 90)
        lines = [(column.title, column.formula) for column in sheet.columns if column.formula]
        for y, (title, formula) in enumerate([*lines, *(("", note) for note in sheet.notes)]):
            told.write_string(y, 0, title, bold)
            told.write_string(y, 1, formula)
    return content.getvalue()


WRITERS: Mapping[str, Callable[[Sheet], bytes]] = {"csv": as_csv, "json": as_json, "xlsx": as_xlsx}
