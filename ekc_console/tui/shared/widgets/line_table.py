"""A table drawn line by line: thousands of rows cost what is seen of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

MARKER = "▸"
_GUTTER = 2
ROOMY = 60
"""Tables from this width on have two cells between columns, else one."""
SLID_S = 1.0
"""So soon after the row under the cursor has gone a key may still be meant for it."""


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in cells; 0 takes its ``share`` of what is left. Hidden in a table narrower than
    ``from_width``, or not narrower than ``below_width``, 0 for neither."""

    title: str
    width: int = 0
    right: bool = False
    from_width: int = 0
    share: int = 1
    below_width: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` are as many as the columns; ``style`` is for the whole row."""

    key: str
    cells: tuple[str, ...]
    style: str = ""


class LineTable(ScrollView, can_focus=True):
    """Keeps its cursor on a row's key while rows come and go around it."""

    calls = False
    """Enter on a row connects somebody: a key that is only still held does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("enter", "select", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--header",
        "line-table--cursor",
        "line-table--empty",
    }
    DEFAULT_CSS = """
    LineTable {
        height: 1fr;
        overflow-x: hidden;
        & > .line-table--header { text-style: bold; color: $muted; }
        & > .line-table--empty { color: $muted; }
        &:focus > .line-table--cursor { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    }
    """  # noqa: E501

    class Selected(Message):
        """Enter, or a click on the row under the cursor."""

        def __init__(self, table: LineTable, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LineTable:
            return self.table

    class Moved(Message):
        """Another row is under the cursor, or the rows have changed."""

    class Slid(Message):
        """Enter, pressed when another row had just slid under the cursor: nothing is done."""

    def __init__(
        self,
        columns: Sequence[Column],
        empty: str,
        *,
        id: str | None = None,
        header: bool = True,
        marked: bool = False,
    ) -> None:
        """``marked``: the row under the cursor shows without the focus too."""
        super().__init__(id=id)
        self._marked = marked
        self._columns = tuple(columns)
        self._header_lines = 1 if header else 0
        self._empty = empty
        self._rows: tuple[Row, ...] = ()
        self._cursor = 0
        self._held = True
        self._slid_at: float | None = None
        """When the row under the cursor went by itself, by the monotonic clock."""

    # -- what is shown -----------------------------------------------------------

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    @property
    def selected_key(self) -> str | None:
        """The row under the cursor."""
        return self._rows[self._cursor].key if self._rows else None

    def show_rows(self, rows: Sequence[Row], *, to_top: bool = False) -> None:
        """Show these rows; the same rows again cost nothing."""
        new = tuple(rows)
        if new == self._rows:
            return
        old, was_at = self._rows, self._cursor
        self._rows = new
        if to_top:
            self._cursor = 0
            self.settle()
        else:
            self._keep_cursor([row.key for row in old], [row.key for row in new])
        self._resize()
        self._refresh_changed(old, was_at)
        if was_at != self._cursor:
            self._scroll_to_cursor()
        self.post_message(self.Moved())

    def _keep_cursor(self, before: Sequence[str], after: Sequence[str]) -> None:
        """On its row; when that has gone, on the nearest of those that followed it, else of those
        before it."""
        at = self._cursor
        key = before[at] if before else None
        if key is None or (at < len(after) and after[at] == key):
            return
        places = {each: index for index, each in enumerate(after)}
        if key not in places:
            self._slid_at = time.monotonic()
        near = (places[each] for each in (*before[at:], *reversed(before[:at])) if each in places)
        self._cursor = next(near, 0)

    @property
    def slid(self) -> bool:
        """The row under the cursor has just come there by itself: a key may be meant for the one
        that was there."""
        return self._slid_at is not None and time.monotonic() - self._slid_at < SLID_S

    @property
    def meant_key(self) -> str | None:
        """The row that a key pressed now is about; None where another one has slid there."""
        return None if self.slid else self.selected_key

    def settle(self) -> None:
        """Whoever presses a key knows now which row is under the cursor."""
        self._slid_at = None

    def _refresh_changed(self, old: tuple[Row, ...], was_at: int) -> None:
        """Of as many rows as before only the lines that differ."""
        if len(old) != len(self._rows):
            self.refresh()
            return
        moved = {was_at, self._cursor} if was_at != self._cursor else set()
        first, width = self._header_lines - self.scroll_offset.y, self.size.width
        for index, (before, after) in enumerate(zip(old, self._rows, strict=True)):
            if before != after or index in moved:
                self.refresh(Region(0, first + index, width, 1))

    def set_columns(self, columns: Sequence[Column]) -> None:
        """As many as before: what the rows have is called otherwise."""
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self.refresh()

    def set_empty(self, text: str) -> None:
        """What to say when there are no rows."""
        if text != self._empty:
            self._empty = text
            self.refresh()

    def _resize(self) -> None:
        lines = max(1, len(self._rows)) + self._header_lines
        self.virtual_size = Size(self.scrollable_content_region.width, lines)

    def on_resize(self) -> None:
        self._resize()
        self._scroll_to_cursor()

    def watch_show_vertical_scrollbar(self) -> None:
        """Textual arranges the bar while it arranges the rest: unless it does so once more the
        place of a bar that went stays blank, and with it the end of each line."""
        self.call_after_refresh(self.refresh, layout=True)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < self._header_lines and self._rows:
            titles = tuple(column.title for column in self._columns)
            return self._strip(self._line(titles, " ", width), "line-table--header", width)
        index = self.scroll_offset.y + y - self._header_lines
        if not self._rows:
            return self._empty_line(y, width)
        if not 0 <= index < len(self._rows):
            return self._strip(Content(""), "", width)
        row = self._rows[index]
        current = index == self._cursor
        shown = current and (self.has_focus or self._marked)
        line = self._line(row.cells, MARKER if shown else " ", width)
        if row.style and not shown:
            line = line.stylize(row.style)
        return self._strip(line, "line-table--cursor" if current else "", width)

    def _line(self, cells: Sequence[str], marker: str, width: int) -> Content:
        gap = 2 if width >= ROOMY else 1
        shown = [(c, cell) for c, cell in zip(self._columns, cells, strict=True) if self._fits(c)]
        sizes = self._sizes([column for column, _cell in shown], width, gap)
        parts: list[Content] = []
        for (column, cell), size in zip(shown, sizes, strict=True):
            text = Content(cell).truncate(size, ellipsis=True)
            space = size - text.cell_length
            parts.append(text.pad_left(space) if column.right else text.pad_right(space))
        line = Content(f"{marker} ") + Content(" " * gap).join(parts)
        return line.truncate(width)

    @staticmethod
    def _sizes(columns: Sequence[Column], width: int, gap: int) -> list[int]:
        fixed = sum(column.width for column in columns) + gap * (len(columns) - 1) + _GUTTER
        room = max(0, width - fixed)
        shares = sum(column.share for column in columns if not column.width)
        return [column.width or room * column.share // shares for column in columns]

    def _empty_line(self, y: int, width: int) -> Strip:
        style = self.get_visual_style("line-table--empty")
        strips = Visual.to_strips(self, Content(self._empty), width, None, style, pad=True)
        return strips[y] if y < len(strips) else Strip.blank(width, style.rich_style)

    def _fits(self, column: Column) -> bool:
        width = self.scrollable_content_region.width
        return width >= column.from_width and not (0 < column.below_width <= width)

    def _strip(self, line: Content, component: str, width: int) -> Strip:
        style = self.get_visual_style(component) if component else self.visual_style
        strips = Visual.to_strips(self, line, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    # -- keys and mouse ----------------------------------------------------------

    def move_cursor(self, index: int) -> None:
        if not self._rows:
            return
        self.settle()
        self._cursor = max(0, min(index, len(self._rows) - 1))
        self._scroll_to_cursor()
        self.refresh()
        self.post_message(self.Moved())

    def hold(self, held: bool) -> None:
        """The row under the cursor is kept in sight; else the first ones are."""
        if held != self._held:
            self._held = held
            self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        if not self._held:
            self.scroll_to(y=0, animate=False, force=True)
        elif self._rows:
            line = Region(0, self._cursor, 1, 1 + self._header_lines)
            self.scroll_to_region(line, animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.move_cursor(self._cursor + by)

    def action_page(self, direction: int) -> None:
        page = max(1, self.scrollable_content_region.height - self._header_lines)
        self.move_cursor(self._cursor + direction * page)

    def action_edge(self, index: int) -> None:
        self.move_cursor(index if index >= 0 else len(self._rows) - 1)

    def action_select(self) -> None:
        if self.slid:
            self.post_message(self.Slid())
        elif (key := self.selected_key) is not None:
            self.post_message(self.Selected(self, key))

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y - self._header_lines
        if not 0 <= index < len(self._rows):
            return
        again = index == self._cursor
        self.move_cursor(index)
        if again:
            self.action_select()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
