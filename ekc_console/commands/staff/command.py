"""``ekc staff``: the group; each part is a module beside this one."""

from __future__ import annotations

import click

from ekc_console.commands.staff import forecast, need, rehearse, roster, table


@click.group("staff")
def command() -> None:
    """Люди на смену: прогноз вызовов, сколько нужно людей, график."""


for part in (forecast, need, table, rehearse, roster):
    command.add_command(part.command)
