"""Where a report goes: to the screen, or to a file for tables and programs."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, Literal, TypeVar

import click

from ekc_console.commands.reports.sheet import Sheet
from ekc_console.commands.shared.options import say
from ekc_console.errors import EkcError
from ekc_console.i18n import _

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

    from ekc_console.commands.reports import formats

    if form == "table":
        formats.for_terminal(sheet, Console().width)
        return
    content = formats.WRITERS[form](sheet)
    if output is None:
        click.echo(content, nl=False)
        return
    written(output, [content])
    say(_("{file}: строк {rows}.").format(file=output, rows=len(sheet.rows)))


# -- files ---------------------------------------------------------------------

T = TypeVar("T")
OWNER_ONLY = 0o600


class Counted(Generic[T]):
    """Rows, counted as they go by."""

    def __init__(self, rows: Iterable[T]) -> None:
        self._of = rows
        self.rows = 0

    def __iter__(self) -> Iterator[T]:
        for row in self._of:
            self.rows += 1
            yield row


def written(file: Path, content: Iterable[bytes], mode: int = 0o666) -> None:
    """All of it or nothing, taken piece by piece; into a pipe or a device as it comes. ``mode``:
    of a new file, less what the user's mask takes away; one that is there keeps its own, less what
    ``mode`` does not give. Raises EkcError, and what ``content`` raises."""
    try:
        target = file.resolve()
        if target.exists() and not target.is_file():
            with target.open("wb") as way:
                way.writelines(content)
        else:
            _replaced(target, content, mode)
    except OSError as error:
        raise EkcError(
            _("{file}: файл не записан ({why}).").format(file=file, why=error.strerror),
            _("Выберите другой или освободите место."),
        ) from error


def _replaced(file: Path, content: Iterable[bytes], mode: int) -> None:
    kept = stat.S_IMODE(file.stat().st_mode) if file.exists() else None
    beside = file.with_name(f".{file.name}.part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as target:
            target.writelines(content)
        if kept is not None:
            beside.chmod(kept & mode)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
