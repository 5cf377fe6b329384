"""``ekc server log-level``: how much the log of a running server tells, for a while."""

from __future__ import annotations

from typing import Any, get_args

import click

from ekc_console.client.words.moments import duration_s
from ekc_console.commands.shared.remote import ask, centre_clock, connection, why_option
from ekc_console.i18n import _
from ekc_console.wire.admin.log_work import GetLogLevel, Level, LogState, SetLogLevel


@click.command("log-level")
@click.argument("level", required=False, metavar="[LEVEL]", type=click.Choice(get_args(Level)))
@click.option(
    "--for", "span", default="10m", show_default=True, metavar="СРОК", help="На сколько: 10m, 2h."
)
@why_option
@connection
def command(level: Level | None, span: str, why: str, **server: Any) -> None:
    """Показать, как подробен журнал работающего сервера; с LEVEL — сменить на время.

    Потом он сам станет обычным (info). debug — каждый факт, событие телефонии и команда; имён и
    номеров в журнале нет и тогда. warning — только то, что не в порядке.
    Менять может администратор; это запись в журнале доступа.
    """
    if level is None:
        state = ask(GetLogLevel(), LogState, **server)
    else:
        order = SetLogLevel(level=level, for_s=duration_s(span), why=why)
        state = ask(order, LogState, **server)
    if state.until is None:
        click.echo(_("Журнал сервера: {level}.").format(level=state.level))
        return
    until = centre_clock(**server).said(state.until, "%H:%M:%S")
    said = _("Журнал сервера: {level} до {until}, потом info.")
    click.echo(said.format(level=state.level, until=until))
