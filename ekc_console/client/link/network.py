"""The way to the server: network errors in words for people, this machine's own address."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import ssl
from collections.abc import Iterator

from aiohttp import ServerDisconnectedError

from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _

_BY_NUMBER = {
    errno.ECONNREFUSED: N_("соединение отклонено"),
    errno.ECONNRESET: N_("соединение сброшено"),
    errno.EPIPE: N_("соединение сброшено"),
    errno.ENETUNREACH: N_("нет сети"),
    errno.ENETDOWN: N_("нет сети"),
    errno.EHOSTUNREACH: N_("узел недоступен"),
    errno.ETIMEDOUT: N_("нет ответа"),
}
_UNKNOWN_AUTHORITY = N_("сертификат сервера выдан неизвестным центром")
_CERTIFICATE = {  # OpenSSL's X509_V_ERR_…
    9: N_("сертификат сервера ещё не действует: проверьте часы"),
    10: N_("срок сертификата сервера вышел"),
    62: N_("сертификат сервера выдан для другого имени"),
    64: N_("сертификат сервера выдан для другого адреса"),
}


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def remedy(error: BaseException) -> str:
    """What to do about a server that does not answer."""
    found = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in found):
        return _(
            "Положите сертификат центра (ca.pem, он у администратора) в ~/.config/ekc/ca.pem или "
            "назовите его в EKC_CA; адрес сервера пишите так, как в сертификате."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in found):
        return _("Если сервер без шифрования, его адрес начинается с http://.")
    if any(isinstance(cause, ServerDisconnectedError) for cause in found):
        return _("Если сервер с шифрованием, его адрес начинается с https://.")
    return _("Проверьте адрес сервера и что он запущен (ekc server).")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def explain(error: BaseException) -> str:
    """The reason of ``error``, found through its causes; the system's own words for a rare one."""
    if isinstance(error, TimeoutError):
        return _("нет ответа")
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", 0)  # aiohttp's own has none, its cause has
        if not code and error.__cause__ is not None:
            return explain(error.__cause__)
        return _(_CERTIFICATE.get(code, _UNKNOWN_AUTHORITY))
    if isinstance(error, ssl.SSLError):
        return _("по этому адресу говорят без шифрования или старым TLS")
    if isinstance(error, socket.gaierror | UnicodeError):
        return _("имя узла не найдено")
    if isinstance(error, OSError) and error.errno in _BY_NUMBER:
        return _(_BY_NUMBER[error.errno])
    if isinstance(error, ServerDisconnectedError):
        return _("сервер закрыл соединение, не ответив")
    cause = error.__cause__ or error.__context__
    if cause is not None:
        return explain(cause)
    if isinstance(error, ConnectionError):
        return _("соединение сброшено")
    return str(error) or type(error).__name__


def host_of(uri: str) -> str:
    """``sip:standing@host:port;transport=tcp`` → ``host``."""
    address = uri.partition(":")[2].partition(";")[0].rpartition("@")[2]
    return address.partition(":")[0]


async def address_of(host: str) -> str:
    """Its IPv4 address; empty when it has none or is not found."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 0, family=socket.AF_INET)
    except (OSError, UnicodeError):
        return ""
    return str(found[0][4][0])


async def own_address_towards(host: str) -> str:
    """The address of this machine that reaches ``host``; nothing is sent. Raises EkcError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, 9, family=socket.AF_INET, type=socket.SOCK_DGRAM)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(found[0][4])
            own: str = probe.getsockname()[0]
            return own
    except (OSError, UnicodeError) as error:
        raise EkcError(
            _("Сервер телефонии {host} недоступен: {why}.").format(host=host, why=explain(error)),
            _("Проверьте сеть и имя сервера в настройках."),
        ) from None
