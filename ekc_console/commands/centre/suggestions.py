"""``ekc suggestions``: the register of suggestions, for the administrator."""

from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

import click

from ekc_console.commands.admin.store import open_store
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import N_, _
from ekc_console.wire.side_work import SuggestionStatus

STATUSES: tuple[SuggestionStatus, ...] = get_args(SuggestionStatus)
_WORDS = N_("новое"), N_("рассмотрено"), N_("принято"), N_("отклонено")
TITLES = dict(zip(STATUSES, _WORDS, strict=True))


@click.group("suggestions")
def command() -> None:
    """Предложения по работе центра: список и решения."""


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Только с этим решением.")
@click.option("--limit", default=100, show_default=True, help="Сколько последних показать.")
@config_option
def show(status: str | None, limit: int, config_file: Path | None) -> None:
    """Показать предложения, новые первыми."""
    from ekc_console.server.store.cards import suggestions

    config = read_config(config_file)
    with open_store(config) as database:
        found = database.read_now(
            lambda conn: suggestions.listed(conn, status=status or "", limit=limit)
        )
    for item in found:
        when = said(item.at, config.zone, "%d.%m.%Y %H:%M")
        click.echo(f"{item.id:>5}  {when}  {_(TITLES[item.status]):<12} {item.author_name}")
        click.echo(f"       {item.text}")
        if item.answer:
            click.echo(f"       → {item.answer}")
    if not found:
        click.echo(_("Предложений нет."))


@command.command("set")
@click.argument("number", type=int)
@click.argument("status", type=click.Choice(STATUSES))
@click.option("--answer", default="", help="Ответ автору; для declined обязателен.")
@click.option("--by", default="admin", show_default=True, help="Кто решил.")
@config_option
def set_(
    number: int, status: SuggestionStatus, answer: str, by: str, config_file: Path | None
) -> None:
    """Решить о предложении NUMBER; автор увидит решение в своём списке."""
    from ekc_console.server.store.cards import suggestions

    now = time.time()
    with open_store(read_config(config_file)) as database:
        database.write_now(
            lambda conn: suggestions.decide(
                conn, number, status=status, answer=answer, at=now, by=by
            )
        )
    said = _("Предложение № {number}: {status}.")
    click.echo(said.format(number=number, status=_(TITLES[status])))
