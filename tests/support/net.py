"""Addresses for tests: every caller gets a loopback host of its own, so that tests, workers and
programs that run at the same time never meet on a port."""

from __future__ import annotations

import itertools
import os

from ekc_console.server.engine.asterisk.setup.ports import free_sip_port

_counter = itertools.count(1)
_given: dict[str, set[int]] = {}


def fresh_host() -> str:
    """A loopback address nobody else here uses: ``127.a.b.c`` with 14 bits of the process id and
    10 bits of a counter, from 127.64 on."""
    process, number = os.getpid() % 0x3000, next(_counter) % 1000
    return f"127.{64 + (process >> 6)}.{(process & 63) << 2 | number >> 8}.{number & 255}"


def free_port(host: str) -> int:
    """A port that is free now for TCP and for UDP and was not given out here before."""
    while (port := free_sip_port(host)) in _given.setdefault(host, set()):
        pass
    _given[host].add(port)
    return port
