"""``ekc supervisor``: the screen of the whole centre."""

from __future__ import annotations

import os

import click

from ekc_console.commands.shared.terminal import (
    lang_option,
    need_terminal,
    screen_login_option,
    server_option,
    speak_and_log,
)
from ekc_console.i18n import _


@click.command("supervisor")
@server_option("url")
@screen_login_option
@lang_option
def command(url: str, login: str, lang: str | None) -> None:
    """Открыть экран смены: очереди, люди, вызовы.

    Для руководителя, тренера, аналитика и администратора. Вызовы сюда не приходят; принимать их —
    ekc operator. Пароль спрашивает экран; EKC_PASSWORD в окружении вместе с --login входит сразу.
    """
    need_terminal(
        _("Экрану смены"),
        _("Запустите ekc supervisor в терминале. Без экрана: ekc queue list, ekc agent list."),
    )
    folder = speak_and_log(lang, "supervisor.log")
    from ekc_console.tui.shell.launch import run_supervisor

    run_supervisor(url, folder, login=login, password=os.environ.pop("EKC_PASSWORD", ""))
