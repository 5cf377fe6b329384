"""What a report is asked for on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any, get_args

import click

from ekc_console.client.words.reports import periods
from ekc_console.client.words.reports.periods import Period
from ekc_console.domain.insight.tally import BY_ID, FIGURES, Figure
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.domain.terms.spans import Every, Span
from ekc_console.errors import EkcError
from ekc_console.i18n import _

USUAL = (
    "offered", "answered", "abandoned", "short_abandoned", "level", "asa", "longest_wait", "aht",
    "outgoing",
)  # fmt: skip
"""The figures of a report that names none."""
FILTERS: Mapping[str, str] = {
    "queue": "Очередь по имени в настройках",
    "topic": "Тема",
    "agent": "Логин оператора",
    "called": "Набранный номер",
    "outcome": "Чем кончилось: answered, abandoned_queue, …",
    "clinic": "Клиника из справочника",
    "disposition": "Итог карточки",
}


@dataclass(frozen=True, slots=True)
class Asked:
    span: Span
    """Up to now at the latest."""
    period: Period
    every: Every | None
    by: str | None
    only: Mapping[str, Sequence[str]]
    figures: tuple[Figure, ...]


def options(command: Callable[..., None]) -> Callable[..., None]:
    """The period, what to tell apart by, filters and figures: keyword arguments for ``read``."""
    command = click.option(
        "--figures",
        metavar="ИМЯ,ИМЯ",
        help="Какие показатели и в каком порядке; all — все. Имена — ekc report formulas.",
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
    by: str | None = None,
    figures: str | None = None,
    **filters: tuple[str, ...],
) -> Asked:
    """Raises EkcError."""
    days = periods.read(period, day_of(now, zone))
    until = start_of(days.last + timedelta(days=1), zone)
    only: dict[str, Sequence[str]] = {name: wanted for name, wanted in filters.items() if wanted}
    if direction:
        only["direction"] = (direction,)
    span = Span(start_of(days.first, zone), min(until, now))
    return Asked(span, days, every, by, only, _figures(figures))


def _figures(names: str | None) -> tuple[Figure, ...]:
    if names == "all":
        return FIGURES
    wanted: Any = USUAL if names is None else [name.strip() for name in names.split(",")]
    if unknown := [name for name in wanted if name not in BY_ID]:
        raise EkcError(
            _("Показателя «{name}» нет.").format(name=unknown[0]),
            _("Есть: {names}.").format(names=", ".join(BY_ID)),
        )
    return tuple(BY_ID[name] for name in dict.fromkeys(wanted))
