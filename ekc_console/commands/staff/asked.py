"""What a plan of staff is asked for on the command line, and how it is worked out there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from ekc_console.commands.reports.reading import opened
from ekc_console.commands.staff import words
from ekc_console.config import Config, centre_settings
from ekc_console.domain.terms.localtime import day_of
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import _
from ekc_console.reports import ahead
from ekc_console.server.calls import calendar
from ekc_console.server.day import foresight
from ekc_console.server.store.people import roster
from ekc_console.staffing.need import MOST
from ekc_console.staffing.plan import Aim, Plan
from ekc_console.staffing.roster import Shift


def period(command: Callable[..., None]) -> Callable[..., None]:
    """``period`` and ``queue``."""
    return _asked(command, ahead.NEXT_WEEK)


def day(command: Callable[..., None]) -> Callable[..., None]:
    """The same; tomorrow, where nothing is said."""
    return _asked(command, ahead.TOMORROW)


def _asked(command: Callable[..., None], usual: str) -> Callable[..., None]:
    command = click.option(
        "--queue",
        multiple=True,
        metavar="ОЧЕРЕДЬ",
        help="Только эта очередь. Можно несколько раз; без ключа — все.",
    )(command)
    return click.argument("period", default=usual, metavar="[ПЕРИОД]")(command)


def aims(command: Callable[..., None]) -> Callable[..., None]:
    """``level``, ``within``, ``handling``, ``patience``, ``shrinkage`` and ``occupancy``."""
    for name, text in reversed(
        (
            ("level", "Цель, доля 0…1; без ключа — level_target очередей."),
            ("within", "За сколько секунд ответить; без ключа — service_level_s очередей."),
            ("handling", "Вызов с обработкой, с; без ключа — среднее последних восьми недель."),
            ("patience", "Терпение, с, или none; без ключа — каким было эти недели."),
            ("shrinkage", "Доля смены не на линии, 0…0.9; без ключа — из настроек."),
            ("occupancy", "Наибольшая занятость, 0.1…1; без ключа — из настроек."),
        )
    ):
        command = click.option(f"--{name}", metavar="ЧИСЛО", help=text)(command)
    return command


def aim(
    config: Config,
    queues: Sequence[QueueSettings],
    level: str | None = None,
    within: str | None = None,
    handling: str | None = None,
    patience: str | None = None,
    shrinkage: str | None = None,
    occupancy: str | None = None,
) -> Aim:
    """Of several queues the strictest. Raises EkcError that names the option."""
    staffing = config.staffing
    return Aim(
        level=_number("--level", level, 0.01, 0.999) or max(queue.level_target for queue in queues),
        within_s=_number("--within", within, 0, 3600)
        if within is not None
        else min(queue.service_level_s for queue in queues),
        shrinkage=_number("--shrinkage", shrinkage, 0, 0.9)
        if shrinkage is not None
        else staffing.shrinkage,
        occupancy=_number("--occupancy", occupancy, 0.1, 1) or staffing.max_occupancy,
        handling_s=_number("--handling", handling, 1, 7200) if handling is not None else None,
        patience_s=None
        if patience is None
        else math.inf
        if patience == "none"
        else _number("--patience", patience, 1, 7200),
    )


def _number(option: str, text: str | None, least: float, most: float) -> float:
    """0 of none. Raises EkcError."""
    if text is None:
        return 0.0
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise EkcError(
            _("{option}: «{text}» не подходит.").format(option=option, text=quoted(text)),
            _("Укажите число от {least:g} до {most:g}.").format(least=least, most=most),
        )
    return value


def worked_out(
    config: Config, text: str, queues: Sequence[QueueSettings], **aims: str | None
) -> Plan:
    """With the progress on stderr; ``aims`` as typed. Raises EkcError."""
    zone, wanted = config.zone, aim(config, queues, **aims)
    today = day_of(time.time(), zone)
    first, last = ahead.read(text, today, foresight.MOST_DAYS)
    asked = foresight.wanted(
        queues,
        centre_settings(config).schedules,
        calendar.days,
        today=today,
        first=first,
        last=last,
        zone=zone,
        aim=wanted,
    )
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with (
        opened(config) as conn,
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
    ):
        task = progress.add_task(_("Прогноз"), total=1.0)
        try:
            plan = foresight.foreseen(
                conn, asked, lambda done: progress.update(task, completed=done)
            )
        except ValueError as error:
            raise EkcError(
                _("Столько людей не бывает: нужно больше {most}.").format(most=MOST),
                _("Проверьте --handling, --level и --within."),
            ) from error
    if not plan.halves:
        raise EkcError(_("Прогноза пока нет."), " ".join(words.of_queues(plan)))
    return plan


def planned(config: Config, plan: Plan) -> list[Shift]:
    """Of the roster, in the time of the plan."""
    with opened(config) as conn:
        kept = roster.between(conn, plan.halves[0].span.since, plan.halves[-1].span.until)
        return [one.shift for one in kept]
