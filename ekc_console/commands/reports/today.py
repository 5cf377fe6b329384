"""``ekc report today``: figures of the day."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.domain.terms.localtime import day_of, start_of


@click.command("today")
@config_option
def command(config_file: Path | None) -> None:
    """Показать сегодняшний день по очередям и операторам. Можно при работающем сервере."""
    from rich.console import Console

    from ekc_console.commands.admin.store import open_store
    from ekc_console.commands.reports.today_tables import tables
    from ekc_console.server.store.calls import report
    from ekc_console.server.store.people import accounts

    config = read_config(config_file)
    now = time.time()
    midnight = start_of(day_of(now, config.zone), config.zone)
    queues = config.queues
    with open_store(config) as database:
        names = {person.login: person.name for person in database.read_now(accounts.everybody)}
        figures = database.read_now(lambda conn: report.today(conn, midnight, now, queues))
    console = Console()
    unpaid = {reason.code for reason in config.breaks if not reason.paid}
    for table in tables(figures, names, console.width, unpaid):
        console.print(table)
