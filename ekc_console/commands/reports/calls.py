"""``ekc report calls``: the calls behind a report, one by one."""

from __future__ import annotations

import time
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ekc_console.commands.reports import asked as asking
from ekc_console.commands.reports import reading
from ekc_console.commands.reports.names import known, said, unknown
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.domain.terms.localtime import said as moment
from ekc_console.domain.terms.numbers import masked
from ekc_console.i18n import N_, _
from ekc_console.reports.files import OWNER_ONLY, Counted, written
from ekc_console.reports.formats import csv_lines
from ekc_console.reports.kinds import TITLES
from ekc_console.reports.sheet import Cell, Column
from ekc_console.reports.values import cell_text

if TYPE_CHECKING:
    from ekc_console.server.day.report_names import Known
    from ekc_console.server.store.figures.call_list import CallLine

_TEXTS = {
    "id": N_("Вызов"),
    "at": N_("Поступил"),
    "direction": TITLES["direction"],
    "number": N_("Номер"),
    "called": TITLES["called"],
    "trunk": TITLES["trunk"],
    "queue": TITLES["queue"],
    "topic": TITLES["topic"],
    "agent": TITLES["agent"],
    "outcome": TITLES["outcome"],
    "disposition": TITLES["disposition"],
}
_TIMES = {
    "wait": N_("Ожидание"),
    "talk": N_("Разговор"),
    "held": N_("Удержание"),
    "wrap_up": N_("Постобработка"),
}


@click.command("calls")
@config_option
@asking.which_calls
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Сколько последних показать на экране; в файл идут все.",
)
@reading.options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="В файл CSV; права на него только у владельца.",
)
def command(
    config_file: Path | None,
    limit: int,
    numbers: bool,
    why: str,
    output: Path | None,
    **given: Any,
) -> None:
    """Показать вызовы за ПЕРИОД, последние сверху, с теми же отборами, что у ekc report show.

    Номера звонящих скрыты. Что было с одним вызовом и почему — ekc explain с именем из первого
    столбца.

    \b
    ekc report calls вчера --queue vaccination --outcome abandoned_queue
    ekc report calls "прошлый месяц" --agent anna -o вызовы.csv
    """
    from ekc_console.commands.shared.tables import print_table
    from ekc_console.server.store.figures.call_list import calls

    config = read_config(config_file)
    asked = asking.read(time.time(), config.zone, **given)
    if numbers:
        reading.note(config, why)
    with reading.opened(config) as conn:
        names = known(config, conn)
        found = calls(conn, asked.span, asked.only)
        lines = (_cells(line, names, config.zone, numbers) for line in found)
        if output is not None:
            counted = Counted(lines)
            written(output, csv_lines(_columns(), counted), OWNER_ONLY)
            say(_("{file}: строк {rows}.").format(file=output, rows=counted.rows))
            return
        shown = list(islice(lines, limit + 1))
    columns = _columns()
    rows = [
        [cell_text(column.unit, cell) for column, cell in zip(columns, row, strict=True)]
        for row in shown
    ]
    print_table(
        [column.short for column in columns], rows[:limit], _("Таких вызовов за период не было.")
    )
    for text in unknown(names, asked):
        say(text)
    if len(shown) > limit:
        say(
            _("Есть и более ранние: показаны последние {limit}, больше — --limit.").format(
                limit=limit
            )
        )


def _columns() -> list[Column]:
    first, last = list(_TEXTS.items())[:-2], list(_TEXTS.items())[-2:]
    return [
        *(Column(name, _(text), _(text), None) for name, text in first),
        *(Column(name, _(text), _(text), "seconds") for name, text in _TIMES.items()),
        *(Column(name, _(text), _(text), None) for name, text in last),
    ]


def _cells(line: CallLine, names: Known, zone: tzinfo, numbers: bool) -> list[Cell]:
    return [
        line.id,
        moment(line.arrived_at, zone, "%d.%m.%Y %H:%M:%S"),
        said(names, "direction", line.direction),
        line.number if numbers else masked(line.number),
        line.called if numbers or line.direction == "in" else masked(line.called),
        line.trunk,
        *(
            said(names, by, key) if key else ""
            for by, key in (("queue", line.queue), ("topic", line.topic), ("agent", line.agent))
        ),
        line.wait_s,
        line.talk_s,
        line.held_s,
        line.wrap_up_s,
        said(names, "outcome", line.outcome),
        said(names, "disposition", line.disposition) if line.disposition else "",
    ]
