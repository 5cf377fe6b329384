"""``ekc store``: the store's files; and the store as the command line opens it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

import click

from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.config import Config
from ekc_console.domain.terms.localtime import moment_of
from ekc_console.errors import EkcError
from ekc_console.server.store.base.database import Database, StoreError


def make_store(config: Config) -> Database:
    """Beside a running server; made when there is none. Raises StoreError."""
    return Database.open(config.database_file, shared=True)


def open_store(config: Config) -> Database:
    """Beside a running server. Raises StoreError, also when there is no store."""
    return Database.open(_existing(config), shared=True)


def _existing(config: Config) -> Path:
    """The store's file: what asks about one, or changes it, must not make an empty one."""
    path = config.database_file
    if not path.exists():
        raise StoreError(
            f"Хранилища {path} нет.",
            "Его заводят ekc user add и ekc server. Оно в другой папке — назовите файл настроек "
            "сервера: --config FILE (или EKC_CONFIG).",
        )
    return path


@click.group("store")
def command() -> None:
    """Хранилище: журнал фактов, сводные таблицы."""


@command.command("rebuild")
@config_option
def rebuild(config_file: Path | None) -> None:
    """Построить сводные таблицы (вызовы, предложения, интервалы, обратные вызовы) заново.

    Нужно, когда сервер сказал, что часть сведений не попала в отчёты: в журнале они есть. Сервер
    должен быть остановлен. Карточки, люди и записи разговоров не меняются.
    """
    from ekc_console.server.store.journal import rebuild as tables

    config = read_config(config_file)
    with Database.open(_existing(config)) as database:
        say("Читаю журнал…")
        refused = database.write_now(
            lambda conn: tables.rebuild(conn, lambda facts: say(f"Записей: {facts}"))
        )
    if refused:
        raise EkcError(
            f"Таблицы построены, но {len(refused)} записей журнала в них не попали; первая: "
            f"{refused[0].seq} ({refused[0].fact}): {refused[0].why}.",
            "Проверьте файл базы; если он цел, сообщите об этом разработчикам.",
        )
    say("Таблицы построены по журналу.")


@command.group("journal")
def journal() -> None:
    """Журнал фактов ядра."""


@journal.command("export")
@config_option
@click.option("--from", "from_text", help="С какого момента: 2026-11-23 или 2026-11-23T08:00.")
@click.option("--to", "to_text", help="До какого момента, не включая его.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(
    config_file: Path | None, from_text: str | None, to_text: str | None, file: Path
) -> None:
    """Выгрузить журнал в FILE (JSONL) для ekc replay, explain и simulate.

    С --from первой строкой идёт состояние на этот момент. В файле номера звонящих: права на него
    только у владельца.
    """
    from ekc_console.commands.shared.noted import entry, nothing, write_noted
    from ekc_console.server.store.journal import journal_file

    config = read_config(config_file)
    from_at, to_at = (
        moment(option, text, config.zone)
        for option, text in (("--from", from_text), ("--to", to_text))
    )
    with open_store(config) as database:
        write_noted(database, nothing, entry("export", "journal"))
    with journal_file.opened(config.database_file) as source:
        count = journal_file.export(source, file, from_at, to_at)
    say(f"{file}: записей {count}.")


def moment(option: str, text: str | None, zone: tzinfo) -> float | None:
    """Seconds since the epoch of a date or time at the centre. Raises EkcError that names the
    option."""
    if text is None:
        return None
    try:
        return moment_of(datetime.fromisoformat(text), zone)
    except ValueError as error:
        raise EkcError(
            f"{option}: «{text}» — не дата и не время.",
            "Напишите так: 2026-11-23 или 2026-11-23T08:00.",
        ) from error
