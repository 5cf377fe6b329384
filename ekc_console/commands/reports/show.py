"""``ekc report show``: figures of a period by what they are asked for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ekc_console.commands.reports import asked as asking
from ekc_console.commands.reports import output as way_out
from ekc_console.commands.reports.output import Format
from ekc_console.commands.reports.reading import opened
from ekc_console.commands.shared.options import config_option, read_config


@click.command("show")
@config_option
@asking.options
@way_out.options
def command(config_file: Path | None, form: Format, output: Path | None, **given: Any) -> None:
    """Показать показатели за ПЕРИОД: целиком, по частям и по тому, чем вызовы различаются.

    ПЕРИОД: сегодня, вчера, неделя, прошлая неделя, месяц, прошлый месяц, год, 2026, 2026-11,
    28.11.2026 или 01.11.2026..28.11.2026. Вызов относится к тому времени, когда он поступил.
    Можно при работающем сервере.

    \b
    ekc report show "прошлый месяц" --by queue
    ekc report show вчера --every half_hour --queue vaccination
    ekc report show 2026 --every month --format xlsx -o год.xlsx
    """
    from ekc_console.commands.reports.build import sheet

    way_out.check(form, output)
    config = read_config(config_file)
    asked = asking.read(time.time(), config.zone, **given)
    with opened(config) as conn:
        made = sheet(config, conn, asked)
    way_out.put(made, form, output)
