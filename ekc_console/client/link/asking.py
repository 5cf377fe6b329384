"""When a fresh snapshot is asked for on a link that stands."""

from __future__ import annotations


class Asking:
    """Of one link. Bounded: what can never be read must not be asked for without end."""

    def __init__(self, again_s: float) -> None:
        self._again_s = again_s
        self._asked_at: float | None = None
        self.due: float | None = None
        """By when what was asked for must come; None: nothing is waited for."""

    def ask(self, now: float) -> bool:
        """Whether to ask now (seconds by any steady clock); False within ``again_s`` of the last
        time."""
        if self._asked_at is not None and now - self._asked_at < self._again_s:
            return False
        self._asked_at, self.due = now, now + self._again_s
        return True

    def came(self) -> None:
        """A snapshot that could be read."""
        self.due = None
