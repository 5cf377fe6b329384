"""The doctor's word on the way of the voice: which one counts at this workplace, and why."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ekc_console.client.finding import Finding
from ekc_console.client.link.once import command
from ekc_console.client.link.results import expect
from ekc_console.client.voice.secret import Passwords
from ekc_console.client.voice.voice_way import WayChoice, settle, words
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.voice import GetVoice, PbxAccount, VoiceSetting


@dataclass(frozen=True, slots=True)
class WayChecked:
    findings: list[Finding]
    setting: VoiceSetting | None
    """None: it is not known."""


async def way_of_account(
    url: str,
    login: str,
    password: str,
    choice: WayChoice | None,
    passwords: Passwords,
    before: PbxAccount | None = None,
) -> WayChecked:
    """Asks the server for what the account says; an open console goes on."""
    try:
        usual = expect(await command(url, login, password, GetVoice()), VoiceSetting)
        setting = settle(choice, usual, before)
    except EkcError as error:
        return WayChecked([_finding(error.message, error.remedy)], None)
    if choice is None:
        found = _("{way}: так задано в учётной записи").format(way=words(setting))
    else:
        found = _("{way} на этот раз ({given_by}); в учётной записи: {usual}").format(
            way=words(setting), given_by=choice.given_by, usual=words(usual)
        )
    findings = [_finding(found)]
    if setting.pbx is not None:
        findings.append(_password(await asyncio.to_thread(passwords.recall, setting.pbx.name)))
    return WayChecked(findings, setting)


def way_of_workplace(choice: WayChoice | None, before: PbxAccount | None = None) -> WayChecked:
    """Without the account."""
    if choice is None:
        return WayChecked(
            [_finding(_("задаёт учётная запись: назовите себя ключом --login"))], None
        )
    try:
        setting = settle(choice, VoiceSetting(), before)
    except EkcError as error:
        return WayChecked([_finding(error.message, error.remedy)], None)
    found = _("{way} на этот раз ({given_by})").format(way=words(setting), given_by=choice.given_by)
    return WayChecked([_finding(found)], setting)


def _finding(found: str, remedy: str = "") -> Finding:
    return Finding(
        check="voice.way",
        title=_("Способ голоса"),
        state="fault" if remedy else "ok",
        found=found,
        remedy=remedy,
    )


def _password(known: str) -> Finding:
    return Finding(
        check="voice.pbx_password",
        title=_("Пароль на АТС"),
        state="ok",
        found=_("известен") if known else _("будет спрошен при входе"),
    )
