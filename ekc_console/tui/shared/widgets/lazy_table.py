"""A table of thousands of live rows: only those in sight are written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from textual.geometry import Region

from ekc_console.tui.shared.widgets.line_table import LineTable, Row


class _Rows(Sequence[Row]):
    """Rows that are made when they are looked at."""

    def __init__(self, keys: Sequence[str], row: Callable[[int], Row]) -> None:
        self.keys = keys
        self._row = row

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(self._row(i) for i in range(*index.indices(len(self))))
        return self._row(index)


class LazyTable(LineTable):
    """:meth:`show_keys` in place of ``show_rows``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._painted: dict[int, Row] = {}
        """What stands on the lines in sight, by index."""

    def show_keys(self, keys: Sequence[str], row: Callable[[int], Row]) -> None:
        """Show these rows; ``row`` writes out the one of an index. The lines in sight that are
        the same cost nothing more."""
        key, count, was_at = self.selected_key, len(self._rows), self._cursor
        before = self._rows.keys if isinstance(self._rows, _Rows) else ()
        self._rows = _Rows(keys, row)  # type: ignore[assignment] # made when looked at
        self._keep_cursor(before, keys)
        if count != len(keys):
            self._resize()
            self.refresh()
        else:
            self._refresh_in_sight({was_at, self._cursor} if was_at != self._cursor else set())
        if was_at != self._cursor:
            self._scroll_to_cursor()
        if key != self.selected_key:
            self.post_message(self.Moved())

    def _refresh_in_sight(self, moved: set[int]) -> None:
        first, width = self._header_lines - self.scroll_offset.y, self.size.width
        fresh = {index: self._rows[index] for index in self._in_sight()}
        for index, row in fresh.items():
            if self._painted.get(index) != row or index in moved:
                self.refresh(Region(0, first + index, width, 1))
        self._painted = fresh

    def _in_sight(self) -> Iterator[int]:
        first = max(0, self.scroll_offset.y)
        yield from range(first, min(len(self._rows), first + self.size.height + 1))

    @property
    def selected_key(self) -> str | None:
        if isinstance(self._rows, _Rows):
            return self._rows.keys[self._cursor] if self._rows.keys else None
        return super().selected_key
