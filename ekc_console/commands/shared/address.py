"""The server's address, as another machine may know it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ekc_console.config import Config

_EVERYWHERE = ("", "0.0.0.0", "::")


def scheme(config: Config) -> str:
    return "https" if config.https else "http"


def host_and_port(config: Config) -> str:
    """As it stands in an address: IPv6 in brackets (RFC 3986, 3.2.2)."""
    host = config.server.host
    if host in _EVERYWHERE:
        host = socket.gethostname()
    return f"[{host}]:{config.server.port}" if ":" in host else f"{host}:{config.server.port}"
