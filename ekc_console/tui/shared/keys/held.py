"""A key that is held down, or bounces, answers one question and not the next ones; and does to a
call or to the own state what it does once."""

from __future__ import annotations

import time
from collections.abc import Callable

from ekc_console.tui.shared.keys.action import Action

SAME_KEY_S = 0.2
"""So soon after it the same key is no new press."""
SECOND_PRESS = 5
"""Within so many times ``SAME_KEY_S`` the same key is not meant for what it does next."""
_ENDS_OR_DIALS = ("call.hang_up", "call.reject", "call.dial")
"""What nobody means by the second press of a key that has just done something else."""


class HeldKey:
    """``repeats`` is asked at each press. ``clock``: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = ""
        self._at = 0.0
        self._done, self._done_at = "", 0.0

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
        other = key == self._key and action.id != self._done
        too_soon = self._clock() - self._done_at < SAME_KEY_S * SECOND_PRESS
        if self.repeats(key) and action.section in ("call", "state"):
            return True
        if other and too_soon and action.id in _ENDS_OR_DIALS:
            return True
        self._done, self._done_at = action.id, self._clock()
        return False


class Carried:
    """A key that has led into a field is not typed there while it is held, or bounces."""

    def __init__(self) -> None:
        self._key = ""
        self._at = 0.0
        self._began: object = None

    def is_carried(self, key: str, at: float, where: object) -> bool:
        """``where`` has the key now; ``at``: seconds that only grow, of the press."""
        goes_on = key == self._key and at - self._at < SAME_KEY_S
        self._key, self._at = key, at
        if not goes_on:
            self._began = where
        return goes_on and where is not self._began
