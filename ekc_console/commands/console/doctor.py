"""``ekc doctor``: is this workplace fit for a shift."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import TYPE_CHECKING

import click

from ekc_console import folders
from ekc_console.commands.shared.options import say
from ekc_console.commands.shared.terminal import server_option
from ekc_console.commands.shared.voice_options import chosen_way, voice_options
from ekc_console.i18n import N_, _
from ekc_console.wire.voice import VoiceWay

if TYPE_CHECKING:
    from ekc_console.client.finding import Finding
    from ekc_console.client.voice.voice_way import WayChoice

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "red")}
_WORDS = {
    "ok": N_("Всё в порядке."),
    "warning": N_("Работать можно, но есть замечания."),
    "fault": N_("Есть неисправности: см. советы выше."),
}
WIDTH = 26


@click.command("doctor")
@server_option("url")
@click.option("--no-server", is_flag=True, help="Проверить только эту машину.")
@click.option("--no-sound", is_flag=True, help="Не открывать звуковых устройств.")
@click.option(
    "--login",
    default="",
    envvar="EKC_LOGIN",
    help="Логин: проверить и голос через сервер (пароль спросит или возьмёт из EKC_PASSWORD).",
)
@voice_options(variables=True)
@click.option("--json", "as_json", is_flag=True, help="Результат в JSON.")
def command(
    url: str,
    no_server: bool,
    no_sound: bool,
    login: str,
    voice: VoiceWay | None,
    phone: str,
    pbx: str,
    pbx_options: tuple[str, ...],
    as_json: bool,
) -> None:
    """Проверить рабочее место: терминал, звук, сервер, а с --login — и голос через сервер.

    Код возврата: 0 — в порядке или есть замечания, 1 — есть неисправность.
    """
    import msgspec

    from ekc_console.client.doctor import kept
    from ekc_console.client.finding import worst

    choice = chosen_way(voice, phone, pbx, pbx_options)
    password = _password() if login and not no_server else ""
    findings = asyncio.run(
        _examine(url, login, password, choice, server=not no_server, sound=not no_sound)
    )
    kept.keep(folders.state(), findings, time.time())
    if as_json:
        click.echo(msgspec.json.encode(findings))
    else:
        for finding in findings:
            _show(finding)
        if no_server:
            click.echo(_("Сервер не проверялся."))
        elif not login:
            click.echo(_("Голос через сервер не проверялся: назовите себя ключом --login."))
        click.echo(_(_WORDS[worst(findings)]))
    sys.exit(1 if worst(findings) == "fault" else 0)


def _password() -> str:
    given = os.environ.get("EKC_PASSWORD")
    return given or click.prompt(_("Пароль"), hide_input=True, err=True, type=str)


async def _examine(
    url: str, login: str, password: str, choice: WayChoice | None, *, server: bool, sound: bool
) -> list[Finding]:
    from ekc_console.client.doctor.machine import keyring_backend, this_terminal
    from ekc_console.client.doctor.server import check_server
    from ekc_console.client.doctor.sound import check_sound
    from ekc_console.client.doctor.voice import check_voice
    from ekc_console.client.doctor.way import way_of_account, way_of_workplace
    from ekc_console.client.voice.secret import KeyringPasswords
    from ekc_console.tui.shared import prefs

    findings = [*this_terminal(), keyring_backend()]
    reached = await check_server(url) if server else []
    logs_in = bool(server and login) and not any(
        finding.check == "server.reach" and finding.state == "fault" for finding in reached
    )
    before = prefs.load(folders.state()).pbx
    if logs_in:
        passwords = KeyringPasswords(os.environ.get("EKC_PBX_PASSWORD", ""))
        way = await way_of_account(url, login, password, choice, passwords, before)
    else:
        way = way_of_workplace(choice, before)
    findings += way.findings
    by_phone = way.setting is not None and way.setting.way == "phone"
    if sound and not by_phone:
        findings += await check_sound(say)
    findings += reached
    if logs_in and not by_phone:
        findings += await check_voice(url, login, password, say, sound=sound)
    return findings


def _show(finding: Finding) -> None:
    mark, colour = _MARKS[finding.state]
    click.secho(f"{mark} ", fg=colour, nl=False)
    click.echo(f"{finding.title:<{WIDTH}}{finding.found}")
    if finding.remedy:
        click.echo(f"  {'':<{WIDTH}}{finding.remedy}")
