"""The server's clock: it shows the wall's time and never jumps by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

SLEW = 0.1
"""How much faster or slower than real time the clock runs to meet a wall clock near by."""
STEP_S = 2.0
"""A wall clock that is further away has been stepped: by a correction, or because the machine
slept."""
READ_WITHIN_S = 0.1
"""Both clocks are read within so long, or once more: a pause between the two is no step."""


class Clock:
    """Seconds since the epoch, counted by the monotonic clock.

    A wall clock that is up to ``STEP_S`` away is met slowly. One that is further away is not
    followed: ``away`` tells how far it is, and ``set_by`` makes up for it once everything that
    remembers moments is told (``core.clock_keeper``). So no step makes a deadline fire
    early or late by its size.

    ``not_before`` is the latest moment that the journal knows: the clock goes on from there where
    the wall clock is behind it, until it is set.
    """

    def __init__(
        self,
        not_before: float = 0.0,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        shown, self._read_at = self._read()
        self._now = max(shown, not_before)

    @staticmethod
    def steady() -> float:
        """Seconds since the machine's start, its sleep counted; nobody sets them."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def now(self) -> float:
        return self._follow()[0]

    def away(self) -> float:
        """Seconds by which the wall clock is ahead of this one (negative: behind); 0 when it was
        not stepped."""
        now, shown = self._follow()
        away = shown - now
        return away if abs(away) > STEP_S else 0.0

    def wall(self) -> float:
        """What the wall clock shows, though this one may not have been set by it yet."""
        return self.now() + self.away()

    def set_by(self, seconds: float) -> None:
        self._now += seconds

    def delay_until(self, at: float) -> float:
        """Seconds from now, never negative."""
        return max(0.0, at - self.now())

    def _follow(self) -> tuple[float, float]:
        """This clock's time, and the wall's."""
        shown, read_at = self._read()
        passed = max(0.0, read_at - self._read_at)
        self._read_at = read_at
        self._now += passed
        away = shown - self._now
        if abs(away) <= STEP_S:
            self._now += min(max(away, -SLEW * passed), SLEW * passed)
        return self._now, shown

    def _read(self) -> tuple[float, float]:
        """The wall clock and the monotonic one at the same moment."""
        while True:
            before = self._monotonic()
            shown = self._wall()
            after = self._monotonic()
            if after - before <= READ_WITHIN_S:
                return shown, after
