"""A pane that is one live table: ordered, narrowed by words, its cursor on a thing, not a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.widget import Widget

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.line_table import Column, LineTable, Row
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.supervisor.panes.look import Look
from ekc_console.tui.supervisor.present.order import Order

T = TypeVar("T")


class TablePane(Pane, Generic[T]):
    orders: ClassVar[Mapping[str, str]] = {}
    """Name to Russian title; the first is the usual one."""

    def __init__(self) -> None:
        super().__init__()
        self.look = Look(self.heading, self.orders, self._look_again)
        self._items: list[T] = []
        self._all = 0

    # -- what heirs say ------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        raise NotImplementedError

    def all(self, watched: Watched, now: float) -> Iterable[T]:
        raise NotImplementedError

    def key(self, item: T) -> str:
        return str(cast("Any", item).id)

    def thing(self, item: T) -> tuple[str, str]:
        """Kind (``queue``, ``person``, ``call``) and id of what the row is about."""
        raise NotImplementedError

    def order(self, name: str, now: float) -> Order[T] | None:
        """None: as they come."""
        return None

    def searched(self, item: T) -> str:
        raise NotImplementedError

    def row(self, item: T, now: float) -> Row:
        raise NotImplementedError

    def empty(self, watched: Watched) -> str:
        raise NotImplementedError

    def open(self, item: T) -> None:
        """Enter."""

    def opens(self, item: T) -> bool:
        """Enter leads somewhere."""
        return True

    # -- the table -----------------------------------------------------------------

    @property
    def desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self.ekc.desk)

    @property
    def table(self) -> LazyTable:
        return self.query_one(LazyTable)

    def compose(self) -> ComposeResult:
        yield LazyTable(self.columns, self.empty(self.desk.watched), id=f"watch-{self.slug}")

    @property
    def first(self) -> Widget:
        return self.table

    @property
    def count(self) -> int:
        return self._all

    @property
    def selected(self) -> T | None:
        key = self.table.selected_key if self.is_mounted else None
        return next((item for item in self._items if self.key(item) == key), None)

    @property
    def meant(self) -> T | None:
        """What an order is about; None where another row has slid under the cursor."""
        slid = self.is_mounted and self.table.slid
        return None if slid else self.selected

    def paint(self, names: frozenset[str]) -> None:
        if not (self.is_mounted and names & {"watch", "view", "clock"}):
            return
        watched, now = self.desk.watched, self.desk.now()
        found = list(self.all(watched, now))
        self._all = len(found)
        if self.look.wanted:
            found = [item for item in found if self.look.holds(self.searched(item))]
        if order := self.order(self.look.order, now):
            found.sort(key=order)
        self._items = found
        table = self.table
        table.set_empty(self.look.empty(self.empty(watched)))
        table.show_keys([self.key(item) for item in found], lambda i: self.row(found[i], now))
        self.show_count()
        self.look.found(len(found), self._all)
        if self.look.said != (self.border_subtitle or ""):
            self.border_subtitle = self.look.said

    def _look_again(self) -> None:
        self.paint(frozenset({"watch"}))
        self.table.settle()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if (item := self.selected) is not None:
            self.open(item)
