"""Live changes come in bursts; what nobody waits for is painted at most ten times a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

EVERYTHING = frozenset({"link", "view", "line", "card", "notice", "clock", "watch", "month"})
"""Names of what can change; ``clock`` is the tick of each second."""

PACED = frozenset({"view", "clock", "sound", "watch", "month"})
"""What changes by itself all the time. The rest comes of something the operator did or waits for:
a key, the line, the link, a word to the operator; it is painted at once."""

MIN_GAP_S = 0.1
"""Between two paced paints: the first change is painted at once, the rest of a burst together."""

SLOW_GAP_S = 0.3
"""The same over SSH."""


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
        self._due: float | None = None
        self._plan = 0
        """Number of the paint that was put off last; an earlier one that it replaced is void."""
        self._painted_at = float("-inf")

    @property
    def waiting(self) -> bool:
        """Something is still to be painted."""
        return self._due is not None

    def mark(self, names: set[str] | frozenset[str], *, urgent: bool = False) -> None:
        """``urgent``: among them is something that must not wait, whatever its name."""
        self._dirty |= names
        if not self._dirty:
            return
        now = self._clock()
        gap = SLOW_GAP_S if self._slow else MIN_GAP_S
        at_once = urgent or bool(names - PACED)
        due = now if at_once else max(now, self._painted_at + gap)
        if self._due is not None and self._due <= due:
            return
        self._due = due
        self._plan += 1
        self._later(due - now, partial(self._flush, self._plan))

    def _flush(self, plan: int) -> None:
        if plan != self._plan or self._due is None:
            return
        self._due = None
        self._painted_at = self._clock()
        names, self._dirty = frozenset(self._dirty), set()
        self._paint(names)
