"""``ekc admin``: the administrator's screen."""

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


@click.command("admin")
@server_option("url")
@screen_login_option
@lang_option
def command(url: str, login: str, lang: str | None) -> None:
    """Открыть экран администратора: учётные записи, журнал доступа, настройки, состояние
    сервера.

    Для роли admin. Пароль спрашивает экран; EKC_PASSWORD в окружении вместе с --login входит сразу.
    """
    need_terminal(
        _("Экрану администратора"),
        _("Запустите ekc admin в терминале. Без экрана: ekc user, ekc audit."),
    )
    folder = speak_and_log(lang, "admin.log")
    from ekc_console.tui.shell.launch import run_admin

    run_admin(url, folder, login=login, password=os.environ.pop("EKC_PASSWORD", ""))
