"""Ports of the engine: which are free, and what to say when one is not."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings
from ekc_console.server.engine.protocol import EngineError


def control_port(host: str, port: int, key: str) -> int:
    """``port`` if it is free, any free one for 0."""
    if port:
        _check_free(host, port, socket.SOCK_STREAM, key)
        return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        free: int = probe.getsockname()[1]
        return free


def free_sip_port(host: str) -> int:
    """A port that is free for UDP and for TCP at this moment: SIP is heard on both (RFC 3261,
    18.2.1), and a port that nobody has for one may be a connection's own for the other."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind((host, 0))
            port: int = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind((host, port))
                return port


def is_ours(host: str) -> bool:
    """Whether an IPv4 address is one of this machine's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


def check_ports(settings: AsteriskSettings) -> None:
    """Raises EngineError that says which port is taken and which setting to change."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        _check_free(settings.host, settings.sip_port, kind, "engine.sip_port")
    if settings.tls is not None:
        _check_free(settings.host, settings.tls.port, socket.SOCK_STREAM, "engine.tls_port")


def check_heard(host: str, port: int, pid: int) -> None:
    """Raises EngineError where the process ``pid`` is not bound to its port of SIP.

    Asterisk goes on without a transport whose port another program took just before it, and is
    deaf from then on: it answers all that we ask, and no caller.
    """
    has = {*_bound(pid)}
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        if (kind, host, port) not in has:
            raise _bind_error(OSError(errno.EADDRINUSE, ""), host, port, kind, "engine.sip_port")


_TABLES = ((socket.SOCK_DGRAM, "udp", "07"), (socket.SOCK_STREAM, "tcp", "0A"))
"""Tables in /proc/net, and the state of a socket there that waits for whoever comes (proc(5))."""


def _bound(pid: int) -> Iterator[tuple[socket.SocketKind, str, int]]:
    """IPv4 addresses at which a process of ours waits for whoever comes."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            inodes.add(os.readlink(link))
    for kind, table, waits in _TABLES:
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == waits and f"socket:[{fields[9]}]" in inodes:
                address, port = fields[1].split(":")
                yield kind, socket.inet_ntoa(struct.pack("=I", int(address, 16))), int(port, 16)


def _check_free(host: str, port: int, kind: socket.SocketKind, key: str) -> None:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _bind_error(error, host, port, kind, key) from None


def _bind_error(
    error: OSError, host: str, port: int, kind: socket.SocketKind, key: str
) -> EngineError:
    name = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
    if error.errno == errno.EADDRINUSE:
        return EngineError(
            f"Порт {port} ({name}) на {host} занят другой программой.",
            f"Остановите её или задайте другой порт в {key}.",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return EngineError(
            f"Адреса {host} нет на этой машине.", "Исправьте engine.host в настройках."
        )
    return EngineError(f"Порт {port} ({name}) на {host} не открывается: {error.strerror}.",
                       f"Задайте другой порт в {key}.")  # fmt: skip
