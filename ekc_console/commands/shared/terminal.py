"""What the commands share that work before a server in this terminal. Nothing dear is imported: it
comes before the first picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ekc_console import folders
from ekc_console.errors import EkcError
from ekc_console.i18n import _

F = TypeVar("F", bound=Callable[..., Any])

screen_login_option = click.option(
    "--login", default="", help="Имя для входа; пароль спросит экран."
)
lang_option = click.option(
    "--lang", type=click.Choice(["ru", "en"]), envvar="EKC_LANG", help="Язык экрана."
)


def server_option(*names: str) -> Callable[[F], F]:
    """``--server``; ``names``: another name of the argument."""
    return click.option(
        "--server",
        *names,
        default="http://127.0.0.1:8122",
        show_default=True,
        envvar="EKC_SERVER",
        help="Адрес сервера маршрутизации.",
    )


def need_terminal(whom: str, remedy: str) -> None:
    """``whom``: begins the sentence. Raises EkcError when in- or output is redirected."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        needed = _("{whom} нужен терминал, а ввод или вывод перенаправлен.")
        raise EkcError(needed.format(whom=whom), remedy)


def speak_and_log(lang: str | None, log_name: str) -> Path:
    """The language asked for, else the one chosen on the screen before; the log into a file of that
    name. Gives the folder of a console's state."""
    from ekc_console import i18n, log
    from ekc_console.tui.shared import prefs

    folder = folders.state()
    if lang := lang or prefs.load(folder).language:
        i18n.use(lang)
    log.set_up(folder / log_name)
    return folder
