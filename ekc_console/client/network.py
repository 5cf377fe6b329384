"""Network errors in words for people."""

from __future__ import annotations

import errno
import socket
import ssl

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


def explain(error: BaseException) -> str:
    """The reason of ``error``, found through its causes; the system's own words for a rare one."""
    if isinstance(error, TimeoutError):
        return _("нет ответа")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("сертификату сервера нет доверия")
    if isinstance(error, socket.gaierror | UnicodeError):
        return _("имя узла не найдено")
    if isinstance(error, OSError) and error.errno in _BY_NUMBER:
        return _(_BY_NUMBER[error.errno])
    cause = error.__cause__ or error.__context__
    if cause is not None:
        return explain(cause)
    if isinstance(error, ConnectionError):
        return _("соединение сброшено")
    return str(error) or type(error).__name__
