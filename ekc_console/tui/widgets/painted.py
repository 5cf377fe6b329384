"""A text that is repainted only when it has changed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Painted(Static):
    """Show text by :meth:`paint`; the same text again costs nothing."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown = Content("")

    @property
    def shown(self) -> Content:
        return self._shown

    def paint(self, content: Content, *, same_size: bool = False) -> None:
        """``same_size``: the text takes as much room as before, so nothing else moves."""
        if content.is_same(self._shown):
            return
        self._shown = content
        self.update(content, layout=not same_size)
