"""``ekc staff table``: people that are needed against people that are planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path

import click

from ekc_console.commands.reports import output as way_out
from ekc_console.commands.reports.output import Format
from ekc_console.commands.shared.options import chosen_queues, config_option, read_config
from ekc_console.commands.staff import asked as asking
from ekc_console.commands.staff.words import began, notes, rests_on
from ekc_console.i18n import _
from ekc_console.reports.sheet import Cell, Column, Sheet
from ekc_console.staffing.need import level_with, on_line_of
from ekc_console.staffing.plan import Half, Plan
from ekc_console.staffing.roster import Shift, on_shift

_HALVES_IN_HOUR = 2


@click.command("table")
@config_option
@asking.period
@asking.aims
@click.option("--lack", is_flag=True, help="Только получасы, где людей не хватает.")
@way_out.options
def command(
    config_file: Path | None,
    period: str,
    queue: tuple[str, ...],
    lack: bool,
    form: Format,
    output: Path | None,
    **aims: str | None,
) -> None:
    """Сверить график с потребностью: на каждый получас — сколько нужно, сколько есть, разница.

    Считаются все, кто стоит на смене (ekc staff roster), чьи бы очереди они ни принимали.

    \b
    ekc staff table "следующая неделя" --lack
    """
    way_out.check(form, output)
    config = read_config(config_file)
    queues = chosen_queues(config, queue)
    plan = asking.worked_out(config, period, queues, **aims)
    way_out.put(sheet(plan, asking.planned(config, plan), config.zone, lack), form, output)


def sheet(plan: Plan, shifts: Sequence[Shift], zone: tzinfo, lack: bool = False) -> Sheet:
    planned = on_shift([half.span for half in plan.halves], shifts)
    both = [
        (half, people)
        for half, people in zip(plan.halves, planned, strict=True)
        if half.open or people
    ]
    shown = [one for one in both if not lack or one[1] < one[0].need.on_shift]
    blank: list[Cell] = ["", "", "", ""]
    return Sheet(
        title=_("График и потребность"),
        columns=[
            Column("from", _("Время"), _("Время"), None),
            Column("calls", _("Вызовов"), _("Вызовов"), "count"),
            Column("need", _("Нужно на смене"), _("Нужно"), "count"),
            Column("planned", _("Стоит на смене"), _("Есть"), "count"),
            Column("difference", _("Лишние (+) и нехватка (−)"), "±", None),
            Column("level", _("Уровень обслуживания с теми, кто есть"), _("SL"), "share"),
        ],
        rows=[_row(half, people, plan, zone) for half, people in shown],
        whole=[_("Всего"), sum(half.calls for half in plan.halves), *blank],
        notes=[*_summed(both, shifts), *rests_on(plan), *notes(plan)],
    )


def _row(half: Half, people: int, plan: Plan, zone: tzinfo) -> list[Cell]:
    difference = people - half.need.on_shift
    on_line = on_line_of(people, plan.target.shrinkage)
    level = level_with(half.calls, on_line, plan.target) if plan.target.handling_s else None
    return [
        began(half, zone),
        half.calls,
        half.need.on_shift,
        people,
        f"{difference:+d}".replace("-", "−") if difference else "0",
        level,
    ]


def _summed(both: Sequence[tuple[Half, int]], shifts: Sequence[Shift]) -> Iterator[str]:
    lack = [half.need.on_shift - people for half, people in both]
    yield _("Не хватает человеко-часов: {lack:g}, лишних: {over:g}.").format(
        lack=sum(n for n in lack if n > 0) / _HALVES_IN_HOUR,
        over=-sum(n for n in lack if n < 0) / _HALVES_IN_HOUR,
    )
    if not any(shift.kind == "planned" for shift in shifts):
        yield _("На это время никто не стоит: ekc staff roster plan или import.")
