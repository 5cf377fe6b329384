"""What a plan rests on, in words: the way that was taken, its error, what was not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from math import isfinite

from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import N_, _
from ekc_console.reports.values import share
from ekc_console.staffing import smoothing
from ekc_console.staffing.forecast import LEAST_DAYS, Error, Forecast, Method
from ekc_console.staffing.plan import Foreseen, Half, Plan
from ekc_console.staffing.smoothing import LEAST_DAYS as LEAST_SMOOTHED

MOST_GAPS = 5
"""Days that are named one by one."""
WAYS: dict[Method, str] = {
    "mean": N_("среднее тех же получасов"),
    "smoothing": N_("сглаживание Холта — Винтерса"),
}


def began(half: Half, zone: tzinfo) -> str:
    return said(half.span.since, zone, "%d.%m.%Y %H:%M")


def of_queues(plan: Plan) -> Iterator[str]:
    for one in plan.queues:
        if one.known_days:
            yield of_queue(one)
    if silent := [one.queue.title for one in plan.queues if not one.known_days]:
        yield _("Целых дней с вызовами в журнале нет: {queues}.").format(queues=", ".join(silent))


def notes(plan: Plan) -> Iterator[str]:
    yield from of_queues(plan)
    if plan.gaps:
        days = ", ".join(f"{day:%d.%m}" for day in plan.gaps[:MOST_GAPS])
        more = len(plan.gaps) - MOST_GAPS
        text = _("Вызовы не записывались, не в счёт: {days}.")
        if more > 0:
            text = _("Вызовы не записывались, не в счёт: {days} и ещё {more}.")
        yield text.format(days=days, more=more)
    known = [one.found for one in plan.queues if one.found is not None]
    if known and not any(found.off_days for found in known):
        yield _("Праздников в журнале ещё не было: праздник посчитан как воскресенье.")
    if not smoothing.available():
        yield _(
            "Сглаживания нет: pip install ekc-console[staffing] — оно замечает рост и спад,"
            " которых среднее не видит."
        )


def of_queue(one: Foreseen) -> str:
    title = one.queue.title
    if one.found is None:
        return _(
            "{title}: прогноза нет — дней с вызовами в журнале {days}, нужно хотя бы {least}."
        ).format(title=title, days=one.known_days, least=LEAST_DAYS)
    way = _(WAYS[one.found.used])
    if not one.found.errors:
        return _("{title}: {way}; проверить не на чем — дней в журнале {days}.").format(
            title=title, way=way, days=one.known_days
        )
    return f"{title}: {way}; {_errors(one.found)}."


def _errors(found: Forecast) -> str:
    used = _error(found.errors[found.used])
    said = _("ошибка {error}, недель проверки {weeks}").format(error=used, weeks=found.held_out)
    others = [
        _("{way} — {error}").format(way=_(WAYS[way]), error=_error(error))
        for way, error in found.errors.items()
        if way != found.used
    ]
    if not others and smoothing.available() and found.known_days < LEAST_SMOOTHED + 7:
        others = [_("сглаживанию нужно больше недель")]
    return "; ".join([said, *others])


def _error(error: Error) -> str:
    return _("{wape} (WAPE), {mae:.1f} вызова на получас (MAE)").format(
        wape=share(error.wape), mae=error.mae
    )


def rests_on(plan: Plan) -> Iterator[str]:
    """What people were counted from."""
    target = plan.target
    yield _(
        "Цель: {level} за {within:g} с; вызов с обработкой {handling:.0f} с; терпение {patience};"
        " не на линии {shrinkage}; занятость не больше {occupancy}."
    ).format(
        level=share(target.level),
        within=target.within_s,
        handling=target.handling_s,
        patience=_("{seconds:.0f} с").format(seconds=target.patience_s)
        if isfinite(target.patience_s)
        else _("не известно (Erlang C)"),
        shrinkage=share(target.shrinkage),
        occupancy=share(target.occupancy),
    )
    if not target.handling_s:
        yield _("Сколько длится вызов, из журнала не видно: назовите сами, --handling 240.")
    if len(plan.queues) > 1:
        yield _("Очереди посчитаны вместе: каждый принимает вызовы всех. Порознь — --queue.")
