"""A process that was told to end does end, though a disk or a thread holds it."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading

from ekc_console import log

LIMIT_S = 20.0
"""Less than a service manager waits before it kills, more than an orderly end takes."""
EXIT_CODE = 1


class EndInTime:
    """``begin`` when the end begins; whatever still runs after the limit is cut off."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._begun = False

    def begin(self) -> None:
        """The second time does nothing."""
        if not self._begun:
            self._begun = True
            timer = threading.Timer(self._limit_s, _cut_off)
            timer.daemon = True
            timer.start()


def _cut_off() -> None:
    try:
        faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
        log.drain()
    finally:
        os._exit(EXIT_CODE)
