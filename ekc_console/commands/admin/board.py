"""``ekc board``: the wall board of a terminal, and the tokens with which boards are shown."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from ekc_console.commands.admin.store import make_store, open_store
from ekc_console.commands.shared.address import host_and_port, scheme
from ekc_console.commands.shared.options import chosen_queues, config_option, read_config
from ekc_console.commands.shared.terminal import lang_option, need_terminal, server_option
from ekc_console.domain.terms.localtime import said


@click.group("board", invoke_without_command=True)
@server_option("url")
@click.option(
    "--every",
    "every_s",
    type=click.IntRange(3, 600),
    default=15,
    show_default=True,
    help="Через сколько секунд следующая очередь.",
)
@click.option("--theme", default="", help="Оформление, как у ekc operator.")
@lang_option
@click.pass_context
def command(context: click.Context, url: str, every_s: int, theme: str, lang: str | None) -> None:
    """Табло на стене: только цифры очередей, без имён и номеров.

    Без подкоманды — табло в этом терминале, до клавиши q. Ключ — EKC_BOARD_TOKEN в окружении, иначе
    команда спросит его; адрес, который напечатала ekc board add, годится целиком.
    """
    if context.invoked_subcommand is None:
        _show(url, every_s, theme, lang)


def _show(url: str, every_s: int, theme: str, lang: str | None) -> None:
    need_terminal("Табло", "Запустите ekc board в терминале. Ключи табло: ekc board list.")
    from ekc_console import folders, i18n, log
    from ekc_console.client.link.board_link import BoardLink
    from ekc_console.tui.board.app import BoardApp

    token = os.environ.pop("EKC_BOARD_TOKEN", "") or click.prompt("Ключ табло", hide_input=True)
    if lang:
        i18n.use(lang)
    log.set_up(folders.state() / "board.log")
    BoardApp(BoardLink(url, token.rpartition("#")[2]), every_s=every_s, theme=theme).run()


@command.command("add")
@click.argument("name")
@click.option("--queue", "queues", multiple=True, help="Очередь; можно несколько. Без неё — все.")
@config_option
def add(name: str, queues: tuple[str, ...], config_file: Path | None) -> None:
    """Завести табло NAME и напечатать адрес страницы для телевизора.

    Адрес с ключом показан один раз: в базе остаётся только его отпечаток. Ключ открывает цифры
    очередей и больше ничего.
    """
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.store.people import boards, sessions

    config = read_config(config_file)
    chosen_queues(config, queues)
    token = sessions.new_token()
    with make_store(config) as database:
        write_noted(
            database,
            lambda conn: boards.add(conn, name, token, queues, time.time()),
            entry("board", name, reason="add"),
        )
    click.echo(f"Табло «{name}» заведено. Адрес показан один раз:")
    click.echo(f"{scheme(config)}://{host_and_port(config)}/board#{token}")


@command.command("list")
@config_option
def list_(config_file: Path | None) -> None:
    """Какие табло есть и что показывают."""
    from ekc_console.commands.shared.tables import print_table
    from ekc_console.server.store.people import boards

    config = read_config(config_file)
    with open_store(config) as database:
        found = database.read_now(boards.all_boards)
    rows = [
        (one.name, ", ".join(one.queues) or "все", said(one.created_at, config.zone, "%d.%m.%Y"))
        for one in found
    ]
    print_table(("Табло", "Очереди", "Заведено"), rows, empty="Табло нет.")


@command.command("remove")
@click.argument("name")
@config_option
def remove(name: str, config_file: Path | None) -> None:
    """Отозвать табло NAME: его ключ больше не годится, показ прекращается через секунду."""
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.store.people import boards

    with open_store(read_config(config_file)) as database:
        write_noted(
            database,
            lambda conn: boards.remove(conn, name),
            entry("board", name, reason="remove"),
        )
    click.echo(f"Табло «{name}» отозвано.")
