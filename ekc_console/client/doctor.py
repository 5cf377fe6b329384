"""Checks of a workplace: terminal, keyring, sound, server. Each says what it found and what to do.

Nothing here needs a login, and only the server's checks need a server.
"""

from __future__ import annotations

import asyncio
import locale
import os
import shutil
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, WSServerHandshakeError
from yarl import URL

from ekc_console.client.connection import WEBSOCKET_PATH
from ekc_console.client.login import server_url
from ekc_console.client.network import explain, is_loopback, remedy
from ekc_console.client.trust import trust
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from sip.client import Softphone, SoftphoneError
from sip.protocol import (
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

State = Literal["ok", "warning", "fault"]

SERVER_S = 5.0
PINGS = 3
SLOW_MS = 150.0
CLOCK_WARNING_S = 2.0
"""The Date header counts whole seconds: less cannot be told from none."""
LISTEN_S = 1.5
FAINT_DBFS = -60.0
SMALLEST = (80, 24)

_SIDES: dict[Side, str] = {"microphone": N_("Микрофон"), "speaker": N_("Наушники")}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check's outcome. ``check`` is stable, the words are for people."""

    check: str
    title: str
    state: State
    found: str
    remedy: str = ""


def worst(findings: list[Finding]) -> State:
    order: tuple[State, ...] = ("ok", "warning", "fault")
    return max((finding.state for finding in findings), key=order.index, default="ok")


# -- the machine -----------------------------------------------------------------


def terminal(
    environment: Mapping[str, str], size: os.terminal_size, encoding: str
) -> list[Finding]:
    """``size`` 0×0: there is no terminal."""
    return [_size(size), _colours(environment), _encoding(encoding)]


def this_terminal() -> list[Finding]:
    size = shutil.get_terminal_size(fallback=(0, 0))
    return terminal(os.environ, size, locale.getpreferredencoding(False))


def _size(size: os.terminal_size) -> Finding:
    columns, lines = size
    shown = f"{columns}×{lines}"
    if not columns:
        return Finding(
            check="terminal.size",
            title=_("Размер окна"),
            state="warning",
            found=_("терминала нет: ввод или вывод перенаправлен"),
            remedy=_("Запустите проверку в окне терминала, где будет работать оператор."),
        )
    if columns < SMALLEST[0] or lines < SMALLEST[1]:
        return Finding(
            check="terminal.size",
            title=_("Размер окна"),
            state="warning",
            found=shown,
            remedy=_("Увеличьте окно до 80×24 или уменьшите шрифт."),
        )
    return Finding(check="terminal.size", title=_("Размер окна"), state="ok", found=shown)


def _colours(environment: Mapping[str, str]) -> Finding:
    term = environment.get("TERM", "")
    title = _("Цвета")
    if term in ("", "dumb"):
        return Finding(
            check="terminal.colours",
            title=title,
            state="fault",
            found=_("TERM={term}: экран рисовать нельзя").format(term=term or "—"),
            remedy=_("Возьмите обычный терминал или задайте TERM=xterm-256color."),
        )
    if "NO_COLOR" in environment:
        found = _("выключены (NO_COLOR), всё важное отмечено и знаками")
    elif environment.get("COLORTERM") in ("truecolor", "24bit"):
        found = _("все (truecolor)")
    elif "256" in term:
        found = "256"
    else:
        found = _("16: выберите оформление для 16 цветов")
    return Finding(check="terminal.colours", title=title, state="ok", found=found)


def _encoding(encoding: str) -> Finding:
    good = encoding.lower().replace("-", "") == "utf8"
    return Finding(
        check="terminal.encoding",
        title=_("Кодировка"),
        state="ok" if good else "fault",
        found=encoding,
        remedy="" if good else _("Задайте LANG=ru_RU.UTF-8 (или C.UTF-8) до запуска."),
    )


def keyring_backend() -> Finding:
    """Whether the system keeps passwords; the console itself keeps none."""
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    usable = not isinstance(backend, fail.Keyring | null.Keyring) and backend.priority > 0
    return Finding(
        check="keyring",
        title=_("Хранилище паролей"),
        state="ok",
        found=backend.name if usable else _("нет; консоль паролей не хранит, работе не мешает"),
    )


# -- sound -----------------------------------------------------------------------


async def sound(tell: Callable[[str], None]) -> list[Finding]:
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
        devices = (await phone.wait_for(Devices, SERVER_S)).devices
        states = {}
        for side in ("microphone", "speaker"):
            states[side] = await phone.wait_for(SoundState, SERVER_S, side=side)
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


# -- the server ------------------------------------------------------------------


async def server(url: str) -> list[Finding]:
    """Reachability, delay, version, telephony, clocks, WebSocket."""
    try:
        base = server_url(url)
        secure = trust(base)
    except EkcError as error:
        return [_unreachable(error.message, error.remedy)]
    findings = [_encryption(base)]
    timeout = ClientTimeout(total=SERVER_S)
    async with ClientSession(timeout=timeout) as http:
        try:
            delays = []
            for _round in range(PINGS):
                began = time.monotonic()
                async with http.get(base / "health", ssl=secure) as answer:
                    body = await answer.read()
                    date, status = answer.headers.get("Date", ""), answer.status
                delays.append((time.monotonic() - began) * 1000)
            health = msgspec.json.decode(body, type=dict[str, object])
        except (ClientError, OSError, TimeoutError) as error:
            why = _("{url}: {why}").format(url=url, why=explain(error))
            return [_unreachable(why, remedy(error))]
        except msgspec.DecodeError:
            why = _("{url}: отвечает другая программа ({status})").format(url=url, status=status)
            return [_unreachable(why, _("Проверьте адрес и порт сервера."))]
        findings += [_delay(min(delays)), *_health(health), _clock(date, time.time())]
        findings.append(await _websocket(http, str(base / WEBSOCKET_PATH.lstrip("/")), secure))
    return findings


def _encryption(base: URL) -> Finding:
    title = _("Шифрование связи")
    if base.scheme == "https":
        return Finding(check="server.encryption", title=title, state="ok", found="TLS")
    local = is_loopback(base.host or "")
    return Finding(
        check="server.encryption",
        title=title,
        state="ok" if local else "warning",
        found=_("нет, сервер на этой же машине")
        if local
        else _("нет: имена и номера идут открыто"),
        remedy=""
        if local
        else _("Пусть администратор задаст tls.certificate, а адрес начинается с https://."),
    )


def _unreachable(why: str, remedy: str) -> Finding:
    title = _("Сервер")
    return Finding(check="server.reach", title=title, state="fault", found=why, remedy=remedy)


def _delay(ms: float) -> Finding:
    slow = ms > SLOW_MS
    return Finding(
        check="server.reach",
        title=_("Сервер"),
        state="warning" if slow else "ok",
        found=_("доступен, ответ за {ms} мс").format(ms=round(ms, 1)),
        remedy=_("Связь медленная: голос будет запаздывать. Попробуйте провод вместо Wi-Fi.")
        if slow
        else "",
    )


def _health(health: dict[str, object]) -> list[Finding]:
    from ekc_console import __version__

    version, engine = str(health.get("version", "?")), health.get("engine")
    same = version == __version__
    trunks = health.get("trunks")
    return [
        *_trunks(trunks if isinstance(trunks, dict) else {}),
        *_journal(str(health.get("journal", ""))),
        Finding(
            check="server.version",
            title=_("Версия"),
            state="ok" if same else "warning",
            found=_("сервер {server}, консоль {ours}").format(server=version, ours=__version__),
            remedy="" if same else _("Обновите консоль до версии сервера."),
        ),
        Finding(
            check="server.engine",
            title=_("Телефония"),
            state="ok" if engine == "up" else "fault",
            found=_("работает") if engine == "up" else _("не работает"),
            remedy=""
            if engine == "up"
            else _("Скажите администратору: на сервере не отвечает Asterisk."),
        ),
    ]


def _trunks(states: dict[str, object]) -> list[Finding]:
    """One finding a trunk of which the server knows a fault."""
    faults = {
        "down": (
            _("не зарегистрирована: вызовы по ней не приходят"),
            _("Скажите администратору: проверить адрес, имя и пароль линии."),
        ),
        "no_calls_out": (
            _("исходящие вызовы не проходят"),
            _("Скажите администратору: линия не отвечает или отказывает."),
        ),
    }
    return [
        Finding(
            check="server.trunk",
            title=_("Линия {name}").format(name=name),
            state="fault" if state == "down" else "warning",
            found=faults[state][0],
            remedy=faults[state][1],
        )
        for name, state in states.items()
        if isinstance(state, str) and state in faults
    ]


def _journal(state: str) -> list[Finding]:
    if state != "in_trouble":
        return []
    return [
        Finding(
            check="server.journal",
            title=_("Журнал сервера"),
            state="fault",
            found=_("не пишется, события ждут в памяти"),
            remedy=_("Скажите администратору: на диске сервера нет места, или база занята."),
        )
    ]


def _clock(date: str, now: float) -> Finding:
    title = _("Часы")
    try:
        ahead = now - parsedate_to_datetime(date).timestamp() - 0.5
    except (TypeError, ValueError):
        unknown = _("сервер не назвал времени")
        return Finding(check="server.clock", title=title, state="warning", found=unknown)
    wrong = abs(ahead) > CLOCK_WARNING_S
    return Finding(
        check="server.clock",
        title=title,
        state="warning" if wrong else "ok",
        found=_("расходятся с сервером на {s} с").format(s=round(abs(ahead)))
        if wrong
        else _("идут с сервером вместе"),
        remedy=_("Включите синхронизацию времени (NTP) на этой машине.") if wrong else "",
    )


async def _websocket(http: ClientSession, url: str, secure: ssl.SSLContext | bool) -> Finding:
    title = _("Живая связь (WebSocket)")
    try:
        async with asyncio.timeout(SERVER_S), http.ws_connect(url, ssl=secure):
            return Finding(check="server.websocket", title=title, state="ok", found=_("есть"))
    except (WSServerHandshakeError, ClientError, OSError, TimeoutError) as error:
        return Finding(
            check="server.websocket",
            title=title,
            state="fault",
            found=explain(error),
            remedy=_("Посредник (прокси) на пути не пропускает WebSocket: настройте его."),
        )
