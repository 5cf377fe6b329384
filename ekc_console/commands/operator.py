"""``ekc operator``: the operator's console."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ekc_console import folders
from ekc_console.errors import EkcError

if TYPE_CHECKING:
    from ekc_console.client.pbx_line import PbxAccess


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
    type=click.Choice(["standing", "dial-in", "pbx"]),
    default="standing",
    show_default=True,
    envvar="EKC_VOICE",
    help="Голос через компьютер: одна линия на смену, линия на каждый вызов или номер на АТС.",
)
@click.option(
    "--pbx",
    default="",
    metavar="ИМЯ@АТС",
    envvar="EKC_PBX",
    help="Учётная запись на АТС для --voice pbx, например 1007@pbx.example.ru; запоминается.",
)
@click.option(
    "--pbx-option",
    "pbx_options",
    multiple=True,
    metavar="ИМЯ=ЗНАЧЕНИЕ",
    help="server=адрес:порт, number=номер, caller=номер центра, transport=udp|tcp, "
    "second=busy|ring.",
)
def command(
    url: str,
    login: str,
    lang: str | None,
    no_sound: bool,
    phone: str,
    voice: Literal["standing", "dial-in", "pbx"],
    pbx: str,
    pbx_options: tuple[str, ...],
) -> None:
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
        way="dial-in" if voice == "dial-in" else "standing",
        pbx=_pbx_access(folder, pbx, pbx_options) if voice == "pbx" else None,
    )


def _pbx_access(folder: Path, address: str, options: tuple[str, ...]) -> PbxAccess:
    """The account that was named, or the one used last, with its password."""
    import msgspec

    from ekc_console.client import secret
    from ekc_console.client.pbx_line import PbxAccess, account_of
    from ekc_console.tui import prefs

    known = prefs.load(folder)
    account = account_of(address, options, known.pbx)
    if account != known.pbx:
        prefs.save(folder, msgspec.structs.replace(known, pbx=account))
    name = f"{account.user}@{account.domain}"
    if given := os.environ.pop("EKC_PBX_PASSWORD", ""):
        return PbxAccess(account, given)
    password = secret.recall(
        name,
        lambda: str(click.prompt(f"Пароль {name} на АТС", hide_input=True)),
        lambda text: click.echo(text, err=True),
    )
    return PbxAccess(account, password, lambda: secret.forget(name))
