"""Lists that stay on a screen and are read again and again: which reading is a new one."""

from __future__ import annotations

from collections.abc import Collection

SAME_WITHIN_S = 3600.0


class Looked:
    """By login and kind of list, the cards that were in it."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}

    def anew(self, login: str, reading: str, cards: Collection[str], now: float) -> bool:
        """Whether a card is among them that was not there in the last hour."""
        before = self._shown.get((login, reading))
        if before is not None and now - before[0] <= SAME_WITHIN_S and before[1] >= set(cards):
            return False
        self._shown[login, reading] = now, frozenset(cards)
        return True
