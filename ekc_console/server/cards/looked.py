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
        at, shown = self._shown.get((login, reading), (-SAME_WITHIN_S, frozenset()))
        return now - at > SAME_WITHIN_S or not shown.issuperset(cards)

    def remember(self, login: str, reading: str, cards: Collection[str], now: float) -> None:
        """Once the reading has left its trace: one that left none is still to be traced."""
        self._shown[login, reading] = now, frozenset(cards)
