"""What stands in the fields of the script and is no answer yet: it outlives a step back, another
screen and a killed console. It stays on this machine."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ekc_console.client.card.drafts import Drafts
from ekc_console.errors import EkcError


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """``texts``: by scenario and step."""

    card: str
    texts: dict[str, str]
    revision: int = 0


class TypedTexts:
    """``begin`` for each person who sits down; nothing is kept before. A disk that fails costs
    only what a killed console would have kept."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._kept: Drafts[Typed] | None = None
        self._now = Typed(card="", texts={})

    def begin(self, kept: Drafts[Typed]) -> None:
        self._kept = kept
        self._now = Typed(card="", texts={})

    def text(self, card: str, place: str) -> str:
        """Empty when nothing was typed there."""
        self._take_up(card)
        return self._now.texts.get(place, "")

    def keep(self, card: str, place: str, text: str) -> None:
        """An empty ``text`` forgets."""
        self._take_up(card)
        if self._now.texts.get(place, "") == text:
            return
        texts = {name: kept for name, kept in self._now.texts.items() if name != place}
        self._now = Typed(card=card, texts={**texts, place: text} if text else texts)
        self._store()

    def _take_up(self, card: str) -> None:
        """Another card is in hand: what was typed into the one before is of no use."""
        if self._now.card == card or self._kept is None:
            return
        try:
            found = self._kept.get(card)
            for old in self._kept.all():
                if old.card != card:
                    self._kept.remove(old.card)
        except EkcError as error:
            found = None
            self._tell(str(error))
        self._now = found or Typed(card=card, texts={})

    def _store(self) -> None:
        if self._kept is None:
            return
        try:
            if self._now.texts:
                self._kept.put(self._now)
            else:
                self._kept.remove(self._now.card)
        except EkcError as error:
            self._tell(str(error))
