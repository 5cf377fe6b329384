"""``ekc alarm``: what is beyond its limits at a running server, and who sees to it."""

from __future__ import annotations

from typing import Any

import click

from ekc_console.client.words.alarms import EVENTS, FIGURES, told
from ekc_console.commands.shared.remote import (
    CentreClock,
    ago,
    ask,
    centre_clock,
    connection,
    do,
    json_option,
    print_json,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import N_, _
from ekc_console.wire.centre import alarms

COLUMNS = (
    N_("СОБЫТИЕ"), N_("УРОВЕНЬ"), N_("ЧТО"), N_("ПОКАЗАТЕЛЬ"), N_("ЗНАЧЕНИЕ"), N_("ПРЕДЕЛ"),
    N_("С"), N_("ЧТО С НИМ"),
)  # fmt: skip
LOG_COLUMNS = (
    N_("КОГДА"), N_("СОБЫТИЕ"), N_("УРОВЕНЬ"), N_("ЧТО"), N_("ПОКАЗАТЕЛЬ"), N_("ЗНАЧЕНИЕ"),
    N_("ПРЕДЕЛ"), N_("ЧТО БЫЛО"), N_("КТО"),
)  # fmt: skip


@click.group("alarm")
def command() -> None:
    """Контрольные события: что за пределом, принять, отложить, журнал."""


@command.command("list")
@json_option
@connection
def show(as_json: bool, **server: Any) -> None:
    """Показать, что сейчас за пределом: худшее первым."""
    standing = ask(alarms.GetAlarms(), alarms.Alarms, **server).alarms
    if as_json:
        print_json(standing)
        return
    clock = centre_clock(**server)
    rows = [
        (
            each.id,
            each.level,
            each.title,
            _figure(each.figure, each.reason),
            _value(each.figure, each.value if each.since is None else clock.now - each.since),
            _value(each.figure, each.limit),
            clock.said(each.at),
            _standing(each, clock),
        )
        for each in standing
    ]
    print_table([_(heading) for heading in COLUMNS], rows, _("Всё в пределах."))


@command.command("log")
@click.option("--limit", default=50, show_default=True, help="Сколько последних строк.")
@json_option
@connection
def log(limit: int, as_json: bool, **server: Any) -> None:
    """Показать журнал событий: последнее первым."""
    entries = ask(alarms.GetAlarmLog(limit=limit), alarms.AlarmLog, **server).entries
    if as_json:
        print_json(entries)
        return
    clock = centre_clock(**server)
    rows = [
        (
            clock.said(each.at),
            each.alarm,
            each.level or "",
            each.title,
            _figure(each.figure, each.reason),
            _value(each.figure, each.value),
            "" if each.limit is None else _value(each.figure, each.limit),
            _(EVENTS[each.event]),
            each.who,
        )
        for each in entries
    ]
    print_table([_(heading) for heading in LOG_COLUMNS], rows, _("Журнал пуст."))


@command.command("ack")
@click.argument("alarm")
@click.option("--withdraw", is_flag=True, help="Взять «принято» назад.")
@connection
def acknowledge(alarm: str, withdraw: bool, **server: Any) -> None:
    """Принять событие ALARM: вы им занимаетесь. Видно всем руководителям."""
    do(alarms.AcknowledgeAlarm(alarm=alarm, withdraw=withdraw), **server)
    click.echo(_("Больше не принято.") if withdraw else _("Принято."))


@command.command("snooze")
@click.argument("alarm")
@click.argument("minutes", type=click.IntRange(0, 24 * 60), default=15)
@connection
def snooze(alarm: str, minutes: int, **server: Any) -> None:
    """Отложить событие ALARM на MINUTES минут (15, если не сказано); 0 — больше не откладывать."""
    do(alarms.SnoozeAlarm(alarm=alarm, for_s=minutes * 60.0), **server)
    text = _("Отложено на {n} мин.").format(n=minutes) if minutes else _("Больше не отложено.")
    click.echo(text)


def _figure(figure: str, reason: str) -> str:
    name = _(FIGURES[figure])
    return f"{name}: {reason}" if reason else name


def _value(figure: str, value: float) -> str:
    if figure == "level":
        return _("{n} %").format(n=round(value * 100))
    return ago(value) if figure.endswith("_s") else f"{value:g}"


def _standing(alarm: alarms.WatchAlarm, clock: CentreClock) -> str:
    parts = []
    if alarm.seen_by:
        parts.append(_("принято: {name}").format(name=alarm.seen_by))
    if alarm.snoozed_until is not None and alarm.snoozed_until > clock.now:
        parts.append(_("отложено до {at}").format(at=clock.said(alarm.snoozed_until)))
    return ", ".join([*parts, *told(alarm)])
