"""The server's clock: wall time that never jumps while the server runs."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch, counted by the monotonic clock from the moment of creation.

    A step of the system's clock therefore moves no deadline and no order of facts.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        return time.monotonic() + self._offset

    def delay_until(self, at: float) -> float:
        """Seconds from now, never negative."""
        return max(0.0, at - self.now())
