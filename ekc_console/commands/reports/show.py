"""``ekc report show``: figures of a period by what they are asked for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

import click

from ekc_console.commands.reports import asked as asking
from ekc_console.commands.reports.files import written
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.i18n import _

Format = Literal["table", "csv", "json", "xlsx"]


@click.command("show")
@config_option
@asking.options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "xlsx"]),
    default="table",
    show_default=True,
    help="csv и xlsx — для таблиц, json — для программ.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="В файл, а не на экран. Для xlsx обязательно.",
)
def command(config_file: Path | None, form: Format, output: Path | None, **given: Any) -> None:
    """Показать показатели за ПЕРИОД: целиком, по частям и по тому, чем вызовы различаются.

    ПЕРИОД: сегодня, вчера, неделя, прошлая неделя, месяц, прошлый месяц, год, 2026, 2026-11,
    28.11.2026 или 01.11.2026..28.11.2026. Вызов относится к тому времени, когда он поступил.
    Можно при работающем сервере.

    \b
    ekc report show "прошлый месяц" --by queue
    ekc report show вчера --every half_hour --queue doctor
    ekc report show 2026 --every month --format xlsx -o год.xlsx
    """
    from rich.console import Console

    from ekc_console.commands.reports import formats
    from ekc_console.commands.reports.build import sheet
    from ekc_console.server.store.base import read_only

    if output is None and form == "xlsx":
        raise click.UsageError(_("Для xlsx назовите файл: -o ОТЧЁТ.xlsx."))
    if output is not None and form == "table":
        raise click.UsageError(_("Таблица — для экрана. Для файла выберите csv, json или xlsx."))
    config = read_config(config_file)
    asked = asking.read(time.time(), config.zone, **given)
    with read_only.opened(config.database_file) as conn:
        made = sheet(config, conn, asked)
    if form == "table":
        formats.for_terminal(made, Console().width)
        return
    content = formats.WRITERS[form](made)
    if output is None:
        click.echo(content, nl=False)
        return
    written(output, [content])
    say(_("{file}: строк {rows}.").format(file=output, rows=len(made.rows)))
