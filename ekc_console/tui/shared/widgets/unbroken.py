"""Text that keeps «не» with its word and a dot with what stands before it, however narrow it is."""

from __future__ import annotations

import re

from textual import events
from textual.content import Content

from ekc_console.tui.shared.widgets.painted import Painted

_HELD = re.compile(r"(?<=\b[\u041d\u043d]\u0435) (?=\w)|(?<=\b\u041d\u0415) (?=\w)| (?=· )")
"""Spaces at which no line ends: after «не», «Не» and «НЕ», and before a dot. A no-break
space would not do: Textual breaks there as well."""


def unbroken(content: Content, width: int) -> Content:
    """``content`` in lines of at most ``width`` cells, 0 for one that is not known yet."""
    if not width:
        return content
    lines = [
        part
        for line in content.split("\n", allow_blank=True)
        for part in (_lines(line, width) if _HELD.search(line.plain) else [line])
    ]
    return Content("\n").join(lines)


def _lines(line: Content, width: int) -> list[Content]:
    masked, end, found = _HELD.sub("_", line.plain), 0, []
    for part in Content(masked).wrap(width):
        begin = masked.index(part.plain, end)
        end = begin + len(part.plain)
        found.append(line[begin:end])
    return found


class Unbroken(Painted):
    """Wrapped by its own width; ``shown`` is the text as it was painted."""

    def paint(self, content: Content, *, same_size: bool = False) -> None:
        if not content.is_same(self._shown):
            self._shown = content
            self.update(unbroken(content, self.size.width), layout=not same_size)

    def on_resize(self, event: events.Resize) -> None:
        self.update(unbroken(self._shown, event.size.width))
