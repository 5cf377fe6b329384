"""Addresses on loopback that no other program here uses."""

from __future__ import annotations

import itertools
import os
import socket

_numbers = itertools.count(1)


def fresh_host() -> str:
    """``127.a.b.c`` from the process id and a counter."""
    pid = os.getpid()
    return f"127.{30 + pid % 30}.{(pid // 30) % 256}.{next(_numbers) % 250 + 2}"


def free_port(host: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
