"""``ekc message``: words between supervisors and operators, over the server's HTTP."""

from __future__ import annotations

from typing import Any

import click

from ekc_console.commands.shared.remote import ask, centre_clock, connection, do
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import _
from ekc_console.wire import side_work

PATTERN = "%d.%m %H:%M"


@click.group("message")
def command() -> None:
    """Сообщения операторам и их просьбы о помощи."""


@command.command("send")
@click.argument("text")
@click.option("--to", default="", help="Логин получателя; без него и без --team — всем.")
@click.option("--team", default="", help="Команда, её id: ekc message teams.")
@connection
def send(text: str, to: str, team: str, **server: Any) -> None:
    """Отправить TEXT одному, команде или всем; останется на экране, пока не прочтут."""
    if to and team:
        raise click.UsageError(_("Назовите одно: --to или --team."))
    do(side_work.SendMessage(text=text, to=to, team=team), **server)
    click.echo(_("Сообщение отправлено."))


@command.command("teams")
@connection
def teams(**server: Any) -> None:
    """Показать команды, которым вы можете написать."""
    found = ask(side_work.GetTeams(), side_work.Teams, **server)
    rows = [(team.id, team.title, str(team.people)) for team in found.teams]
    columns = ("ID", _("КОМАНДА"), _("ПОЛУЧАТ"))
    print_table(columns, rows, _("Команд у вас нет: пишите одному или всем."))


@command.command("list")
@click.option("--limit", default=20, show_default=True, help="Сколько последних показать.")
@connection
def show(limit: int, **server: Any) -> None:
    """Показать сообщения, которые пришли вам и всем."""
    found = ask(side_work.ListMessages(limit=limit), side_work.MessageList, **server)
    clock = centre_clock(**server)
    for message in found.messages:
        mark = " " if message.read_at is not None else "●"
        click.echo(
            f"{mark} {clock.said(message.at, PATTERN)}  {message.sender_name}: {message.text}"
        )
    if not found.messages:
        click.echo(_("Сообщений нет."))


@command.command("help")
@click.option("--answer", "number", default="", help="Номер просьбы, на которую ответить.")
@click.argument("text", required=False, default="")
@connection
def help_(number: str, text: str, **server: Any) -> None:
    """Показать, кто просит помощи; с --answer НОМЕР — ответить словами TEXT."""
    if number:
        if not text:
            missing = _("Напишите ответ: ekc message help --answer 3 «Подключаюсь».")
            raise click.UsageError(missing)
        do(side_work.AnswerHelp(help=number, text=text), **server)
        click.echo(_("Ответ отправлен."))
        return
    found = ask(side_work.ListHelp(), side_work.HelpList, **server)
    clock = centre_clock(**server)
    for request in found.requests:
        about = ": ".join(part for part in (request.topic_title, request.text) if part)
        click.echo(
            f"{request.id:>4}  {clock.said(request.at, PATTERN)}  {request.name}  {about}".rstrip()
        )
    if not found.requests:
        click.echo(_("Никто не просит помощи."))
