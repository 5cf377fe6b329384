"""``ekc report queue-log``: calls of queues for tools that read Asterisk's queue_log."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ekc_console.commands.reports import asked as asking
from ekc_console.commands.reports import reading
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.domain.terms.numbers import masked
from ekc_console.i18n import _
from ekc_console.reports.files import OWNER_ONLY, Counted, written


@click.command("queue-log")
@config_option
@asking.period
@reading.options
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="В этот файл; права на него только у владельца.",
)
def command(config_file: Path | None, numbers: bool, why: str, output: Path, **given: Any) -> None:
    """Выгрузить вызовы очередей за ПЕРИОД в формате queue_log Asterisk.

    Его читают QueueMetrics, Asternic и другие. События: ENTERQUEUE, CONNECT, COMPLETECALLER,
    COMPLETEAGENT, ABANDON, EXITWITHTIMEOUT, RINGNOANSWER, RINGCANCELED. Номера звонящих скрыты.
    """
    from ekc_console.server.store.figures.queue_log import lines

    config = read_config(config_file)
    asked = asking.read(time.time(), config.zone, **given)
    if numbers:
        reading.note(config, why)
    with reading.opened(config) as conn:
        counted = Counted(lines(conn, asked.span, str if numbers else masked))
        written(output, (f"{line}\n".encode() for line in counted), OWNER_ONLY)
    say(_("{file}: строк {rows}.").format(file=output, rows=counted.rows))
