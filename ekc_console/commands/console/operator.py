"""``ekc operator``: the operator's console."""

from __future__ import annotations

import os
import sys

import click

from ekc_console import folders
from ekc_console.commands.shared.voice_options import chosen_way, voice_options
from ekc_console.errors import EkcError
from ekc_console.wire.voice import VoiceWay


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
@voice_options(variables=True)
def command(
    url: str,
    login: str,
    lang: str | None,
    no_sound: bool,
    voice: VoiceWay | None,
    phone: str,
    pbx: str,
    pbx_options: tuple[str, ...],
) -> None:
    """Открыть рабочее место оператора в этом терминале.

    Способ голоса задаёт администратор (ekc user); --voice, --phone и --pbx меняют его на этот раз.
    Пароль спрашивает экран; EKC_PASSWORD в окружении вместе с --login входит сразу.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise EkcError(
            "Рабочему месту нужен терминал, а ввод или вывод перенаправлен.",
            "Запустите ekc operator в терминале. Без экрана: ekc demo --headless.",
        )
    from ekc_console import i18n, log
    from ekc_console.tui.shared import prefs

    folder = folders.state()
    if lang := lang or prefs.load(folder).language:
        i18n.use(lang)
    log.set_up(folder / "operator.log")
    from ekc_console.client.voice.secret import KeyringPasswords
    from ekc_console.tui.shell.launch import run_operator

    run_operator(
        url,
        folder,
        login=login,
        password=os.environ.pop("EKC_PASSWORD", ""),
        sound="null" if no_sound else "device",
        way=chosen_way(voice, phone, pbx, pbx_options),
        passwords=KeyringPasswords(os.environ.pop("EKC_PBX_PASSWORD", "")),
    )
