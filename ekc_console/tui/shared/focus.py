"""Who gets the keys. Every move of the focus goes through here, and nothing else moves it.

Two rules hold, whatever the load:

* The focus is given at once and never put off: what is asked for first is never done last.
* What waits for something outside (a server, a search) carries the :class:`Turns` number of the
  moment it was asked for. When it comes, it takes the focus from nothing that was opened later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from textual.screen import Screen
from textual.widget import Widget


class Turns:
    """Numbers of what was asked for, in the order of asking."""

    def __init__(self) -> None:
        self._last = 0
        self._doing: int | None = None
        self._opened: WeakKeyDictionary[object, int] = WeakKeyDictionary()

    @property
    def asked(self) -> int:
        """Number of what is being done: inside :meth:`of` the one given there, else a new one."""
        if self._doing is not None:
            return self._doing
        self._last += 1
        return self._last

    @contextmanager
    def of(self, asked: int) -> Iterator[None]:
        """What happens inside was asked for at ``asked``."""
        before, self._doing = self._doing, asked
        try:
            yield
        finally:
            self._doing = before

    def opened(self, thing: object) -> None:
        """``thing`` (panel, screen, pane) is opened by what is being done."""
        self._opened[thing] = self.asked

    def number(self, thing: object) -> int:
        """Of the moment that ``thing`` was asked for; 0 when it was not opened."""
        return self._opened.get(thing, 0)

    def is_later(self, thing: object) -> bool:
        """Whether ``thing`` was asked for after what is being done."""
        return self.number(thing) > self.asked


def give(widget: Widget) -> None:
    """The keys go to ``widget`` from now on, while its screen is on top."""
    if widget.is_attached:
        widget.screen.set_focus(widget, scroll_visible=False)
        widget.call_after_refresh(show, widget)


def show(widget: Widget) -> None:
    """What has the keys is in sight: asked for when the parts stand where they will stay.

    Textual's own scrolling looks at once, and whether it sees the places from before or those that
    the same key has just changed is a matter of the machine's speed.
    """
    if widget.is_attached and widget.screen.focused is widget:
        widget.scroll_visible(animate=False)


def take(screen: Screen[object]) -> None:
    """Nobody has them: what had them is about to go."""
    screen.set_focus(None)


def in_sight(widget: Widget | None) -> bool:
    """Whether it and all around it are shown: a hidden one must not get keys."""
    return (
        widget is not None
        and widget.is_attached
        and all(getattr(node, "display", True) for node in widget.ancestors_with_self)
    )


async def settled(*widgets: Widget | None) -> None:
    """Until those that are just being made can take keys."""
    for widget in widgets:
        if widget is not None and not widget.is_mounted:
            await widget._mounted_event.wait()
