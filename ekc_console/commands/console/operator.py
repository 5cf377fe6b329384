"""``ekc operator``: the operator's console."""

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
from ekc_console.commands.shared.voice_options import chosen_way, voice_options
from ekc_console.i18n import _
from ekc_console.wire.voice import VoiceWay


@click.command("operator")
@server_option("url")
@screen_login_option
@lang_option
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
    need_terminal(
        _("Рабочему месту"),
        _("Запустите ekc operator в терминале. Без экрана: ekc demo --headless."),
    )
    folder = speak_and_log(lang, "operator.log")
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
