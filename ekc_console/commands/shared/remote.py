"""What the commands share that speak to a running server as one person."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeVar

import click
import msgspec

from ekc_console.client.words.moments import PATTERN, moment
from ekc_console.commands.shared.terminal import server_option
from ekc_console.domain.terms.localtime import local, moment_of, said, zone_named
from ekc_console.i18n import _
from ekc_console.wire.messages import Command, Result

R = TypeVar("R", bound=Result)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Вывести JSON вместо таблицы: для программ."
)
why_option = click.option(
    "--why", default="", help="Почему: останется в журнале. Без имён и номеров."
)


def connection(function: Callable[..., None]) -> Callable[..., None]:
    """The options ``--server``, ``--login``, ``--password``, as arguments of these names."""
    options = [
        server_option(),
        click.option(
            "--login", required=True, envvar="EKC_LOGIN", help="Ваш логин (или EKC_LOGIN)."
        ),
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


def do(body: Command, *, server: str, login: str, password: str) -> Result | None:
    """One command at the server. Raises EkcError with the server's word."""
    from ekc_console.client.link.once import command

    return asyncio.run(command(server, login, password, body, on_unsaved=_say_unsaved))


def _say_unsaved(text: str) -> None:
    click.echo(text, err=True)


def ask(body: Command, kind: type[R], *, server: str, login: str, password: str) -> R:
    """One command whose answer is of this kind. Raises EkcError."""
    from ekc_console.client.link.results import expect

    return expect(do(body, server=server, login=login, password=password), kind)


def do_sure(body: Command, *, server: str, login: str, password: str) -> Result | None:
    """As ``do``; where the server says what the order would destroy, the person is asked, and a
    "yes" sends it again with ``sure``. Raises EkcError, and click.Abort for a "no"."""
    from ekc_console.client.link.errors import Refused

    try:
        return do(body, server=server, login=login, password=password)
    except Refused as refused:
        if refused.code != "conflict":
            raise
        sure = _("Всё равно сделать?")
        click.confirm(f"{refused.message} {sure}", abort=True, err=True)
    again = msgspec.structs.replace(body, sure=True)
    return do(again, server=server, login=login, password=password)


def ask_sure(body: Command, kind: type[R], **server: str) -> R:
    """``do_sure`` with an answer of this kind."""
    from ekc_console.client.link.results import expect

    return expect(do_sure(body, **server), kind)


@dataclass(frozen=True, slots=True)
class CentreClock:
    """The time at a centre: its zone and its server's clock, wherever this machine stands."""

    now: float
    """Seconds since the epoch."""
    zone: tzinfo

    def said(self, at: float, pattern: str = PATTERN) -> str:
        return said(at, self.zone, pattern)

    def moment(self, text: str) -> float:
        """Seconds since the epoch of a time that somebody typed. Raises EkcError."""
        return moment_of(moment(text, local(self.now, self.zone)), self.zone)


def centre_clock(*, server: str, **_who: str) -> CentreClock:
    """Raises EkcError when the server cannot be reached."""
    from ekc_console.client.link.once import clock

    now, name = asyncio.run(clock(server))
    return CentreClock(now, zone_named(name))


def print_json(items: Sequence[msgspec.Struct]) -> None:
    text = msgspec.json.format(msgspec.json.encode(items), indent=2)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def ago(seconds: float) -> str:
    """A stretch of time as m:ss or h:mm:ss."""
    minutes, s = divmod(max(0, int(seconds)), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"
