"""``ekc config``: check a configuration file, put it in force, take it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ekc_console.commands.admin import rehearse
from ekc_console.commands.admin.store import open_store
from ekc_console.commands.shared.options import say, settings_text
from ekc_console.commands.shared.remote import (
    ask,
    centre_clock,
    connection,
    json_option,
    print_json,
    why_option,
)
from ekc_console.config import Config, load, timezone_warning
from ekc_console.i18n import _
from ekc_console.wire import way_in
from ekc_console.wire.messages import Command


@click.group("config")
def command() -> None:
    """Файл настроек сервера."""


command.add_command(rehearse.command)


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Проверить FILE и перечислить все ошибки с номерами строк."""
    config = load(file)
    click.echo(
        f"{file}: в порядке. Очередей: {len(config.queues)}, транков: {len(config.trunks)}, "
        f"тем: {len(config.topics)}, часовой пояс: {config.timezone}."
    )
    if warning := timezone_warning(config):
        say(warning, fg="yellow")
    for doubt in _doubts(config):
        say(doubt, fg="yellow")


@command.command("diff")
@click.argument("file", type=click.Path(path_type=Path))
@connection
def diff(file: Path, **server: Any) -> None:
    """Показать, что изменит apply с файлом FILE; ничего не меняет."""
    body = way_in.CompareSettings(name=str(file), text=settings_text(file))
    _show(_changed(body, server), _("Изменится:"))


@command.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@why_option
@connection
def apply(file: Path, why: str, **server: Any) -> None:
    """Ввести настройки из FILE в действие на работающем сервере: все сразу или никакие.

    Сразу действуют timezone, queues, schedules, callbacks, limits, topics, breaks и teams;
    остальное — после перезапуска.
    """
    text = settings_text(file)
    change = _changed(way_in.ApplySettings(name=str(file), text=text, why=why), server)
    _show(change, _("Изменено:"))
    if change.changes:
        click.echo(_("Вернуть, как было: ekc config undo"))


@command.command("history")
@click.option(
    "--limit",
    type=click.IntRange(1, 200),
    default=20,
    show_default=True,
    help="Сколько последних изменений.",
)
@json_option
@connection
def history(limit: int, as_json: bool, **server: Any) -> None:
    """Показать, кто, когда и что менял в настройках, последние сверху."""
    told = ask(way_in.GetSettingsHistory(limit=limit), way_in.SettingsHistory, **server)
    if as_json:
        print_json([told])
        return
    if not told.steps:
        click.echo(_("Настройки не менялись."))
        return
    clock = centre_clock(**server)
    for step in told.steps:
        who = step.by or _("запуск сервера с другим файлом")
        at = clock.said(step.at, "%d.%m.%Y %H:%M")
        click.echo(" · ".join(filter(None, (str(step.change), at, who, step.why))))
        for line in step.changes:
            click.echo(f"  {line}")
    click.echo(_("Вернуть одно из них: ekc config undo --change НОМЕР"))


@command.command("undo")
@click.option(
    "--change",
    type=click.IntRange(1),
    default=None,
    metavar="НОМЕР",
    help="Одно изменение из ekc config history: там, где его не изменили иначе.",
)
@why_option
@connection
def undo(change: int | None, why: str, **server: Any) -> None:
    """Вернуть всё, что действовало до последнего изменения: очереди, расписания, темы, перерывы."""
    body = way_in.UndoSettings(why=why, change=change or 0)
    _show(_changed(body, server), _("Возвращено:"))


def _doubts(config: Config) -> list[str]:
    """By the accounts, where there are any yet."""
    from ekc_console.server.people.deputies import deputy_doubts
    from ekc_console.server.people.teams import team_doubts
    from ekc_console.server.store.people import accounts

    alarms = config.alarms.settings()
    if not (config.teams or alarms.deputies) or not config.database_file.exists():
        return []
    with open_store(config) as database:
        everybody = database.read_now(accounts.everybody)
    return [
        *team_doubts((team.settings() for team in config.teams), everybody),
        *deputy_doubts(alarms, everybody),
    ]


def _changed(body: Command, server: dict[str, Any]) -> way_in.SettingsChange:
    return ask(body, way_in.SettingsChange, **server)


def _show(change: way_in.SettingsChange, title: str) -> None:
    if change.changes:
        click.echo(title)
        for line in change.changes:
            click.echo(f"  {line}")
    else:
        click.echo(_("Настройки уже такие."))
    if change.at_restart:
        keys = ", ".join(change.at_restart)
        click.echo(_("Вступит в силу после перезапуска сервера: {keys}.").format(keys=keys))
    for warning in change.warnings:
        say(warning, fg="yellow")
