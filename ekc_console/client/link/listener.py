"""What the link to the server tells, and to whom; and whether the console is still the one of the
person's role, which may change while it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ekc_console.client.link.view import View
from ekc_console.client.words.saying import said
from ekc_console.domain.terms.rights import Workplace, may_open, opening, own_workplace
from ekc_console.wire.messages import Notice, Welcome
from ekc_console.wire.watch import WatchNews
from ekc_console.wire.words import words


@dataclass(frozen=True, slots=True)
class Link:
    """``connecting`` also while a lost link is being restored; ``offline``: for good."""

    state: Literal["online", "connecting", "offline"]
    since: float
    """When the state began, by the clock that was given to the connection."""
    detail: str = ""
    """Why not online, for people."""


class NoPlace(Exception):
    """This console is not for the person any more: the link ends for good. Text for people."""


class Listener(Protocol):
    """Told on the event loop, in order. Must return at once and not raise, but for what a method
    says."""

    def on_link(self, link: Link) -> None: ...

    def on_welcome(self, welcome: Welcome) -> None: ...

    def on_view(self) -> None:
        """Raises NoPlace."""

    def on_notice(self, notice: Notice) -> None: ...

    def on_watch(self, news: WatchNews) -> None: ...


class Placed(Protocol):
    """The desk of a console."""

    view: View
    workplace: Workplace


def has_place(desk: Placed) -> bool:
    """By the role of now; a call in hand is brought to its end where it is."""
    me, call = desk.view.me, desk.view.call
    return me is None or call is not None or may_open(me.role, desk.workplace)


def require_place(desk: Placed) -> None:
    """Raises NoPlace, with what the person opens instead."""
    me = desk.view.me
    if me is None or has_place(desk):
        return
    values = {
        "workplace": desk.workplace,
        "who": ",".join(opening(desk.workplace)),
        "role": me.role,
        "yours": own_workplace(me.role),
    }
    raise NoPlace(said(words("session.other_screen", **values)))
