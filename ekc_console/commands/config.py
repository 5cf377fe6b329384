"""``ekc config``: check a configuration file."""

from __future__ import annotations

from pathlib import Path

import click

from ekc_console.config import load


@click.group("config")
def command() -> None:
    """Файл настроек сервера."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Проверить FILE и перечислить все ошибки с номерами строк."""
    config = load(file)
    click.echo(
        f"{file}: в порядке. Очередей: {len(config.queues)}, транков: {len(config.trunks)}, "
        f"тем: {len(config.topics)}."
    )
