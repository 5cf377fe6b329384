"""``ekc doctor``: is this workplace fit for a shift."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import click

from ekc_console.commands.options import say

if TYPE_CHECKING:
    from ekc_console.client.doctor import Finding

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "red")}
_WORDS = {
    "ok": "Всё в порядке.",
    "warning": "Работать можно, но есть замечания.",
    "fault": "Есть неисправности: см. советы выше.",
}
WIDTH = 26


@click.command("doctor")
@click.option(
    "--server",
    "url",
    default="http://127.0.0.1:8122",
    show_default=True,
    envvar="EKC_SERVER",
    help="Адрес сервера маршрутизации.",
)
@click.option("--no-server", is_flag=True, help="Проверить только эту машину.")
@click.option("--no-sound", is_flag=True, help="Не открывать звуковых устройств.")
@click.option(
    "--login",
    default="",
    envvar="EKC_LOGIN",
    help="Логин: проверить и голос через сервер (пароль спросит или возьмёт из EKC_PASSWORD).",
)
@click.option("--json", "as_json", is_flag=True, help="Результат в JSON.")
def command(url: str, no_server: bool, no_sound: bool, login: str, as_json: bool) -> None:
    """Проверить рабочее место: терминал, звук, сервер, а с --login — и голос через сервер.

    Код возврата: 0 — в порядке или есть замечания, 1 — есть неисправность.
    """
    import msgspec

    from ekc_console.client import doctor

    password = _password() if login and not no_server else ""
    findings = asyncio.run(_examine(url, login, password, server=not no_server, sound=not no_sound))
    if as_json:
        click.echo(msgspec.json.encode(findings))
    else:
        for finding in findings:
            _show(finding)
        if no_server:
            click.echo("Сервер не проверялся.")
        elif not login:
            click.echo("Голос через сервер не проверялся: назовите себя ключом --login.")
        click.echo(_WORDS[doctor.worst(findings)])
    sys.exit(1 if doctor.worst(findings) == "fault" else 0)


def _password() -> str:
    given = os.environ.get("EKC_PASSWORD")
    return given or click.prompt("Пароль", hide_input=True, err=True, type=str)


async def _examine(
    url: str, login: str, password: str, *, server: bool, sound: bool
) -> list[Finding]:
    from ekc_console.client import doctor
    from ekc_console.client.voice_check import voice

    findings = [*doctor.this_terminal(), doctor.keyring_backend()]
    if sound:
        findings += await doctor.sound(say)
    if server:
        reached = await doctor.server(url)
        findings += reached
        if login and not any(
            finding.check == "server.reach" and finding.state == "fault" for finding in reached
        ):
            findings += await voice(url, login, password, say, sound=sound)
    return findings


def _show(finding: Finding) -> None:
    mark, colour = _MARKS[finding.state]
    click.secho(f"{mark} ", fg=colour, nl=False)
    click.echo(f"{finding.title:<{WIDTH}}{finding.found}")
    if finding.remedy:
        click.echo(f"  {'':<{WIDTH}}{finding.remedy}")
