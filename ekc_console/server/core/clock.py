"""The server's clock: wall time that never jumps while the server runs, and never goes back."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

SLEW = 0.1
"""How much faster or slower than real time the clock runs to meet a wall clock that was stepped:
an hour is made good in ten, and a time limit is wrong by a tenth meanwhile."""
STEP_S = 2.0
"""A wall clock that is so far away has been stepped."""


class Clock:
    """Seconds since the epoch, counted by the monotonic clock.

    A step of the system's clock, forwards or backwards, makes no deadline fire early or late by
    its size: the difference is worked off slowly. ``not_before`` is the latest moment that the
    journal knows: a system clock that was set back while the server was away must not make the
    deadlines of that time wait for it.
    """

    def __init__(
        self,
        not_before: float = 0.0,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._read_at = monotonic()
        self._now = max(wall(), not_before)
        self._stepped = False

    def now(self) -> float:
        read_at = self._monotonic()
        passed = read_at - self._read_at
        self._read_at = read_at
        away = self._wall() - (self._now + passed)
        self._now += passed + min(max(away, -SLEW * passed), SLEW * passed)
        if (abs(away) > STEP_S) != self._stepped:
            self._stepped = not self._stepped
            if self._stepped:
                log.warning("the system's clock was stepped, following slowly", seconds=round(away))
            else:
                log.info("the system's clock is caught up with")
        return self._now

    def delay_until(self, at: float) -> float:
        """Seconds from now, never negative."""
        return max(0.0, at - self.now())
