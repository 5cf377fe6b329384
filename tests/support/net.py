"""Addresses for tests: every caller gets a loopback host of its own, so that tests, workers and
programs that run at the same time never meet on a port."""

from __future__ import annotations

import itertools
import os
import socket

_counter = itertools.count(1)
_given: set[tuple[str, int]] = set()


def fresh_host() -> str:
    """A loopback address nobody else here uses: ``127.a.b.c`` from the process id and a counter."""
    pid, number = os.getpid(), next(_counter)
    return f"127.{64 + pid % 160}.{(pid // 160) % 256}.{number % 250 + 2}"


def free_port(host: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that is free now and was not given out here before."""
    while True:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind((host, 0))
            port: int = probe.getsockname()[1]
        if (host, port) not in _given:
            _given.add((host, port))
            return port
