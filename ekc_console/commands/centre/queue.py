"""``ekc queue``: the queues of a running server."""

from __future__ import annotations

from typing import Any

import click

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
from ekc_console.wire import supervision

COLUMNS = (
    N_("ОЧЕРЕДЬ"), N_("НАЗВАНИЕ"), N_("СОСТОЯНИЕ"), N_("ЖДУТ"), N_("ДОЛЬШЕ ВСЕХ"), N_("ГОТОВЫ"),
    N_("ЗАНЯТЫ"), N_("СТРАТЕГИЯ"),
)  # fmt: skip


@click.group("queue")
def command() -> None:
    """Очереди: что в них сейчас, остановить и возобновить."""


@command.command("list")
@json_option
@connection
def show(as_json: bool, **server: Any) -> None:
    """Показать очереди."""
    queues = ask(supervision.GetQueues(), supervision.Queues, **server).queues
    if as_json:
        print_json(queues)
        return
    now = centre_clock(**server).now
    rows = [
        (
            q.id,
            q.title,
            _("остановлена") if q.paused else _("работает"),
            q.waiting,
            ago(now - q.longest_since) if q.longest_since else "",
            q.agents_ready,
            q.agents_busy,
            q.strategy,
        )
        for q in queues
    ]
    print_table([_(heading) for heading in COLUMNS], rows, _("Очередей нет."))


@command.command("pause")
@click.argument("queue")
@why_option
@connection
def pause(queue: str, why: str, **server: Any) -> None:
    """Не предлагать вызовы очереди QUEUE; звонящие ждут дальше."""
    do(supervision.PauseQueue(queue=queue, why=why), **server)
    said = _("Очередь {queue} остановлена. Возобновить: ekc queue resume {queue}")
    click.echo(said.format(queue=queue))


@command.command("resume")
@click.argument("queue")
@why_option
@connection
def resume(queue: str, why: str, **server: Any) -> None:
    """Снова предлагать вызовы очереди QUEUE."""
    do(supervision.ResumeQueue(queue=queue, why=why), **server)
    click.echo(_("Очередь {queue} работает.").format(queue=queue))
