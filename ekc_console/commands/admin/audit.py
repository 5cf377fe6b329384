"""``ekc audit``: the trail of who did what with whose data, read by who may read the store's file.
Reading it is an entry too."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta, tzinfo
from pathlib import Path
from typing import IO, Any

import click

from ekc_console.client.words.audit import FAULTS
from ekc_console.commands.admin.store import moment, open_store
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.config import Config
from ekc_console.domain.terms.localtime import start_of
from ekc_console.errors import EkcError
from ekc_console.server.store.audit.check import Broken, check
from ekc_console.server.store.audit.entries import ACTIONS, Wanted
from ekc_console.server.store.audit.heads import Head, Heads

_why = click.option("--why", default="", help="Зачем: останется в журнале. Без имён и номеров.")


def _filters(function: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.option("--user", "who", default="", help="Только этот логин (или os:УЧЁТКА)."),
        click.option(
            "--action", default="", type=click.Choice(["", *ACTIONS]), help="Только это действие."
        ),
        click.option("--about", default="", help="Только об этой карточке, вызове, логине."),
        click.option("--search", default="", help="Кто искал именно это: номер или слова."),
        click.option("--day", help="Только этот день: 2026-11-23."),
        click.option("--since", help="С какого момента: 2026-11-23 или 2026-11-23T08:00."),
        _why,
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.group("audit")
def command() -> None:
    """Журнал доступа: кто входил, чьи карточки смотрел, что искал, менял и выгружал."""


@command.command("list")
@config_option
@_filters
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Не больше стольких записей, последние.",
)
def list_(config_file: Path | None, limit: int, **asked: Any) -> None:
    """Показать записи, последние сверху, время центра.

    Можно при работающем сервере. Имён, номеров и того, что искали, в журнале нет. Чтение — тоже
    запись.
    """
    from ekc_console.commands.admin import audit_formats
    from ekc_console.commands.shared.noted import entry, nothing, write_noted
    from ekc_console.server.store.audit import entries

    config = read_config(config_file)
    wanted, why = _wanted(config, **asked)
    with open_store(config) as database:
        write_noted(database, nothing, entry("audit", wanted.who, reason=why))
        found = database.read_now(lambda conn: entries.of(conn, wanted, limit + 1))
    audit_formats.print_lines(found[:limit], config.zone)
    if len(found) > limit:
        say(f"Есть и более ранние: показаны последние {limit}, больше — --limit.")


@command.command("export")
@config_option
@_filters
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="csv — для таблиц (BOM, «;»), json — для программ.",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(config_file: Path | None, form: str, file: Path, **asked: Any) -> None:
    """Выгрузить записи в FILE, первые сначала; права на него только у владельца."""
    from ekc_console.commands.admin import audit_formats
    from ekc_console.commands.shared.noted import entry, nothing, write_noted
    from ekc_console.server.store.audit import entries

    config = read_config(config_file)
    wanted, why = _wanted(config, **asked)
    write = {"csv": audit_formats.write_csv, "json": audit_formats.write_json}[form]
    with open_store(config) as database, _made(file) as target:
        write_noted(database, nothing, entry("export", "audit", reason=why))
        count = database.read_now(
            lambda conn: write(entries.oldest_first(conn, wanted), config.zone, target)
        )
    say(f"{file}: записей {count}.")


@command.command("verify")
@config_option
@click.option(
    "--head", "noted", default="", help="Конец журнала, записанный раньше: НОМЕР:ОТПЕЧАТОК."
)
@_why
def verify(config_file: Path | None, noted: str, why: str) -> None:
    """Проверить, что журнал такой, каким писался: ничего не изменено, не вырезано, не дописано.

    Называет первую испорченную запись. Последнюю строку стоит хранить не на этой машине: с ней
    (--head) найдётся и журнал, построенный заново вместе с audit.heads.
    """
    from ekc_console.commands.shared.noted import entry, nothing, write_noted
    from ekc_console.server.store.base import read_only

    config, also = read_config(config_file), _head(noted)
    with open_store(config) as database:
        path = database.path
        with read_only.opened(path) as conn:
            checked = check(conn, Heads(path), also, lambda count: say(f"Записей: {count}"))
        about = f"{checked.broken.fault}:{checked.broken.seq}" if checked.broken else "whole"
        write_noted(database, nothing, entry("audit_check", about, reason=why))
    if checked.broken is not None:
        raise EkcError(f"Журнал доступа испорчен: {_said(checked.broken)}.", _REMEDY)
    click.echo(f"Журнал доступа цел, записей {checked.entries}.")
    if checked.head is not None:
        click.echo(f"{checked.head.seq}:{checked.head.seal}")


_REMEDY = (
    "Сравните с резервной копией. Отключением питания этого не объяснить, если диск держит слово: "
    "записи лежат на диске раньше, чем их конец стоит в audit.heads."
)


def _said(broken: Broken) -> str:
    return FAULTS[broken.fault].format(seq=broken.seq)


def _wanted(
    config: Config, *, since: str | None, day: str | None, why: str, **equal: Any
) -> tuple[Wanted, str]:
    """Which entries, and why they are asked for. Raises EkcError."""
    from_at, until = moment("--since", since, config.zone), None
    if day is not None:
        begins, until = _bounds(day, config.zone)
        from_at = max(begins, from_at or begins)
    return Wanted(since=from_at, until=until, **equal), why


def _bounds(text: str, zone: tzinfo) -> tuple[float, float]:
    """Seconds since the epoch of a day's begin and end. Raises EkcError."""
    try:
        day = date.fromisoformat(text)
        return start_of(day, zone), start_of(day + timedelta(days=1), zone)
    except (ValueError, OverflowError) as error:
        raise EkcError(f"--day: «{text}» — не день.", "Напишите так: 2026-11-23.") from error


def _head(text: str) -> Head | None:
    """Raises EkcError."""
    if not text:
        return None
    seq, _, seal = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(seq) <= 15 and len(seal) == 64):
        raise EkcError(f"--head: «{text}» — не конец журнала.", "Его печатает ekc audit verify.")
    return Head("", int(seq), seal)


def _made(file: Path) -> IO[str]:
    """Raises EkcError."""
    try:
        fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        os.fchmod(fd, 0o600)
    except OSError as error:
        raise EkcError(
            f"{file}: файл не создать ({error.strerror}).", "Выберите другой."
        ) from error
    return os.fdopen(fd, "w", encoding="utf-8", newline="")
