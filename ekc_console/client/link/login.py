"""Login: password in, session token out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from ekc_console.client.link.network import explain, remedy
from ekc_console.client.link.trust import trust
from ekc_console.client.words.saying import parts
from ekc_console.domain.terms.rights import Workplace
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.json_faults import NOT_JSON
from ekc_console.wire import codec
from ekc_console.wire.login import HttpError, LoggedIn, Login
from ekc_console.wire.messages import PROTOCOL

LOGIN_PATH = "/api/login"

_REMEDIES = {
    "wrong_password": N_("Проверьте логин, пароль и раскладку клавиатуры."),
    "account_expired": N_("Попросите администратора продлить учётную запись."),
    "throttled": N_("Подождите немного и войдите снова; забытый пароль сменит администратор."),
    "wrong_protocol": N_("Обновите консоль до версии сервера."),
}


def server_url(text: str) -> URL:
    """The server's address as typed by people. Raises EkcError."""
    how = _("Напишите адрес так: http://127.0.0.1:8122")
    try:
        url = URL(text)
        usable = url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        usable = False
    if not usable:
        raise EkcError(_("Адрес сервера «{url}» не годится.").format(url=text), how)
    return url


async def post(
    target: URL, data: bytes, headers: dict[str, str], *, url: str, timeout_s: float
) -> tuple[int, bytes]:
    """Status and body of the server's answer. Raises EkcError that names ``url`` when there is
    none."""
    async with (
        _asked(url, timeout_s) as http,
        http.post(target, data=data, headers=headers, ssl=trust(target)) as answer,
    ):
        return answer.status, await answer.read()


async def get(target: URL, *, url: str, timeout_s: float) -> bytes:
    """Body of the server's answer. Raises EkcError that names ``url`` when there is none."""
    async with _asked(url, timeout_s) as http, http.get(target, ssl=trust(target)) as answer:
        return await answer.read()


@asynccontextmanager
async def _asked(url: str, timeout_s: float) -> AsyncIterator[ClientSession]:
    try:
        async with ClientSession(timeout=ClientTimeout(total=timeout_s)) as http:
            yield http
    except (ClientError, OSError, TimeoutError) as error:
        raise EkcError(
            _("Сервер {url} недоступен: {why}.").format(url=url, why=explain(error)),
            remedy(error),
        ) from None


class ChoosePassword(EkcError):
    """What was given is a one-time code, and right: a password is to be chosen with it, or
    another one than was."""


async def login(
    url: str,
    login: str,
    password: str,
    new_password: str = "",
    *,
    workplace: Workplace = "operator",
    timeout_s: float = 10.0,
) -> LoggedIn:
    """Open a session. ``new_password``: to be the password from now on; ``workplace``: what is
    opened with the session.

    Raises EkcError: server not reachable, not ours, or login refused; ChoosePassword."""
    target = server_url(url) / LOGIN_PATH.lstrip("/")
    given = Login(
        login=login,
        password=password,
        new_password=new_password,
        protocol=PROTOCOL,
        workplace=workplace,
    )
    body = codec.encode(given)
    headers = {"Content-Type": "application/json"}
    status, content = await post(target, body, headers, url=url, timeout_s=timeout_s)
    if 200 <= status < 300:
        return _logged_in(content, url)
    raise refusal(content, status, url)


def _logged_in(content: bytes, url: str) -> LoggedIn:
    try:
        return msgspec.json.decode(content, type=LoggedIn)
    except NOT_JSON as error:
        raise EkcError(
            _("Сервер {url} ответил на вход непонятно: {why}.").format(url=url, why=error),
            _(
                "По этому адресу другая программа или другая версия сервера: "
                "проверьте адрес, обновите консоль."
            ),
        ) from None


def refusal(content: bytes, status: int, url: str) -> EkcError:
    """Why an HTTP answer is none, in words for people."""
    try:
        refusal = msgspec.json.decode(content, type=HttpError)
    except NOT_JSON:
        return EkcError(
            _("Сервер {url} ответил на вход ошибкой HTTP {status}.").format(url=url, status=status),
            _("По этому адресу другая программа или сервер неисправен: проверьте адрес."),
        )
    message, remedy = parts(refusal.words)
    kind = ChoosePassword if refusal.code in ("choose_password", "bad_password") else EkcError
    return kind(message, remedy or _(_REMEDIES.get(refusal.code, "")))
