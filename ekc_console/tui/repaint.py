"""Live changes come in bursts; the screen is painted at most ten times a second."""

from __future__ import annotations

import time
from collections.abc import Callable

EVERYTHING = frozenset({"link", "view", "line", "card", "notice", "clock"})
"""Names of what can change; ``clock`` is the tick of each second."""

MIN_GAP_S = 0.1
"""Between two paints: the first change is painted at once, the rest of a burst together."""


SLOW_GAP_S = 0.3
"""The same over SSH. What a key changes is painted at once all the same."""


class Repainter:
    """``mark`` what has changed; ``paint`` gets all of it in one call.

    ``later(delay_s, callback)`` is the only source of time that passes.
    """

    def __init__(
        self,
        paint: Callable[[frozenset[str]], None],
        later: Callable[[float, Callable[[], None]], object],
        clock: Callable[[], float] = time.monotonic,
        *,
        slow: bool = False,
    ) -> None:
        self._slow = slow
        self._paint = paint
        self._later = later
        self._clock = clock
        self._dirty: set[str] = set()
        self._scheduled = False
        self._painted_at = float("-inf")

    def mark(self, names: set[str] | frozenset[str]) -> None:
        self._dirty |= names
        if self._scheduled or not self._dirty:
            return
        self._scheduled = True
        gap = SLOW_GAP_S if self._slow else MIN_GAP_S
        wait = max(0.0, self._painted_at + gap - self._clock())
        self._later(wait, self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        self._painted_at = self._clock()
        names, self._dirty = frozenset(self._dirty), set()
        self._paint(names)
