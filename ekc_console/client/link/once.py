"""One command without a session: what the command line does beside the console."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import msgspec
from aiohttp import encode_basic_auth

from ekc_console.client.link.connection import UNSAVED
from ekc_console.client.link.errors import not_done
from ekc_console.client.link.login import get, post, refusal, server_url
from ekc_console.client.link.reading import read_reply
from ekc_console.client.words.saying import said
from ekc_console.domain.terms.localtime import USUAL_ZONE
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.json_faults import NOT_JSON
from ekc_console.wire import codec
from ekc_console.wire.codec import BadMessage
from ekc_console.wire.messages import Command, Request, Result

COMMAND_PATH = "api/command"
HEALTH_PATH = "health"


async def command(
    url: str,
    login: str,
    password: str,
    body: Command,
    *,
    timeout_s: float = 10.0,
    on_unsaved: Callable[[str], None] = lambda text: None,
) -> Result | None:
    """Carry out one command as this person; a console that is open goes on. ``on_unsaved`` is told
    a word for people when it is done, but not written yet.

    Raises EkcError: server not reachable, login refused; Refused with the server's reason. What the
    server has not begun within ``timeout_s`` is not done: its clock is asked for first.
    """
    target = server_url(url) / COMMAND_PATH
    told = await _clock(url, timeout_s)
    by = told.steady + timeout_s if told and told.steady else 0.0
    data = codec.encode(Request(id=secrets.token_hex(8), body=body, by=by))
    headers = {
        "Content-Type": "application/json",
        "Authorization": encode_basic_auth(login, password, "utf-8"),
    }
    status, content = await post(target, data, headers, url=url, timeout_s=timeout_s)
    if not 200 <= status < 300:
        raise refusal(content, status, url)
    try:
        reply = read_reply(content)
    except BadMessage as error:
        raise EkcError(
            _("Сервер {url} ответил на команду непонятно: {why}.").format(url=url, why=error),
            _("Обновите консоль до версии сервера."),
        ) from None
    if not reply.ok:
        raise not_done(reply)
    if reply.unsaved:
        on_unsaved(said(UNSAVED))
    return reply.result


class _ClockTold(msgspec.Struct):
    now: float
    timezone: str
    steady: float = 0.0
    """0: not told."""


class _Health(msgspec.Struct):
    clock: _ClockTold | None = None


async def clock(url: str, *, timeout_s: float = 10.0) -> tuple[float, str]:
    """The server's time (seconds since the epoch) and the name of the centre's zone; this machine's
    time and the usual zone for a server that does not tell. Raises EkcError."""
    told = await _clock(url, timeout_s)
    return (time.time(), USUAL_ZONE) if told is None else (told.now, told.timezone)


async def _clock(url: str, timeout_s: float) -> _ClockTold | None:
    """None: the server does not tell. Raises EkcError."""
    content = await get(server_url(url) / HEALTH_PATH, url=url, timeout_s=timeout_s)
    try:
        return msgspec.json.decode(content, type=_Health).clock
    except NOT_JSON:
        return None
