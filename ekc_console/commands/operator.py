"""``ekc operator``: the operator's console."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from ekc_console import folders
from ekc_console.errors import EkcError

if TYPE_CHECKING:
    from ekc_console.client.desk import Way


@click.command("operator")
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
@click.option(
    "--no-sound", is_flag=True, help="Не открывать микрофон и динамик (работа без гарнитуры)."
)
@click.option(
    "--phone",
    default="",
    metavar="НОМЕР",
    envvar="EKC_PHONE",
    help="Говорить по этому телефону: сервер звонит на него сам. Звук в компьютере не нужен.",
)
@click.option(
    "--voice",
    type=click.Choice(["standing", "dial-in"]),
    default="standing",
    show_default=True,
    envvar="EKC_VOICE",
    help="Голос через компьютер: одна линия на всю смену или линия на каждый вызов.",
)
def command(url: str, login: str, lang: str | None, no_sound: bool, phone: str, voice: Way) -> None:
    """Открыть рабочее место оператора в этом терминале.

    Пароль спрашивает экран; EKC_PASSWORD в окружении вместе с --login входит сразу.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise EkcError(
            "Рабочему месту нужен терминал, а ввод или вывод перенаправлен.",
            "Запустите ekc operator в терминале. Без экрана: ekc demo --headless.",
        )
    from ekc_console import i18n, log
    from ekc_console.tui import prefs

    folder = folders.state()
    if lang := lang or prefs.load(folder).language:
        i18n.use(lang)
    log.set_up(folder / "operator.log")
    from ekc_console.tui.launch import run_operator

    run_operator(
        url,
        folder,
        login=login,
        password=os.environ.pop("EKC_PASSWORD", ""),
        sound="null" if no_sound or phone else "device",
        phone_number=phone,
        way=voice,
    )
