"""The last order of this console that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ekc_console.client.link.watched import Watched
from ekc_console.wire.messages import Command


def _never(_watched: Watched) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Undo:
    body: Command | tuple[Command, ...]
    """The order that takes it back, or one for each thing."""
    done: str
    """Words, when it was taken back."""
    too_late: Callable[[Watched], str] = _never
    """Why it cannot be taken back any more, as far as is seen here; empty: it can."""
