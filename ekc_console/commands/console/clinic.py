"""``ekc clinic``: the screen of a clinic's desk."""

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


@click.command("clinic")
@server_option("url")
@screen_login_option
@lang_option
def command(url: str, login: str, lang: str | None) -> None:
    """Открыть экран клиники: её вызовы врача и обращения.

    Для роли clinic. Пароль спрашивает экран; EKC_PASSWORD в окружении вместе с --login входит
    сразу.
    """
    need_terminal(
        _("Экрану клиники"), _("Запустите ekc clinic в терминале. Без экрана: ekc visits list.")
    )
    folder = speak_and_log(lang, "clinic.log")
    from ekc_console.tui.shell.launch import run_clinic

    run_clinic(url, folder, login=login, password=os.environ.pop("EKC_PASSWORD", ""))
