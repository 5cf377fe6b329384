"""``ekc engine``: bring Asterisk, check it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from ekc_console.commands.shared.options import config_option, read_config, say


@click.group("engine")
def command() -> None:
    """Телефонный движок (Asterisk): установка и проверка."""


@command.command("install")
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    help="Куда распаковать; по умолчанию ~/.cache/ekc/engine.",
)
def install(cache: Path | None) -> None:
    """Поставить Asterisk без прав администратора.

    Если подходящий Asterisk уже есть на машине или в кэше, ничего не делает. Иначе скачивает
    нужные пакеты Debian, проверяет подписи и распаковывает в кэш пользователя.
    """
    from ekc_console.server.engine.asterisk.install import installer

    folder = cache or installer.default_cache()
    program = installer.find(folder)
    if program is None:
        program = installer.install(folder, say)
    click.echo(f"Asterisk {program.version}: готов.")


@command.command("check")
def check() -> None:
    """Проверить, что движок на месте, запускается и останавливается."""
    from ekc_console.server.engine.asterisk.check import check as run_checks
    from ekc_console.server.engine.asterisk.install import installer

    failed = 0
    for result in asyncio.run(run_checks(installer.find())):
        mark = click.style("да ", fg="green") if result.ok else click.style("НЕТ", fg="red")
        click.echo(f"{mark}  {result.name}: {result.detail}")
        if not result.ok:
            failed += 1
            click.echo(f"     {result.remedy}")
    if failed:
        raise click.exceptions.Exit(1)


@command.command("dialplan")
@config_option
def dialplan(config_file: Path | None) -> None:
    """Напечатать диалплан для внешнего Asterisk (engine.nodes).

    С ним внешний узел, как и собственный, помечает каждого звонящего и держит с музыкой тех, кто
    пришёл, пока сервера нет. Файл подключается в extensions.conf строкой #include.
    """
    from ekc_console.server.engine.asterisk.setup.dialplan import (
        callers_directory,
        dialplan_for_node,
    )

    engine = (read_config(config_file).data_dir / "engine").resolve()
    click.echo(dialplan_for_node(callers_directory(engine)), nl=False)
