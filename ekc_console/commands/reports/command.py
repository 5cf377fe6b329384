"""``ekc report``: the group; each report is a module beside this one."""

from __future__ import annotations

import click

from ekc_console.commands.reports import calls, formulas, people, queue_log, show, today, verify


@click.group("report")
def command() -> None:
    """Отчёты по вызовам."""


for report in (today, show, people, calls, queue_log, formulas, verify):
    command.add_command(report.command)
