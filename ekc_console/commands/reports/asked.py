"""What a report is asked for on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, get_args

import click

from ekc_console.domain.insight.tally import BY_ID
from ekc_console.domain.terms.spans import Every
from ekc_console.server.day.report_asked import Wanted, wanted
from ekc_console.wire.day.report import ReportAsked

FILTERS: Mapping[str, str] = {
    "queue": "Очередь по имени в настройках",
    "topic": "Тема",
    "agent": "Логин оператора",
    "called": "Набранный номер",
    "trunk": "Линия связи: имя из trunks",
    "outcome": "Чем кончилось: answered, abandoned_queue, …",
    "clinic": "Клиника из справочника",
    "disposition": "Итог карточки",
}


def options(command: Callable[..., None]) -> Callable[..., None]:
    """The period, what to tell apart by, filters and figures: keyword arguments for ``read``."""
    command = click.option(
        "--figures",
        metavar="ИМЯ,ИМЯ",
        help="Какие показатели и в каком порядке; all — все. Имена — ekc report formulas.",
    )(command)
    command = click.option(
        "--against",
        type=click.Choice(["before", "year"]),
        help="Рядом — как было: before — за такое же время перед тем, year — год назад.",
    )(command)
    command = parts(command)
    command = click.option(
        "--by",
        type=click.Choice([*FILTERS, "direction", "team"]),
        help="Строка на каждое значение.",
    )(command)
    return which_calls(command)


def parts(command: Callable[..., None]) -> Callable[..., None]:
    """Into which the period is cut."""
    return click.option(
        "--every", type=click.Choice(get_args(Every)), help="Строка на каждую часть периода."
    )(command)


def period(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("period", default="сегодня", metavar="[ПЕРИОД]")(command)


def which_calls(command: Callable[..., None]) -> Callable[..., None]:
    """The period and the filters alone."""
    for name, text in reversed(list(FILTERS.items())):
        command = click.option(
            f"--{name}", multiple=True, metavar="ЗНАЧЕНИЕ", help=f"{text}. Можно несколько раз."
        )(command)
    command = click.option(
        "--direction", type=click.Choice(["in", "out"]), help="Только входящие или исходящие."
    )(command)
    return period(command)


def read(
    now: float,
    zone: tzinfo,
    *,
    period: str,
    direction: str | None = None,
    every: Every | None = None,
    by: Any = None,
    figures: str | None = None,
    against: Any = None,
    **filters: tuple[str, ...],
) -> Wanted:
    """Raises EkcError."""
    only = {name: wanted for name, wanted in filters.items() if wanted}
    if direction:
        only["direction"] = (direction,)
    asked = ReportAsked(
        period=period,
        every=every,
        by=by,
        only=only,
        figures=_figures(figures),
        against=against or "",
    )
    return wanted(asked, now, zone)


def _figures(names: str | None) -> tuple[str, ...]:
    if names == "all":
        return tuple(BY_ID)
    return () if names is None else tuple(name.strip() for name in names.split(","))
