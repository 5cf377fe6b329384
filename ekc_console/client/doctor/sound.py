"""The doctor's check of the sound: softphone, devices, microphone."""

from __future__ import annotations

import time
from collections.abc import Callable

from ekc_console.client.finding import Finding
from ekc_console.i18n import N_, _
from sip.link.client import Softphone, SoftphoneError
from sip.link.protocol import (
    SILENT_DBFS,
    Devices,
    Levels,
    ListDevices,
    Side,
    SoundState,
    Start,
    TestTone,
    WatchLevels,
)

DEVICES_S = 5.0
LISTEN_S = 1.5
FAINT_DBFS = -60.0

_SIDES: dict[Side, str] = {"microphone": N_("Микрофон"), "speaker": N_("Наушники")}


async def check_sound(tell: Callable[[str], None]) -> list[Finding]:
    """Open the devices, play a tone, listen for a moment. ``tell`` asks the person to speak."""
    try:
        phone = await Softphone.spawn(Start(host="127.0.0.1", sound="device"))
    except (SoftphoneError, OSError) as error:
        return [
            Finding(
                check="sound.softphone",
                title=_("Программный телефон"),
                state="fault",
                found=_("не запускается: {why}").format(why=error),
                remedy=_("Переустановите программу: make setup."),
            )
        ]
    codecs = _("кодеки A-law и µ-law; Opus не предлагается")
    title = _("Программный телефон")
    findings = [Finding(check="sound.softphone", title=title, state="ok", found=codecs)]
    try:
        phone.send(ListDevices())
        devices = (await phone.wait_for(Devices, DEVICES_S)).devices
        states = {}
        for side in ("microphone", "speaker"):
            states[side] = await phone.wait_for(SoundState, DEVICES_S, side=side)
        findings.append(_devices(len(devices)))
        findings += [_side(state) for state in states.values()]
        if states["speaker"].state != "none":
            phone.send(TestTone())
        if states["microphone"].state != "none":
            tell(_("Скажите что-нибудь в микрофон…"))
            findings.append(_level(await _loudest(phone)))
    except (TimeoutError, SoftphoneError) as error:
        findings.append(
            Finding(
                check="sound.devices",
                title=_("Звуковые устройства"),
                state="fault",
                found=_("не отвечают: {why}").format(why=error),
                remedy=_("Перезапустите звуковую систему или переподключите гарнитуру."),
            )
        )
    finally:
        await phone.stop()
    return findings


async def _loudest(phone: Softphone) -> float:
    phone.send(WatchLevels())
    loudest, deadline = SILENT_DBFS, time.monotonic() + LISTEN_S
    while (left := deadline - time.monotonic()) > 0:
        try:
            level = await phone.wait_for(Levels, left)
        except TimeoutError:
            break
        loudest = max(loudest, level.microphone_dbfs)
    return loudest


def _devices(count: int) -> Finding:
    return Finding(
        check="sound.devices",
        title=_("Звуковые устройства"),
        state="ok" if count else "fault",
        found=_("найдено: {n}").format(n=count) if count else _("нет ни одного"),
        remedy=""
        if count
        else _("Подключите гарнитуру или говорите по телефону: ekc operator --phone НОМЕР."),
    )


def _side(state: SoundState) -> Finding:
    good = state.state != "none"
    return Finding(
        check=f"sound.{state.side}",
        title=_(_SIDES[state.side]),
        state="ok" if good else "fault",
        found=(state.name or _("устройство системы")) if good else _("не открывается"),
        remedy=""
        if good
        else _("Подключите гарнитуру; если она есть — закройте программы, которые её заняли."),
    )


def _level(dbfs: float) -> Finding:
    good = dbfs > FAINT_DBFS
    return Finding(
        check="sound.level",
        title=_("Громкость микрофона"),
        state="ok" if good else "warning",
        found=_("{n} дБ").format(n=round(dbfs)) if good else _("тишина"),
        remedy="" if good else _("Включите микрофон на гарнитуре и прибавьте его громкость."),
    )
