"""Where a report goes: to the screen, or to a file for tables and programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import click

from ekc_console.commands.shared.options import say
from ekc_console.i18n import _
from ekc_console.reports import formats
from ekc_console.reports.files import written
from ekc_console.reports.sheet import Sheet

Format = Literal["table", "csv", "json", "xlsx"]


def options(command: Callable[..., None]) -> Callable[..., None]:
    """``form`` and ``output`` for ``check`` and ``put``."""
    command = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="В файл, а не на экран. Для xlsx обязательно.",
    )(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json", "xlsx"]),
        default="table",
        show_default=True,
        help="csv и xlsx — для таблиц, json — для программ.",
    )(command)


def check(form: Format, output: Path | None) -> None:
    """Before anything is read. Raises UsageError."""
    if output is None and form == "xlsx":
        raise click.UsageError(_("Для xlsx назовите файл: -o ОТЧЁТ.xlsx."))
    if output is not None and form == "table":
        raise click.UsageError(_("Таблица — для экрана. Для файла выберите csv, json или xlsx."))


def put(sheet: Sheet, form: Format, output: Path | None) -> None:
    """Raises EkcError."""
    from rich.console import Console

    from ekc_console.commands.reports import terminal

    if form == "table":
        terminal.for_terminal(sheet, Console().width)
        return
    content = formats.WRITERS[form](sheet)
    if output is None:
        click.echo(content, nl=False)
        return
    written(output, [content])
    say(_("{file}: строк {rows}.").format(file=output, rows=len(sheet.rows)))
