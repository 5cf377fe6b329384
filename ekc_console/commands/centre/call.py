"""``ekc call``: the calls that wait at a running server."""

from __future__ import annotations

from typing import Any

import click

from ekc_console.commands.shared.remote import (
    ago,
    ask,
    centre_clock,
    connection,
    do,
    do_sure,
    json_option,
    print_json,
    why_option,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import N_, _
from ekc_console.wire import steering, supervision

COLUMNS = (
    N_("ВЫЗОВ"), N_("ОЧЕРЕДЬ"), N_("МЕСТО"), N_("ЖДЁТ"), N_("ПРИОРИТЕТ"), N_("НОМЕР"), N_("ТЕМА"),
    N_("НАВЫКИ"), N_("КОМУ"),
)  # fmt: skip


@click.group("call")
def command() -> None:
    """Вызовы в очередях: список, отдать, переставить, взять, завершить."""


@command.command("list")
@click.option("--queue", default="", help="Только эта очередь.")
@json_option
@connection
def show(queue: str, as_json: bool, **server: Any) -> None:
    """Показать вызовы, которые ждут, в порядке очереди."""
    calls = ask(supervision.GetCalls(queue=queue), supervision.QueuedCalls, **server).calls
    if as_json:
        print_json(calls)
        return
    now = centre_clock(**server).now
    rows = [
        (
            c.id,
            c.queue,
            c.position or _("звонит"),
            ago(now - c.queued_at),
            c.priority,
            c.number,
            c.topic_title,
            ", ".join(c.skills),
            c.assigned or ", ".join(c.offered_to),
        )
        for c in calls
    ]
    columns = [_(heading) for heading in COLUMNS]
    print_table(columns, rows, _("Никто не ждёт."))


@command.command("assign")
@click.argument("call")
@click.argument("agent", default="")
@why_option
@connection
def assign(call: str, agent: str, why: str, **server: Any) -> None:
    """Отдать вызов CALL оператору AGENT: сразу, если он свободен, иначе следующим; без AGENT —
    снова любому."""
    do(supervision.AssignCall(call=call, agent=agent, why=why), **server)
    if agent:
        click.echo(_("Вызов отдан оператору {agent}.").format(agent=agent))
    else:
        click.echo(_("Вызов снова любого."))


@command.command("move")
@click.argument("call")
@click.argument("queue")
@why_option
@connection
def move(call: str, queue: str, why: str, **server: Any) -> None:
    """Перевести вызов CALL в очередь QUEUE; время ожидания остаётся."""
    do(supervision.MoveCall(call=call, queue=queue, why=why), **server)
    click.echo(_("Вызов стоит в очереди {queue}.").format(queue=queue))


@command.command("priority", context_settings={"ignore_unknown_options": True})
@click.argument("call")
@click.argument("value", type=click.IntRange(-100, 100))
@why_option
@connection
def priority(call: str, value: int, why: str, **server: Any) -> None:
    """Дать вызову CALL приоритет VALUE: больше — раньше; обычный 0."""
    do(supervision.ReorderCall(call=call, priority=value, why=why), **server)
    click.echo(_("Приоритет вызова: {value}.").format(value=value))


@command.command("pick")
@click.argument("call")
@connection
def pick(call: str, **server: Any) -> None:
    """Взять вызов CALL себе, не дожидаясь предложения. Рабочее место должно быть открыто."""
    do(supervision.PickCall(call=call), **server)
    click.echo(_("Вызов ваш: соединяем с вашей линией."))


@command.command("end")
@click.argument("call")
@click.option("--why", required=True, help="Почему: останется в журнале. Без имён и номеров.")
@click.option("--talk", is_flag=True, help="Оборвать и разговор.")
@click.option("--yes", is_flag=True, help="Не переспрашивать.")
@connection
def end(call: str, why: str, talk: bool, yes: bool, **server: Any) -> None:
    """Завершить вызов CALL, пока он не отвечен; разговор — только с --talk. С кем не поговорили,
    тому перезвонят."""
    do_sure(steering.EndCall(call=call, why=why, talk=talk, sure=yes), **server)
    click.echo(_("Вызов завершается."))
