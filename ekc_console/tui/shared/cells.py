"""Only the cells that have changed go to the terminal.

Textual paints whole widgets: a clock that ticks in one corner of a pane sends the pane. Over a
telephone line or SSH that is seen and paid for. :class:`Cells` remembers what the terminal shows
and turns an update of the compositor into the shortest run of cells that brings it up to date.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

Cell = tuple[str, str]
"""Text and its SGR parameters. A wide character is followed by a cell with an empty text."""

UNKNOWN: Cell = ("\0", "")
SHORT_GAP = 4
"""So many unchanged cells are rather painted again than jumped over: a jump is 6 to 8 bytes."""

RESET = "\x1b[0m"


class Written(CompositorUpdate):
    """An update that is a terminal sequence already."""

    def __init__(self, sequence: str) -> None:
        self.sequence = sequence

    def render_segments(self, console: Console) -> str:
        return self.sequence


class Cells:
    """The terminal's cells as they were written last. Hyperlinks in styles are not carried."""

    def __init__(self) -> None:
        self._size = Size(0, 0)
        self._rows: list[list[Cell]] = []

    def forget(self) -> None:
        """The terminal was cleared or written to by somebody else: the next update must be a
        whole one."""
        self._size = Size(0, 0)

    def difference(
        self, update: ChopsUpdate | LayoutUpdate, size: Size, colours: ColorSystem
    ) -> str:
        """The sequence that brings a terminal of this size up to date; empty: it is."""
        if size != self._size:
            self._size = size
            self._rows = [[UNKNOWN] * size.width for _ in range(size.height)]
        pen = _Pen()
        parts = _chops(update) if isinstance(update, ChopsUpdate) else _lines(update)
        for y, x, strip in parts:
            if y < size.height:
                self._paint(pen, y, x, _cells(strip, colours)[: max(0, size.width - x)])
        return pen.finish()

    def _paint(self, pen: _Pen, y: int, x: int, new: list[Cell]) -> None:
        row = self._rows[y]
        if row[x : x + len(new)] == new:
            return
        for start, end in _changed(row[x : x + len(new)], new):
            pen.put(y, x + start, new[start:end])
        row[x : x + len(new)] = new


class _Pen:
    """Writes runs of cells; the style stands until it changes."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._at = (-1, -1)
        self._sgr = ""

    def put(self, y: int, x: int, cells: list[Cell]) -> None:
        if self._at != (y, x):
            self._written.append(f"\x1b[{y + 1};{x + 1}H")
        for text, sgr in cells:
            if sgr != self._sgr:
                self._written.append(f"\x1b[0;{sgr}m" if sgr and self._sgr else f"\x1b[{sgr or 0}m")
                self._sgr = sgr
            self._written.append(text)
        self._at = (y, x + len(cells))

    def finish(self) -> str:
        if self._sgr:
            self._written.append(RESET)
        return "".join(self._written)


def _changed(old: list[Cell], new: list[Cell]) -> Iterator[tuple[int, int]]:
    """Runs of differing cells, those with a short gap between them joined. A run does not begin
    within a wide character."""
    start = end = -1
    for index, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if start >= 0 and index - end > SHORT_GAP:
            yield start, end
            start = -1
        if start < 0:
            start = index - 1 if index and not after[0] else index
        end = index + 1
    if start >= 0:
        yield start, end


def _cells(strip: Strip, colours: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, _control in strip:
        sgr = Strip.render_ansi(style, colours) if style else ""
        if cell_len(text) == len(text):
            cells += [(character, sgr) for character in text]
        else:
            _add_wide(cells, text, sgr)
    return cells


def _add_wide(cells: list[Cell], text: str, sgr: str) -> None:
    for character in text:
        width = cell_len(character)
        if width:
            cells.append((character, sgr))
            cells += [("", sgr)] * (width - 1)
        elif cells:  # a combining mark belongs to the letter before
            at = next(i for i in range(len(cells) - 1, -1, -1) if cells[i][0] or not i)
            cells[at] = (cells[at][0] + character, sgr)


def _lines(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield y, x, strip
            x += strip.cell_length


def _chops(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """As Textual writes them: pieces that touch a span, cut at its right end."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > x2 or end <= x1:
                continue
            yield y, x, strip if end <= x2 else strip.crop(0, x2 - x)
