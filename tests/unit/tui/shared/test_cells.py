"""What reaches the terminal, seen by a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from ekc_console.tui.shared.cells import Cells
from tests.support.vt import Screen

SIZE = Size(12, 3)
STYLES = (None, Style(bold=True), Style(color="#ff0000", bgcolor="#102030"), Style(reverse=True))

letters = st.sampled_from("абвxyz 0漢é")
lines = st.lists(st.tuples(letters, st.sampled_from(STYLES)), min_size=12, max_size=12).map(
    lambda cells: Strip([Segment(text, style) for text, style in cells]).crop_extend(0, 12, None)
)
frames = st.lists(lines, min_size=3, max_size=3)


def whole(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, *SIZE))


def span(strips: list[Strip], y: int, x1: int, x2: int) -> ChopsUpdate:
    return ChopsUpdate([{0: strip} for strip in strips], [(y, x1, x2)], [[12]] * 3)


def written(cells: Cells, update: LayoutUpdate | ChopsUpdate) -> str:
    return cells.difference(update, SIZE, ColorSystem.TRUECOLOR)


def shown(strips: list[Strip]) -> Screen:
    """A terminal that got everything at once."""
    screen = Screen(*SIZE)
    screen.feed(written(Cells(), whole(strips)).encode())
    return screen


@pytest.mark.long
@given(st.lists(frames, min_size=1, max_size=5))
def test_the_terminal_shows_the_last_frame_however_it_came_there(
    shots: list[list[Strip]],
) -> None:
    cells, screen = Cells(), Screen(*SIZE)
    for strips in shots:
        screen.feed(written(cells, whole(strips)).encode())
    assert screen.lines == shown(shots[-1]).lines
    assert screen.styles == shown(shots[-1]).styles
    assert written(cells, whole(shots[-1])) == ""


@given(frames)
def test_the_text_is_that_of_the_strips(strips: list[Strip]) -> None:
    assert shown(strips).lines == [strip.text for strip in strips]


def test_one_changed_cell_costs_a_jump_and_a_letter() -> None:
    cells = Cells()
    before = [Strip([Segment("ГОТОВ 0:07  ")])] * 3
    after = [before[0], Strip([Segment("ГОТОВ 0:08  ")]), before[0]]
    assert written(cells, whole(before))
    assert written(cells, span(after, 1, 0, 12)) == "\x1b[2;10H8"


def test_a_style_is_written_once_for_neighbours_and_reset_at_the_end() -> None:
    cells = Cells()
    written(cells, whole([Strip.blank(12)] * 3))
    red = Strip([Segment("abc", Style(bold=True)), Segment("def", Style(bold=True))])
    update = whole([red.crop_extend(0, 12, None), Strip.blank(12), Strip.blank(12)])
    assert written(cells, update) == "\x1b[1;1H\x1b[1mabcdef\x1b[0m"


def test_after_a_change_of_size_and_when_forgotten_all_is_painted() -> None:
    cells = Cells()
    frame = whole([Strip([Segment("одно и то же")])] * 3)
    full = written(cells, frame)
    assert written(cells, frame) == ""
    cells.forget()
    assert written(cells, frame) == full
    assert cells.difference(frame, Size(12, 4), ColorSystem.TRUECOLOR) == full


def test_a_shrunk_terminal_gets_no_cell_outside() -> None:
    frame = whole([Strip([Segment("одно и то же")])] * 3)
    screen = Screen(6, 2)
    screen.feed(Cells().difference(frame, Size(6, 2), ColorSystem.TRUECOLOR).encode())
    assert screen.lines == ["одно и", "одно и"]
