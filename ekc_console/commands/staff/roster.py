"""``ekc staff roster``: hours offered, shifts planned and who came, over the server's HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from ekc_console.client.staffing import roster_table as table
from ekc_console.client.words.saying import parts
from ekc_console.commands.shared.options import say
from ekc_console.commands.shared.remote import (
    CentreClock,
    ask,
    centre_clock,
    connection,
    json_option,
    print_json,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.reports import ahead, periods
from ekc_console.reports.files import written
from ekc_console.wire.centre import roster as wire

KINDS: dict[str, str] = {"planned": N_("смена"), "offered": N_("предложено")}
VERDICTS: dict[str, str] = {
    "ahead": N_("впереди"),
    "in_time": N_("вовремя"),
    "late": N_("опоздание"),
    "left_early": N_("ушёл раньше"),
    "absent": N_("не пришёл"),
    "unplanned": N_("вне графика"),
}
_TIME = "%H:%M"


@click.group("roster")
def command() -> None:
    """График: кто когда работает, предложить свои часы, план и явка."""


period_option = click.argument("period", default=ahead.NEXT_WEEK, metavar="[ПЕРИОД]")
days_argument = click.argument("days", metavar="ДНИ")
hours_argument = click.argument("hours", metavar="ЧАСЫ")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Только проверить и показать, что будет."
)
replace_option = click.option(
    "--replace", is_flag=True, help="Чужое время того же человека, что пересекается, заменить."
)


@command.command("list")
@period_option
@click.option("--agent", default="", help="Только этот человек, по логину.")
@json_option
@connection
def show(period: str, agent: str, as_json: bool, **server: Any) -> None:
    """Показать смены и предложенные часы ПЕРИОДА: свои, а руководителю — своих команд."""
    clock = centre_clock(**server)
    shifts = [one for one in _shifts(period, clock, server) if agent in ("", one.login)]
    if as_json:
        print_json(shifts)
        return
    rows = [
        (
            one.id,
            clock.said(one.since, "%d.%m.%Y"),
            _hours(one.since, one.until, clock),
            one.login,
            one.name,
            _(KINDS[one.kind]),
        )
        for one in shifts
    ]
    columns = ("№", N_("ДЕНЬ"), N_("ЧАСЫ"), N_("ЛОГИН"), N_("ИМЯ"), N_("ЧТО"))
    print_table([_(heading) for heading in columns], rows, _("На это время никого."))


@command.command("offer")
@days_argument
@hours_argument
@connection
def offer(days: str, hours: str, **server: Any) -> None:
    """Предложить свои ЧАСЫ (18:00-22:00) на ДНИ (07.12.2026 или 07.12.2026..11.12.2026)."""
    clock = centre_clock(**server)
    shifts = _each_day(server["login"], "offered", days, hours, clock)
    _told(_change(wire.ChangeRoster(add=shifts), server), dry_run=False)


@command.command("plan")
@click.argument("agent", metavar="ЛОГИН")
@days_argument
@hours_argument
@replace_option
@dry_run_option
@connection
def plan(agent: str, days: str, hours: str, replace: bool, dry_run: bool, **server: Any) -> None:
    """Поставить человека на смену: ЛОГИН ДНИ ЧАСЫ; 22:00-06:00 кончается на другой день."""
    clock = centre_clock(**server)
    shifts = _each_day(agent, "planned", days, hours, clock)
    body = wire.ChangeRoster(add=shifts, replace=replace, dry_run=dry_run)
    _told(_change(body, server), dry_run=dry_run)


@command.command("remove")
@click.argument(
    "numbers", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1), metavar="НОМЕР…"
)
@connection
def remove(numbers: tuple[int, ...], **server: Any) -> None:
    """Убрать смены или предложенные часы по номерам из list."""
    _told(_change(wire.ChangeRoster(remove=numbers), server), dry_run=False)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@replace_option
@dry_run_option
@connection
def import_(file: Path, replace: bool, dry_run: bool, **server: Any) -> None:
    """Взять смены из таблицы FILE (CSV): все или ни одной.

    Столбцы: login, day, from, until и, если нужно, kind (planned или offered); через «;» или «,».
    """
    clock = centre_clock(**server)
    lines = table.read(file, clock.zone)
    body = wire.ChangeRoster(
        add=tuple(line.shift for line in lines), replace=replace, dry_run=dry_run
    )
    done = ask(body, wire.RosterChange, **server)
    faults = [table.said_fault(lines, one.shift, parts(one.words)[0]) for one in done.faults]
    table.require_none(file, faults)
    _told(done, dry_run=dry_run)


@command.command("export")
@period_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="Куда записать CSV.",
)  # fmt: skip
@connection
def export(period: str, output: Path, **server: Any) -> None:
    """Записать график ПЕРИОДА в CSV: поправить и взять назад, import --replace."""
    clock = centre_clock(**server)
    shifts = _shifts(period, clock, server)
    written(output, [table.written(shifts, clock.zone)])
    say(_("{file}: строк {rows}.").format(file=output, rows=len(shifts)))


@command.command("attendance")
@click.argument("period", default="сегодня", metavar="[ПЕРИОД]")
@json_option
@connection
def attendance(period: str, as_json: bool, **server: Any) -> None:
    """Сверить план с явкой за ПЕРИОД: кто опоздал, не пришёл, ушёл раньше, вышел вне графика."""
    clock = centre_clock(**server)
    found = periods.read(period, day_of(clock.now, clock.zone))
    since, until = _span(found.first, found.last, clock)
    shifts = ask(wire.GetAttendance(since=since, until=until), wire.Attendance, **server).shifts
    if as_json:
        print_json(shifts)
        return
    rows = [
        (
            clock.said(one.since, "%d.%m.%Y"),
            _hours(one.since, one.until, clock),
            one.name,
            _minutes(one.present_s),
            _minutes(one.late_s) if one.verdict != "ahead" else "",
            _minutes(one.early_s),
            _(VERDICTS[one.verdict]),
        )
        for one in shifts
    ]
    columns = (
        N_("ДЕНЬ"), N_("ЧАСЫ"), N_("ИМЯ"), N_("БЫЛ, МИН"), N_("ПОЗЖЕ, МИН"), N_("РАНЬШЕ, МИН"),
        N_("ИТОГ"),
    )  # fmt: skip
    print_table([_(heading) for heading in columns], rows, _("Смен не было."))


# -- what they share -----------------------------------------------------------------


def _shifts(period: str, clock: CentreClock, server: dict[str, Any]) -> Sequence[wire.RosterShift]:
    today = day_of(clock.now, clock.zone)
    since, until = _span(*ahead.days(period, today), clock)
    return ask(wire.GetRoster(since=since, until=until), wire.Roster, **server).shifts


def _span(first: date, last: date, clock: CentreClock) -> tuple[float, float]:
    return start_of(first, clock.zone), start_of(last + timedelta(days=1), clock.zone)


def _each_day(
    login: str, kind: wire.Kind, days: str, hours: str, clock: CentreClock
) -> tuple[wire.NewShift, ...]:
    """Raises EkcError."""
    today = day_of(clock.now, clock.zone)
    first, last = ahead.read(days, today, wire.MOST_DAYS)
    try:
        spans = [
            table.moments(first + timedelta(days=n), *table.hours(hours), clock.zone)
            for n in range((last - first).days + 1)
        ]
    except table.NoShift as why:
        raise EkcError(
            _("ЧАСЫ: {why}.").format(why=why), _("Ночь — 22:00-06:00, до полуночи — 16:00-24:00.")
        ) from why
    return tuple(
        wire.NewShift(login=login, kind=kind, since=since, until=until) for since, until in spans
    )


def _change(body: wire.ChangeRoster, server: dict[str, Any]) -> wire.RosterChange:
    """Raises EkcError for what cannot be planned."""
    done = ask(body, wire.RosterChange, **server)
    if done.faults:
        message, remedy = parts(done.faults[0].words)
        raise EkcError(message, remedy or _("Ничего не изменено."))
    return done


def _told(done: wire.RosterChange, *, dry_run: bool) -> None:
    text = _("Добавлено: {added}, убрано: {removed}, уже было: {same}.")
    click.echo(text.format(added=done.added, removed=done.removed, same=done.same))
    if dry_run:
        say(_("Ничего не изменено: это проверка."))


def _hours(since: float, until: float, clock: CentreClock) -> str:
    return f"{clock.said(since, _TIME)}–{clock.said(until, _TIME)}"


def _minutes(seconds: float) -> str:
    return str(round(seconds / 60))
