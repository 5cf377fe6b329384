"""The address of the consoles: taken early, listened at late, given back at the end."""

from __future__ import annotations

import socket

import structlog
from aiohttp import web

from ekc_console.errors import EkcError
from ekc_console.server.start.tls_in_force import TlsInForce

log = structlog.get_logger(__name__)


class Listening:
    """``take``, ``begin``; then ``end_connections`` and ``give_back``, also of what has not
    begun."""

    def __init__(self, app: web.Application, tls: TlsInForce, host: str, port: int) -> None:
        self._app = app
        self._tls = tls
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._web: web.AppRunner | None = None

    def take(self) -> None:
        """Raises EkcError."""
        self._socket = bound(self._host, self._port)

    async def begin(self) -> None:
        assert self._socket is not None
        self._web = web.AppRunner(self._app, access_log=None, shutdown_timeout=2.0)
        await self._web.setup()
        await web.SockSite(self._web, self._socket, ssl_context=self._tls.context()).start()
        self._tls.start()
        log.info("server listens", host=self._host, port=self._port)

    async def end_connections(self) -> None:
        if self._web is not None:
            await self._web.cleanup()

    async def give_back(self) -> None:
        if self._socket is not None:
            self._socket.close()
        await self._tls.stop()


def bound(host: str, port: int) -> socket.socket:
    """A socket on the address of the consoles, not listening yet. Raises EkcError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        opened = socket.socket(family, kind, protocol)
    except OSError as error:
        raise EkcError(
            f"server.host: адреса «{host}» нет: {error.strerror}.", "Исправьте server.host."
        ) from error
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
    except OSError as error:
        opened.close()
        raise EkcError(
            f"server.port: {host}:{port} не открывается: {error.strerror}.",
            "Порт занят другой программой? Закройте её или укажите другой server.port.",
        ) from error
    return opened
