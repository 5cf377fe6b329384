"""The doctor's check of the voice: from this machine through the telephony and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from ekc_console.client.finding import Finding
from ekc_console.client.link.login import server_url
from ekc_console.client.link.network import address_of
from ekc_console.client.link.once import command
from ekc_console.client.link.results import expect
from ekc_console.client.voice.access import start_of
from ekc_console.client.voice.echo import EchoTest, findings
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import messages
from sip.link.client import Softphone, SoftphoneError

HEAR_S = 5.0


async def check_voice(
    url: str, login: str, password: str, tell: Callable[[str], None], *, sound: bool
) -> list[Finding]:
    """Measure; with ``sound`` the person then hears themselves through the server for a while,
    and ``tell`` asks them to speak. Needs no shift; an open console goes on."""
    try:
        reached = await address_of(server_url(url).host or "")
        body = messages.OpenEcho(reached=reached)
        line = expect(await command(url, login, password, body), messages.Line)
        kind: Literal["device", "null"] = "device" if sound else "null"
        return await _measured(line, kind, tell)
    except EkcError as error:
        return [_fault(error.message, error.remedy)]
    except (SoftphoneError, OSError) as error:
        why = _("Программный телефон не запустился: {why}.").format(why=error)
        return [_fault(why, _("Переустановите программу: make setup."))]


async def _measured(
    line: messages.Line, sound: Literal["device", "null"], tell: Callable[[str], None]
) -> list[Finding]:
    phone = await Softphone.spawn(await start_of(line, sound, silence_detection=False))
    test = EchoTest(phone, line.uri)
    phone.on_event = test.take
    try:
        tell(_("Измеряю связь с телефонией: пять секунд…"))
        result = await test.run()
        if phone.started is not None and phone.started.sound == "device":
            tell(_("Говорите: вы слышите себя через сервер…"))
            await asyncio.sleep(HEAR_S)
    finally:
        await phone.stop()
    return findings(result, transport=line.transport, srtp=line.srtp)


def _fault(found: str, remedy: str) -> Finding:
    title = _("Голос через сервер")
    return Finding(check="voice.reach", title=title, state="fault", found=found, remedy=remedy)
