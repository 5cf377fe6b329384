"""Login against a real server: what people read when it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ekc_console import i18n
from ekc_console.client.link.login import login
from ekc_console.errors import EkcError
from ekc_console.wire import codec
from ekc_console.wire.login import HttpError
from ekc_console.wire.words import words
from tests.support.net import free_port, fresh_host
from tests.support.wire_server import WireServer


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer() as server:
        yield server


async def test_the_servers_own_remedy_comes_first(server: WireServer) -> None:
    error = HttpError(code="throttled", words=words("login.throttled", seconds=7))
    server.login_error = (429, codec.encode(error))
    with pytest.raises(EkcError) as caught:
        await login(server.url, "anna", "secret")
    assert (caught.value.message, caught.value.remedy) == (
        "Слишком много неудачных попыток входа.",
        "Повторите через 7 с.",
    )


async def test_a_good_login(server: WireServer) -> None:
    granted = await login(server.url, "anna", "secret")
    assert (granted.login, granted.name, granted.token) == ("anna", "Анна", "token-anna")


async def test_a_wrong_password(server: WireServer) -> None:
    with pytest.raises(EkcError, match=r"Неверный логин или пароль\.\n.*раскладку") as caught:
        await login(server.url, "anna", "wrong")
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("account_expired", "администратора"),
        ("throttled", "Подождите"),
        ("wrong_protocol", "Обновите консоль"),
        ("bad_request", ""),
    ],
)
async def test_the_servers_refusal_and_a_remedy(server: WireServer, code: str, remedy: str) -> None:
    server.login_error = (403, codec.encode(HttpError(code=code, words=words("server.no_request"))))
    with pytest.raises(EkcError, match="Нужно сообщение") as caught:
        await login(server.url, "anna", "secret")
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (404, b"<html>", "ошибкой HTTP 404"),
        (502, b"", "ошибкой HTTP 502"),
        (200, b"hello", "непонятно"),
        (200, b'{"token": 1}', "непонятно"),
    ],
)
async def test_another_program_at_that_address(
    server: WireServer, status: int, body: bytes, text: str
) -> None:
    server.login_error = (status, body)
    with pytest.raises(EkcError, match=text) as caught:
        await login(server.url, "anna", "secret")
    assert server.url in caught.value.message
    assert caught.value.remedy


async def test_nobody_listens_there() -> None:
    host = fresh_host()
    url = f"http://{host}:{free_port(host)}"
    with pytest.raises(EkcError, match="соединение отклонено") as caught:
        await login(url, "anna", "secret")
    assert url in caught.value.message
    assert "ekc server" in caught.value.remedy


@pytest.mark.parametrize("url", ["", "122", "ftp://host", "http://", "localhost:8122", "http://[x"])
async def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(EkcError, match="не годится") as caught:
        await login(url, "anna", "secret")
    assert "http://" in caught.value.remedy


async def test_a_login_error_is_in_the_consoles_language(server: WireServer) -> None:
    i18n.use("en")
    try:
        with pytest.raises(EkcError, match="Wrong login or password") as caught:
            await login(server.url, "anna", "wrong")
        assert "Caps Lock" in caught.value.remedy
    finally:
        i18n.use("ru")
