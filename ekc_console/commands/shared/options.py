"""Options that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ekc_console.config import Config, load

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    envvar="EKC_CONFIG",
    help="Файл настроек (YAML); без него — значения по умолчанию.",
)


def read_config(config_file: Path | None) -> Config:
    """The configuration of a command. Raises ConfigError."""
    return load(config_file) if config_file else Config()


def settings_text(file: Path) -> str:
    """Of a file of settings that is sound. Raises EkcError."""
    load(file)
    return file.read_text(encoding="utf-8")


def say(text: str, **style: Any) -> None:
    """A progress line on stderr, so that stdout stays for results."""
    click.secho(text, err=True, **style)
