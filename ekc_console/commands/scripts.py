"""``ekc scripts``: check consultation scripts."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ekc_console.commands.options import config_option, read_config


@click.group("scripts")
def command() -> None:
    """Сценарии: меню и вопросники операторов."""


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@config_option
def check(folder: Path | None, config_file: Path | None) -> None:
    """Проверить сценарии в FOLDER (без неё — в папке из настроек)."""
    from ekc_console.scenario_files import check_folder

    config = read_config(config_file)
    place = folder or config.scripts_dir
    checked = check_folder(place, {queue.id for queue in config.queues}, datetime.date.today())
    for problem in checked.problems:
        click.secho(str(problem), fg="red" if problem.level == "error" else "yellow", err=True)
    if checked.errors:
        raise click.exceptions.Exit(1)
    for scenario in checked.scenarios.values():
        click.echo(
            f"{scenario.id:<16} {scenario.title:<40} шагов: {len(scenario.steps):>2}  "
            f"версия {scenario.version}"
        )
    click.echo(f"{place}: в порядке.")
