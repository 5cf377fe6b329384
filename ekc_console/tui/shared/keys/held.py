"""A key that is held down, or bounces, answers one question and not the next ones; and does to a
call or to the own state what it does once."""

from __future__ import annotations

import time
from collections.abc import Callable

from ekc_console.tui.shared.keys.action import Action

SAME_KEY_S = 0.2
"""So soon after it the same key is no new press."""


class HeldKey:
    """``repeats`` is asked at each press. ``clock``: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = ""
        self._at = 0.0

    def repeats(self, key: str) -> bool:
        """The key is still the one before; each repeat counts anew, so that a key held for long
        stays one press."""
        now = self._clock()
        same = key == self._key and now - self._at < SAME_KEY_S
        self._key, self._at = key, now
        return same

    def repeats_action(self, action: Action) -> bool:
        """Of the key of an action that a second press would turn into its opposite, or do to the
        next call; actions with the same key count as one."""
        key = action.keys[0] if action.keys else action.id
        return self.repeats(key) and action.section in ("call", "state")
