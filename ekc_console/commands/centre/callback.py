"""``ekc callback``: who is owed a call by a running server."""

from __future__ import annotations

from typing import Any, Literal

import click

from ekc_console.client.words.cards import whom
from ekc_console.client.words.kinds import NUMBER_KINDS
from ekc_console.commands.shared.remote import (
    ago,
    ask,
    centre_clock,
    connection,
    do,
    json_option,
    print_json,
    why_option,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import N_, _
from ekc_console.wire import messages, steering

COLUMNS = (
    N_("НОМЕР В СПИСКЕ"), N_("ТЕЛЕФОН"), N_("КТО"), N_("ОЧЕРЕДЬ"), N_("ТЕМА"), N_("ЖДЁТ"),
    N_("ПОПЫТОК"), N_("ЧТО С НИМ"),
)  # fmt: skip


@click.group("callback")
def command() -> None:
    """Обратные вызовы: кто ждёт звонка; поручить, отложить, разрешить набор, закрыть."""


@command.command("list")
@json_option
@connection
def show(as_json: bool, **server: Any) -> None:
    """Показать, кому должны перезвонить: срочные, потом давние."""
    owed = ask(steering.GetCallbacks(), steering.Callbacks, **server).callbacks
    if as_json:
        print_json(owed)
        return
    clock = centre_clock(**server)
    rows = [
        (
            each.id,
            each.number,
            whom(each.callers, each.people),
            each.queue_title,
            each.topic_title,
            ago(clock.now - each.since),
            each.attempts,
            _standing(each, clock.said(each.not_before) if each.not_before > clock.now else ""),
        )
        for each in owed
    ]
    print_table([_(heading) for heading in COLUMNS], rows, _("Перезванивать некому."))


def _standing(owed: messages.CallbackInfo, not_before: str) -> str:
    """Who has it, or why nobody is rung yet."""
    if owed.taken_by:
        return _("перезванивает {name}").format(name=owed.taken_by)
    if owed.postponed and not_before:
        return _("отложен до {at}").format(at=not_before)
    if owed.assigned:
        return _("поручен: {name}").format(name=owed.assigned)
    if owed.held:
        kind = _(NUMBER_KINDS[owed.held])
        return _("ждёт решения человека: {kind}").format(kind=kind)
    if owed.no_way:
        return _("нет выхода в город")
    return _("не раньше {at}").format(at=not_before) if not_before else ""


@command.command("assign")
@click.argument("callback")
@click.argument("agent", default="")
@why_option
@connection
def assign(callback: str, agent: str, why: str, **server: Any) -> None:
    """Поручить обратный вызов CALLBACK оператору AGENT; без AGENT — снова любому."""
    do(steering.AssignCallback(callback=callback, agent=agent, why=why), **server)
    click.echo(_("Обратный вызов поручен.") if agent else _("Обратный вызов снова любого."))


@command.command("postpone")
@click.argument("callback")
@click.argument("until", default="")
@why_option
@connection
def postpone(callback: str, until: str, why: str, **server: Any) -> None:
    """Отложить обратный вызов CALLBACK до времени UNTIL; без UNTIL — снова как был.

    UNTIL — 18:00 или «2026-12-31 18:00», по часам центра."""
    clock = centre_clock(**server)
    at = clock.moment(until) if until else None
    do(steering.PostponeCallback(callback=callback, until=at, why=why), **server)
    if at is None:
        click.echo(_("Обратный вызов больше не отложен."))
    else:
        click.echo(_("Обратный вызов отложен до {at}.").format(at=clock.said(at)))


@command.command("release")
@click.argument("callback")
@click.option("--back", is_flag=True, help="Взять разрешение обратно: номер снова ждёт решения.")
@why_option
@connection
def release(callback: str, back: bool, why: str, **server: Any) -> None:
    """Разрешить машине набрать номер обратного вызова CALLBACK, который правило номеров держит."""
    do(steering.ReleaseCallback(callback=callback, released=not back, why=why), **server)
    click.echo(_("Номер снова ждёт решения.") if back else _("Номер разрешён: его предложат."))


@command.command("close")
@click.argument("callback")
@click.option("--why", required=True, help="Почему: останется в журнале. Без имён и номеров.")
@click.option("--reached", is_flag=True, help="С человеком уже поговорили.")
@connection
def close(callback: str, why: str, reached: bool, **server: Any) -> None:
    """Закрыть обратный вызов CALLBACK без звонка."""
    result: Literal["reached", "cancelled"] = "reached" if reached else "cancelled"
    do(messages.CloseCallback(callback=callback, result=result, why=why), **server)
    click.echo(_("Обратный вызов закрыт."))
