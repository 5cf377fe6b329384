"""What reports read of the store; numbers of callers are hidden, unless who asks leaves a trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

import click

from ekc_console.config import Config


def opened(config: Config) -> AbstractContextManager[sqlite3.Connection]:
    """One state of it, beside a running server too. Raises StoreError, also for a store that no
    server of this version has opened yet."""
    from ekc_console.server.store.base import read_only, schema

    return read_only.opened(config.database_file, since_version=schema.VERSION)


def options(command: Callable[..., None]) -> Callable[..., None]:
    """``numbers`` and ``why``."""
    command = click.option(
        "--why", default="", help="Зачем понадобились номера: для журнала доступа."
    )(command)
    return click.option(
        "--numbers", is_flag=True, help="Номера звонящих полностью: пишется в журнал доступа."
    )(command)


def note(config: Config, why: str) -> None:
    """Numbers of the store are shown to nobody without a trace. Raises StoreError."""
    from ekc_console.commands.admin.store import open_store
    from ekc_console.commands.shared.noted import entry, nothing, write_noted

    with open_store(config) as database:
        write_noted(database, nothing, entry("export", "calls", reason=why))
