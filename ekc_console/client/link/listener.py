"""What the link to the server tells, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ekc_console.wire.messages import Notice, Welcome
from ekc_console.wire.watch import WatchNews


@dataclass(frozen=True, slots=True)
class Link:
    """``connecting`` also while a lost link is being restored; ``offline``: for good."""

    state: Literal["online", "connecting", "offline"]
    since: float
    """When the state began, by the clock that was given to the connection."""
    detail: str = ""
    """Why not online, for people."""


class Listener(Protocol):
    """Told on the event loop, in order. Must return at once and not raise."""

    def on_link(self, link: Link) -> None: ...

    def on_welcome(self, welcome: Welcome) -> None: ...

    def on_view(self) -> None: ...

    def on_notice(self, notice: Notice) -> None: ...

    def on_watch(self, news: WatchNews) -> None: ...
