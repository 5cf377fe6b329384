"""``ekc staff forecast``: calls of the days to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from pathlib import Path
from typing import Literal

import click

from ekc_console.commands.reports import output as way_out
from ekc_console.commands.reports.output import Format
from ekc_console.commands.shared.options import chosen_queues, config_option, read_config
from ekc_console.commands.staff import asked as asking
from ekc_console.commands.staff.words import began, notes
from ekc_console.domain.terms.localtime import day_of
from ekc_console.i18n import _
from ekc_console.reports.sheet import Cell, Column, Sheet
from ekc_console.staffing.plan import Half, Plan

Every = Literal["day", "half_hour"]
_DAY = "%d.%m.%Y"


@click.command("forecast")
@config_option
@asking.period
@click.option(
    "--every",
    type=click.Choice(["day", "half_hour"]),
    default="day",
    show_default=True,
    help="Строка на каждый день или получас.",
)
@way_out.options
def command(
    config_file: Path | None,
    period: str,
    queue: tuple[str, ...],
    every: Every,
    form: Format,
    output: Path | None,
) -> None:
    """Показать, сколько вызовов ждать за ПЕРИОД, по очередям; рядом — ошибка на прошлых неделях.

    ПЕРИОД: завтра, следующая неделя (без него), следующий месяц, 2026-12, 07.12.2026 или
    07.12.2026..13.12.2026. Можно при работающем сервере.

    \b
    ekc staff forecast
    ekc staff forecast завтра --every half_hour --queue vaccination
    """
    way_out.check(form, output)
    config = read_config(config_file)
    queues = chosen_queues(config, queue)
    plan = asking.worked_out(config, period, queues)
    way_out.put(sheet(plan, every, config.zone), form, output)


def sheet(plan: Plan, every: Every, zone: tzinfo) -> Sheet:
    shown = [n for n, one in enumerate(plan.queues) if one.known_days]
    single = len(shown) == 1
    queues = [plan.queues[n].queue for n in shown]
    named = [Column(queue.id, queue.title, queue.title, "count") for queue in queues]
    whole = [] if single else [Column("calls", _("Всего"), _("Всего"), "count")]
    return Sheet(
        title=_("Прогноз вызовов"),
        columns=[Column("from", _("Время"), _("Время"), None), *whole, *named],
        rows=[
            [begin, *_cells(halves, shown)] for begin, halves in _parts(plan.halves, every, zone)
        ],
        whole=[_("Всего"), *_cells(plan.halves, shown)],
        notes=list(notes(plan)),
    )


def _parts(
    halves: Sequence[Half], every: Every, zone: tzinfo
) -> Iterator[tuple[str, Sequence[Half]]]:
    """Without the half-hours in which everything is closed."""
    if every == "half_hour":
        yield from ((began(h, zone), [h]) for h in halves if h.open)
        return
    for day, found in groupby(halves, lambda h: day_of(h.span.since, zone)):
        yield day.strftime(_DAY), list(found)


def _cells(halves: Sequence[Half], shown: Sequence[int]) -> list[Cell]:
    by_queue: list[Cell] = [_sum([half.by_queue[n] for half in halves]) for n in shown]
    return by_queue if len(shown) == 1 else [sum(half.calls for half in halves), *by_queue]


def _sum(calls: Sequence[float | None]) -> float | None:
    known = [count for count in calls if count is not None]
    return sum(known) if known else None
