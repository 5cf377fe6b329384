"""The doctor's check of the server: is it reached, how fast, and what it says of itself."""

from __future__ import annotations

import asyncio
import ssl
import time
from email.utils import parsedate_to_datetime

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, WSServerHandshakeError
from yarl import URL

from ekc_console.client.finding import Finding
from ekc_console.client.link.connection import WEBSOCKET_PATH
from ekc_console.client.link.login import server_url
from ekc_console.client.link.network import explain, is_loopback, remedy
from ekc_console.client.link.trust import trust
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.json_faults import NOT_JSON

SERVER_S = 5.0
PINGS = 3
SLOW_MS = 150.0
CLOCK_SET_S = 60.0
CLOCK_WARNING_S = 2.0
"""The Date header counts whole seconds: less cannot be told from none."""


async def check_server(url: str) -> list[Finding]:
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
        except NOT_JSON:
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
        *_recording(str(health.get("recording", ""))),
        *_disk(health.get("disk")),
        *_clock_set(health.get("clock")),
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
            found=_engine_words(engine)[0],
            remedy=_engine_words(engine)[1],
        ),
    ]


def _engine_words(engine: object) -> tuple[str, str]:
    """How it is, and what to do."""
    if engine == "up":
        return _("работает"), ""
    if engine == "out_of_sight":
        return (
            _("не видна: разговоры идут, новые вызовы ждут"),
            _("Скажите администратору: у сервера нет связи с узлом Asterisk."),
        )
    return _("не работает"), _("Скажите администратору: на сервере не отвечает Asterisk.")


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


def _recording(state: str) -> list[Finding]:
    faults = {
        "paused": (
            _("остановлена: на диске сервера нет места"),
            _("Скажите администратору: освободить место, запись пойдёт сама."),
        ),
        "in_trouble": (
            _("не ведётся"),
            _("Скажите администратору: причина — в журнале сервера."),
        ),
    }
    if state not in faults:
        return []
    found, remedy = faults[state]
    title = _("Запись разговоров")
    return [
        Finding(check="server.recording", title=title, state="fault", found=found, remedy=remedy)
    ]


def _disk(disk: object) -> list[Finding]:
    if not isinstance(disk, dict) or disk.get("level", "enough") == "enough":
        return []
    return [
        Finding(
            check="server.disk",
            title=_("Диск сервера"),
            state="warning" if disk["level"] == "low" else "fault",
            found=_("осталось {mb} МБ").format(mb=disk.get("free_mb", "?")),
            remedy=_("Скажите администратору: освободить место."),
        )
    ]


def _clock_set(clock: object) -> list[Finding]:
    """The server's clock was stepped since its start, by a minute or more."""
    by_s = clock.get("set_by_s", 0.0) if isinstance(clock, dict) else 0.0
    ago_s = clock.get("set_ago_s", 0.0) if isinstance(clock, dict) else 0.0
    if not isinstance(by_s, float | int) or abs(by_s) < CLOCK_SET_S:
        return []
    return [
        Finding(
            check="server.clock_set",
            title=_("Часы сервера"),
            state="warning",
            found=_("переставлены на {s:+} с, {h} ч назад").format(
                s=round(by_s), h=round(float(ago_s) / 3600)
            ),
            remedy=_("Скажите администратору: проверить дату и синхронизацию времени сервера."),
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
