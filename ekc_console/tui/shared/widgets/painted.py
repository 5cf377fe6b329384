"""A text that is repainted only when it has changed."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Painted(Static):
    """Show text by :meth:`paint`; the same text again costs nothing."""

    class Rewrapped(Message):
        """The text has another width: one that was wrapped by hand must be made anew."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown = Content("")
        self._width = 0

    def on_resize(self, event: events.Resize) -> None:
        if event.size.width != self._width:
            self._width = event.size.width
            self.post_message(self.Rewrapped())

    @property
    def shown(self) -> Content:
        return self._shown

    def paint(self, content: Content, *, same_size: bool = False) -> None:
        """``same_size``: the text takes as much room as before, so nothing else moves."""
        if content.is_same(self._shown):
            return
        self._shown = content
        self.update(content, layout=not same_size)
