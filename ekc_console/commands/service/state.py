"""``ekc server state``: how every part of a running server is."""

from __future__ import annotations

from typing import Any

import click

from ekc_console.client.words.machine import telling
from ekc_console.commands.shared.remote import (
    ask,
    centre_clock,
    connection,
    json_option,
    print_json,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import _
from ekc_console.wire.admin.machine_work import GetMachine, Machine


@click.command("state")
@json_option
@connection
def command(as_json: bool, **server: Any) -> None:
    """Показать состояние работающего сервера: телефония, линии, диск, сертификат, журнал, часы.

    С каких пор и что сделать. Код выхода 1 — что-то не в порядке.
    """
    told = ask(GetMachine(), Machine, **server)
    if as_json:
        print_json([told])
    else:
        clock = centre_clock(**server)
        rows = [
            (
                telling.title(part),
                telling.state(part),
                clock.said(part.since, "%d.%m %H:%M"),
                telling.what(part),
                telling.remedy(part),
            )
            for part in told.parts
        ]
        columns = (_("ЧТО"), _("СОСТОЯНИЕ"), _("С"), _("ПОДРОБНО"), _("ЧТО СДЕЛАТЬ"))
        print_table(columns, rows, "")
    if any(part.state != "ok" for part in told.parts):
        raise SystemExit(1)
