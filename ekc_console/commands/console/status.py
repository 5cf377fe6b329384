"""``ekc status``: the running console in words, for a screen reader or a script."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import click

from ekc_console import folders
from ekc_console.errors import EkcError
from ekc_console.i18n import _


@click.command("status")
@click.option("--follow", is_flag=True, help="Печатать и каждое изменение, по строке.")
def command(follow: bool) -> None:
    """Сказать словами, что показывает открытое рабочее место или экран смены.

    Без цветов и перемещений курсора: для программ чтения с экрана. Конец — Ctrl+C.
    """
    told = False
    for console in _consoles():
        with console, console.makefile(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    click.echo(line, nl=False)
                    told = True
                elif told and not follow:
                    return  # an empty line is the end of what is shown now
        if told:
            return
    raise EkcError(
        _("Открытого рабочего места нет."),
        _("Откройте его в другом окне: ekc operator. У ekc demo --headless его нет."),
    )


def _consoles() -> Iterator[socket.socket]:
    """To this user's console, then to those of demonstrations; one that is just ending may take
    the connection and say nothing."""
    from ekc_console.tui.shell.status_feed import SOCKET

    for state in (folders.state(), *folders.demonstration_states()):
        console = socket.socket(socket.AF_UNIX)
        try:
            console.connect(str(state / SOCKET))
        except OSError:
            console.close()
        else:
            yield console
