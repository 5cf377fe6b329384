"""The console's own clock."""

from __future__ import annotations

import time
from collections.abc import Callable


class SteadyClock:
    """Seconds since the epoch as this machine had them when the console started, counted on by the
    monotonic clock: a correction of the machine's clock moves no timer on the screen. The server's
    time is told at every link (``Welcome.now``)."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._ahead_s = wall() - monotonic()

    def __call__(self) -> float:
        return self._monotonic() + self._ahead_s
