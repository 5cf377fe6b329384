"""Addresses for tests: every caller gets a loopback host of its own, so that tests, workers and
programs that run at the same time never meet on a port."""

from __future__ import annotations

import itertools
import os
import socket

_counter = itertools.count(1)
_given: set[tuple[str, int]] = set()


def fresh_host() -> str:
    """A loopback address nobody else here uses: ``127.a.b.c`` with 14 bits of the process id and
    10 bits of a counter, from 127.64 on."""
    process, number = os.getpid() % 0x3000, next(_counter) % 1000
    return f"127.{64 + (process >> 6)}.{(process & 63) << 2 | number >> 8}.{number & 255}"


def free_port(host: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that is free now and was not given out here before."""
    while True:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind((host, 0))
            port: int = probe.getsockname()[1]
        if (host, port) not in _given:
            _given.add((host, port))
            return port
