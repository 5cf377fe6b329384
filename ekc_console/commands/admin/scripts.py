"""``ekc scripts``: check consultation scripts."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.domain.terms.localtime import day_of


@click.group("scripts")
def command() -> None:
    """Сценарии: меню и вопросники операторов."""


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@config_option
def check(folder: Path | None, config_file: Path | None) -> None:
    """Проверить сценарии в FOLDER (без неё — в папке из настроек)."""
    from ekc_console.scenario_files import check_folder, check_knowledge

    config = read_config(config_file)
    place = folder or config.scripts_dir
    today = day_of(time.time(), config.zone)
    checked = check_folder(place, {queue.id for queue in config.queues}, today)
    known = check_knowledge(place, {topic.code for topic in config.topics}, today)
    for problem in [*checked.problems, *known.problems]:
        click.secho(str(problem), fg="red" if problem.level == "error" else "yellow", err=True)
    if checked.errors or known.errors:
        raise click.exceptions.Exit(1)
    for scenario in checked.scenarios.values():
        click.echo(
            f"{scenario.id:<16} {scenario.title:<40} шагов: {len(scenario.steps):>2}  "
            f"версия {scenario.version}"
        )
    found = known.knowledge
    click.echo(
        f"База знаний: ответов {len(found.answers)}, организаций {len(found.clinics)}, "
        f"признаков угрозы жизни {len(found.signs)}."
    )
    click.echo(f"{place}: в порядке.")
