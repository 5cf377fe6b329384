"""``ekc workplace``: what consoles there are, and how their lines sound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from ekc_console.commands.shared.remote import (
    CentreClock,
    ask,
    centre_clock,
    connection,
    json_option,
    print_json,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.wire.admin.workplace_work import (
    KEPT_DAYS,
    USUAL_DAYS,
    LineSums,
    ListWorkplaces,
    Workplace,
    Workplaces,
)

DOCTOR = {"": N_("не было"), "ok": N_("в порядке"), "warning": N_("замечания"), "fault": N_("сбой")}
_NONE = N_("Ни одна консоль ещё не рассказала о себе: это происходит при входе.")
days_option = click.option(
    "--days",
    type=click.IntRange(1, KEPT_DAYS),
    default=USUAL_DAYS,
    show_default=True,
    help="За сколько дней показать линию.",
)


@click.group("workplace")
def command() -> None:
    """Рабочие места: какие консоли есть, их версии, проверки и качество линии."""


@command.command("list")
@click.option("--outdated", is_flag=True, help="Только те, которым пора обновиться.")
@days_option
@json_option
@connection
def list_(outdated: bool, days: int, as_json: bool, **server: Any) -> None:
    """Показать все рабочие места."""
    told = ask(ListWorkplaces(days=days), Workplaces, **server)
    places = [one for one in told.workplaces if one.outdated or not outdated]
    if as_json:
        print_json(places)
        return
    clock = centre_clock(**server)
    rows = [
        (
            one.machine,
            one.name,
            clock.said(one.seen_at, "%d.%m %H:%M"),
            version(one, told.server),
            one.system,
            headset(one),
            checked(one, clock),
            line(one.line),
        )
        for one in places
    ]
    columns = (
        N_("МАШИНА"), N_("КТО"), N_("БЫЛ"), N_("ВЕРСИЯ"), N_("СИСТЕМА"), N_("МИКРОФОН"),
        N_("ПРОВЕРКА"), N_("ЛИНИЯ"),
    )  # fmt: skip
    empty = _("Таких нет: версии те же, что у сервера.") if told.workplaces else _(_NONE)
    print_table([_(heading) for heading in columns], rows, empty)


@command.command("show")
@click.argument("machine", metavar="МАШИНА")
@days_option
@json_option
@connection
def show(machine: str, days: int, as_json: bool, **server: Any) -> None:
    """Показать одно рабочее место и его линию по дням."""
    told = ask(ListWorkplaces(days=days), Workplaces, **server)
    one = next((place for place in told.workplaces if place.machine == machine), None)
    if one is None:
        raise EkcError(
            _("Рабочего места «{machine}» нет.").format(machine=machine),
            _("Имена машин — ekc workplace list."),
        )
    if as_json:
        print_json([one])
        return
    clock = centre_clock(**server)
    facts = (
        (N_("Машина"), one.machine),
        (N_("Кто"), f"{one.name} ({one.login}), {clock.said(one.seen_at)}"),
        (N_("Версия"), version(one, told.server)),
        (N_("Система"), one.system),
        (N_("Микрофон"), headset(one)),
        (N_("Проверка"), " ".join(filter(None, (checked(one, clock), one.doctor_checks)))),
    )
    for title, value in facts:
        click.echo(f"{_(title):<10} {value}")
    rows = [(day.day, line((day,))) for day in one.line]
    print_table((_("ДЕНЬ"), _("ЛИНИЯ")), rows, _("Разговоров с программного телефона не было."))


def version(place: Workplace, server: str) -> str:
    if not place.outdated:
        return place.version
    text = _("{version}: обновить до {server}")
    return text.format(version=place.version, server=server)


def headset(place: Workplace) -> str:
    return place.headset or _("как в системе")


def checked(place: Workplace, clock: CentreClock) -> str:
    said = _(DOCTOR[place.doctor])
    return f"{said} {clock.said(place.doctor_at, '%d.%m')}" if place.doctor_at else said


def line(days: Iterable[LineSums]) -> str:
    """Means over the looks of all of the days; "—" without a talk."""
    days = tuple(days)
    looks = sum(day.looks for day in days)
    if not looks:
        return "—"
    text = _("{mos} из 5, потери {loss} %, джиттер {jitter} мс, плохо {bad} %")
    return text.format(
        mos=f"{sum(day.mos for day in days) / looks:.1f}",
        loss=f"{sum(day.loss for day in days) / looks:.1f}",
        jitter=round(sum(day.jitter_ms for day in days) / looks),
        bad=round(100 * sum(day.bad for day in days) / looks),
    )
