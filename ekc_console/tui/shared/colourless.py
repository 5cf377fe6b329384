"""NO_COLOR: bold, reverse and dim say what colours say elsewhere."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

STANDS_OUT = 0.1
"""A background so much lighter or darker (0 to 1) than that of its widget marks something: a
cursor, a selection, a warning."""


class WithoutColours(LineFilter):
    """Takes the colours out and turns marks of background into reverse.

    Textual's own filter leaves shades of grey, which a terminal with colours of its own shows as
    it likes."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, _plain(style, background) if style else style, control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _plain(style: Style, background: Color) -> Style:
    plain = style.without_color
    if style.bgcolor is None or style.bgcolor.is_default or style.reverse:
        return plain
    own = Color.from_rich_color(style.bgcolor).brightness
    return plain + Style(reverse=True) if abs(own - background.brightness) > STANDS_OUT else plain
