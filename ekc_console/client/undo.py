"""The last order of this console that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ekc_console.client.link.watched import Watched
from ekc_console.wire.messages import Command


def _never(_watched: Watched) -> str:
    return ""


def _always(_watched: Watched) -> bool:
    return True


@dataclass(slots=True)
class Undo:
    body: Command | tuple[Command, ...]
    """The order that takes it back, or one for each thing."""
    done: str
    """Words, when it was taken back."""
    too_late: Callable[[Watched], str] = _never
    """Why it cannot be taken back any more, as far as is seen here; empty: it can."""
    stands: Callable[[Watched], bool] = _always
    """What was ordered still holds, as far as is seen here."""
    seen: bool = False
    """The centre was seen as it was ordered: an answer comes before the news of what it did."""

    def look(self, watched: Watched) -> None:
        """The centre has changed."""
        self.seen = self.seen or self.stands(watched)

    def is_overtaken(self, watched: Watched) -> bool:
        """Somebody has ordered otherwise since."""
        return self.seen and not self.stands(watched)
