"""``ekc message``: words between supervisors and operators, over the server's HTTP."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from typing import Any

import click

from ekc_console.wire import work
from ekc_console.wire.messages import Command, Result


@click.group("message")
def command() -> None:
    """Сообщения операторам и их просьбы о помощи."""


def _connection(function: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.option(
            "--server",
            default="http://127.0.0.1:8122",
            show_default=True,
            envvar="EKC_SERVER",
            help="Адрес сервера маршрутизации.",
        ),
        click.option("--login", required=True, envvar="EKC_LOGIN", help="Логин руководителя."),
        click.option(
            "--password",
            envvar="EKC_PASSWORD",
            prompt="Пароль",
            hide_input=True,
            help="Пароль; без ключа команда спросит его сама (или EKC_PASSWORD в окружении).",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def _do(server: str, login: str, password: str, body: Command) -> Result | None:
    from ekc_console.client.once import command as once

    return asyncio.run(once(server, login, password, body))


@command.command("send")
@click.argument("text")
@click.option("--to", default="", help="Логин получателя; без него — всем.")
@_connection
def send(text: str, to: str, **connection: Any) -> None:
    """Отправить TEXT одному или всем; останется на экране, пока не прочтут."""
    _do(**connection, body=work.SendMessage(text=text, to=to))
    click.echo("Сообщение отправлено.")


@command.command("list")
@click.option("--limit", default=20, show_default=True, help="Сколько последних показать.")
@_connection
def show(limit: int, **connection: Any) -> None:
    """Показать сообщения, которые пришли вам и всем."""
    from ekc_console.client.results import expect

    found = expect(_do(**connection, body=work.ListMessages(limit=limit)), work.MessageList)
    for message in found.messages:
        mark = " " if message.read_at is not None else "●"
        click.echo(f"{mark} {_moment(message.at)}  {message.sender_name}: {message.text}")
    if not found.messages:
        click.echo("Сообщений нет.")


@command.command("help")
@click.option("--answer", "number", default="", help="Номер просьбы, на которую ответить.")
@click.argument("text", required=False, default="")
@_connection
def help_(number: str, text: str, **connection: Any) -> None:
    """Показать, кто просит помощи; с --answer НОМЕР — ответить словами TEXT."""
    from ekc_console.client.results import expect

    if number:
        if not text:
            raise click.UsageError("Напишите ответ: ekc message help --answer 3 «Подключаюсь».")
        _do(**connection, body=work.AnswerHelp(help=number, text=text))
        click.echo("Ответ отправлен.")
        return
    found = expect(_do(**connection, body=work.ListHelp()), work.HelpList)
    for request in found.requests:
        about = ": ".join(part for part in (request.topic_title, request.text) if part)
        click.echo(f"{request.id:>4}  {_moment(request.at)}  {request.name}  {about}".rstrip())
    if not found.requests:
        click.echo("Никто не просит помощи.")


def _moment(at: float) -> str:
    return datetime.datetime.fromtimestamp(at).strftime("%d.%m %H:%M")
