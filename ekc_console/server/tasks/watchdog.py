"""A server that hangs is worse than one that is dead: Asterisk holds the callers of a dead one.

The event loop beats while its work makes progress; a thread of its own sees when it has not for
``LIMIT_S``, writes the stacks of all threads to the error output and aborts the process, so that
whoever runs it (systemd with ``Restart=always``) starts it again. Where systemd asks for it
(``WatchdogSec=``), each beat is told to systemd too (sd_notify(3)): that also catches a process
that is stopped as a whole.

A disk that is full or hangs is no lack of progress: callers are served from memory then, and a
restart would cost what waits there.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping

import structlog

log = structlog.get_logger(__name__)

BEAT_S = 1.0
LIMIT_S = 15.0
"""Much longer than anything that rightly holds up the loop."""


Progress = Callable[[], float]
"""Seconds since the oldest of what waits for an answer came; 0 when nothing does."""


def _abort() -> None:
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    os.abort()


class Watchdog:
    """``start`` on the event loop that is to be watched, ``stop`` before it ends."""

    def __init__(
        self,
        limit_s: float = LIMIT_S,
        on_hang: Callable[[], None] = _abort,
        progress: Mapping[str, Progress] | None = None,
    ) -> None:
        """``progress``: what has to move, by name; each is asked on the event loop."""
        self._limit_s = limit_s
        self._on_hang = on_hang
        self._progress = dict(progress or {})
        self._last = time.monotonic()
        self._over = threading.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        self._beat()
        self._thread.start()
        tell_systemd("READY=1")

    def stop(self) -> None:
        self._over.set()
        if self._timer is not None:
            self._timer.cancel()
        tell_systemd("STOPPING=1")

    def _beat(self) -> None:
        if (stuck := self._stuck()) is None:
            self._last = time.monotonic()
            tell_systemd("WATCHDOG=1")
        else:
            log.critical("no progress", of=stuck)
        period = min(BEAT_S, self._limit_s / 4)
        self._timer = asyncio.get_running_loop().call_later(period, self._beat)

    def _stuck(self) -> str | None:
        """The first that has not moved for half the limit: the other half is without beats."""
        for name, age_s in self._progress.items():
            try:
                if age_s() > self._limit_s / 2:
                    return name
            except Exception:
                log.exception("progress not known", of=name)
                return name
        return None

    def _watch(self) -> None:
        seen = time.monotonic()
        while not self._over.wait(self._limit_s / 4):
            now = time.monotonic()
            # A machine that slept, or a process that was stopped, is no hang of the loop.
            awake = now - seen < self._limit_s / 2
            seen = now
            if awake and now - self._last > self._limit_s:
                self._on_hang()
                return
            if not awake:
                self._last = now


def tell_systemd(state: str) -> None:
    """Nothing is done where systemd has not asked for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out,
    ):
        out.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
