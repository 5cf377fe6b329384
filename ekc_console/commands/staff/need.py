"""``ekc staff need``: people for the calls of the days to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from math import isfinite
from pathlib import Path

import click

from ekc_console.commands.reports import output as way_out
from ekc_console.commands.reports.output import Format
from ekc_console.commands.shared.options import chosen_queues, config_option, read_config
from ekc_console.commands.staff import asked as asking
from ekc_console.commands.staff.words import began, notes, rests_on
from ekc_console.i18n import _
from ekc_console.reports.sheet import Cell, Column, Sheet
from ekc_console.staffing.plan import Half, Plan

_HALVES_IN_HOUR = 2


@click.command("need")
@config_option
@asking.period
@asking.aims
@way_out.options
def command(
    config_file: Path | None,
    period: str,
    queue: tuple[str, ...],
    form: Format,
    output: Path | None,
    **aims: str | None,
) -> None:
    """Показать, сколько людей нужно в каждый получас ПЕРИОДА, по формулам Эрланга.

    Вызовы — из прогноза, длительность и терпение — из журнала, цель — из настроек очередей;
    всё это можно назвать и самому.

    \b
    ekc staff need завтра
    ekc staff need --level 0.9 --within 30 --shrinkage 0.25 --format xlsx -o люди.xlsx
    """
    way_out.check(form, output)
    config = read_config(config_file)
    queues = chosen_queues(config, queue)
    plan = asking.worked_out(config, period, queues, **aims)
    way_out.put(sheet(plan, config.zone), form, output)


def sheet(plan: Plan, zone: tzinfo) -> Sheet:
    rows = [_row(half, plan, zone) for half in plan.halves if half.open]
    return Sheet(
        title=_("Сколько нужно людей"),
        columns=list(_columns(plan)),
        rows=rows,
        whole=_whole(plan),
        notes=[*_hours(plan), *rests_on(plan), *notes(plan)],
    )


def _columns(plan: Plan) -> Iterator[Column]:
    yield Column("from", _("Время"), _("Время"), None)
    yield Column("calls", _("Вызовов"), _("Вызовов"), "count")
    yield Column(
        "erlang_c",
        _("Людей на линии, если ждут все"),
        "Erlang C",
        "count",
        _("наименьшее, с которым цель достигнута, по M/M/c"),
    )
    if isfinite(plan.target.patience_s):
        yield Column(
            "erlang_a",
            _("Людей на линии, если часть не дождётся"),
            "Erlang A",
            "count",
            _("то же по M/M/c+M"),
        )
    yield Column(
        "on_shift",
        _("Людей на смене"),
        _("Смена"),
        "count",
        _("людей на линии / (1 − доля смены не на линии), вверх до целого"),
    )
    yield Column("level", _("Уровень обслуживания"), _("SL"), "share")
    yield Column("occupancy", _("Занятость"), _("Зан."), "share")


def _row(half: Half, plan: Plan, zone: tzinfo) -> list[Cell]:
    need = half.need
    by_a = [need.on_line] if isfinite(plan.target.patience_s) else []
    return [
        began(half, zone),
        half.calls,
        need.erlang_c,
        *by_a,
        need.on_shift,
        need.level,
        need.occupancy,
    ]


def _whole(plan: Plan) -> list[Cell]:
    blank = [""] * (len(list(_columns(plan))) - 2)
    return [_("Всего"), sum(half.calls for half in plan.halves), *blank]


def _hours(plan: Plan) -> Iterator[str]:
    if plan.halves:
        hours = sum(half.need.on_shift for half in plan.halves) / _HALVES_IN_HOUR
        most = max(half.need.on_shift for half in plan.halves)
        yield _("Человеко-часов смен: {hours:.0f}; больше всего сразу — {most}.").format(
            hours=hours, most=most
        )
