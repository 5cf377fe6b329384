from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from ekc_console.tui.shared.colourless import WithoutColours

DARK, LIGHT = Color(20, 24, 29), Color(244, 246, 247)


def plain(style: Style | None, background: Color = DARK) -> Style | None:
    [segment] = WithoutColours().apply([Segment("x", style)], background)
    return segment.style


@pytest.mark.parametrize("background", [DARK, LIGHT])
def test_a_background_that_stands_out_becomes_reverse(background: Color) -> None:
    cursor = Style(color="#ffffff", bgcolor="#7a92a8", bold=True)
    assert plain(cursor, background) == Style(bold=True, reverse=True)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(color="#e07a78", bgcolor="#191f26"), Style()),
        (Style(color="red", bgcolor="default", bold=True), Style(bold=True)),
        (Style(color="#93a1ad", dim=True, underline=True), Style(dim=True, underline=True)),
        (Style(bgcolor="#ffffff", reverse=True), Style(reverse=True)),
        (None, None),
    ],
)
def test_colours_go_and_the_rest_stays(style: Style | None, expected: Style | None) -> None:
    assert plain(style) == expected
