"""Network errors in words."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest
from aiohttp import ServerDisconnectedError

from ekc_console.client.link.network import explain, remedy


def caused_by(cause: BaseException) -> BaseException:
    error = ValueError("the outer one")
    error.__cause__ = cause
    return error


def refused(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "нет ответа"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "соединение отклонено"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "соединение сброшено"),
        (ConnectionResetError("Cannot write to closing transport"), "соединение сброшено"),
        (OSError(errno.ENETUNREACH, "x"), "нет сети"),
        (OSError(errno.EHOSTUNREACH, "x"), "узел недоступен"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "имя узла не найдено"),
        (ssl.SSLCertVerificationError(1, "x"), "сертификат сервера выдан неизвестным центром"),
        (refused(62), "сертификат сервера выдан для другого имени"),
        (refused(10), "срок сертификата сервера вышел"),
        (ssl.SSLError(1, "x"), "по этому адресу говорят без шифрования или старым TLS"),
        (caused_by(ConnectionRefusedError(errno.ECONNREFUSED, "x")), "соединение отклонено"),
        (caused_by(caused_by(TimeoutError())), "нет ответа"),
        (OSError(errno.EACCES, "Permission denied"), "[Errno 13] Permission denied"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_explain(error: BaseException, words: str) -> None:
    assert explain(error) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ssl.SSLCertVerificationError(1, "x"), "ca.pem"),
        (caused_by(ssl.SSLCertVerificationError(1, "x")), "ca.pem"),
        (caused_by(ssl.SSLError(1, "wrong version")), "начинается с http://"),
        (ServerDisconnectedError(), "начинается с https://"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "ekc server"),
    ],
)
def test_what_to_do(error: BaseException, words: str) -> None:
    assert words in remedy(error)
