"""``ekc supervisor``: the screen of the whole centre."""

from __future__ import annotations

import os
import sys

import click

from ekc_console import folders
from ekc_console.errors import EkcError


@click.command("supervisor")
@click.option(
    "--server",
    "url",
    default="http://127.0.0.1:8122",
    show_default=True,
    envvar="EKC_SERVER",
    help="Адрес сервера маршрутизации.",
)
@click.option("--login", default="", help="Имя для входа; пароль спросит экран.")
@click.option("--lang", type=click.Choice(["ru", "en"]), envvar="EKC_LANG", help="Язык экрана.")
def command(url: str, login: str, lang: str | None) -> None:
    """Открыть экран смены: очереди, люди, вызовы.

    Для руководителя, тренера, аналитика и администратора. Вызовы сюда не приходят; принимать их —
    ekc operator. Пароль спрашивает экран; EKC_PASSWORD в окружении вместе с --login входит сразу.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise EkcError(
            "Экрану смены нужен терминал, а ввод или вывод перенаправлен.",
            "Запустите ekc supervisor в терминале. Без экрана: ekc queue list, ekc agent list.",
        )
    from ekc_console import i18n, log
    from ekc_console.tui.shared import prefs

    folder = folders.state()
    if lang := lang or prefs.load(folder).language:
        i18n.use(lang)
    log.set_up(folder / "supervisor.log")
    from ekc_console.tui.shell.launch import run_supervisor

    run_supervisor(url, folder, login=login, password=os.environ.pop("EKC_PASSWORD", ""))
