"""Options that several subcommands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ekc_console.config import Config, load
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import _

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


def chosen_queues(config: Config, names: Sequence[str]) -> list[QueueSettings]:
    """Those that ``--queue`` names; all, where it names none. Raises EkcError that lists the known
    ones."""
    queues = [queue.settings() for queue in config.queues]
    known = [queue.id for queue in queues]
    for name in names:
        if name not in known:
            raise EkcError(
                _("Очереди «{name}» нет.").format(name=quoted(name)),
                _("Есть: {names}.").format(names=", ".join(known)),
            )
    return [queue for queue in queues if not names or queue.id in names]


def settings_text(file: Path) -> str:
    """Of a file of settings that is sound. Raises EkcError."""
    load(file)
    return file.read_text(encoding="utf-8")


def say(text: str, **style: Any) -> None:
    """A progress line on stderr, so that stdout stays for results."""
    click.secho(text, err=True, **style)
