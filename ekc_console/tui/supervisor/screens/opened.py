"""A thing of the centre opened above the rest: live while it is there; Esc leads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.line_table import LineTable, Row
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.tui.supervisor.panes.look import Look
from ekc_console.tui.supervisor.present import top


class About(VerticalScroll):
    """What is known of a thing, on half of the screen at most: a stop of Tab where it is longer."""

    def allow_focus(self) -> bool:
        return self.max_scroll_y > 0


class OpenedScreen(Frame):
    """``thing``: its id."""

    heading = ""
    about = ""
    kind: ClassVar[str]
    """``queue``, ``person`` or ``call``."""
    kinds: ClassVar[Mapping[str, str]] = {}
    """Of the rows, by the id of their table; rows of others are no things."""
    rows_open: ClassVar[bool] = True
    orders: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """By the id of the table, as of ``Look``."""

    def __init__(self, thing: str) -> None:
        super().__init__()
        self.thing = thing
        self._looks: dict[str, Look] = {}

    @property
    def desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self.ekc.desk)

    def compose_body(self) -> ComposeResult:
        yield Label("", id="opened-title", classes="screen-title")
        with About(id="opened-about"):
            yield Painted(id="opened-facts")
        yield from self.compose_lists()

    def compose_lists(self) -> ComposeResult:
        raise NotImplementedError

    @property
    def first(self) -> Widget | None:
        return next(iter(self.query(LazyTable)), None)

    def paint_body(self, names: frozenset[str]) -> None:
        watched, now = self.desk.watched, self.desk.now()
        self.set_class(top.is_stale(self.desk.age_s()), "-stale")
        title, facts = self.told(watched, now)
        looks = (look.said for look in self._looks.values())
        said = " · ".join(filter(None, (_(self.heading), title, *looks)))
        self.query_one("#opened-title", Label).update(said)
        self.query_one("#opened-facts", Painted).paint(facts)
        self.paint_lists(watched, now)

    def things(self) -> dict[str, str]:
        """Kind and id of what the cursor stands on, and of what is opened."""
        table = self.focused
        row = table.meant_key if isinstance(table, LazyTable) else None
        kind = self.kinds.get(table.id or "") if table is not None else None
        return {self.kind: self.thing, **({kind: row} if kind and row else {})}

    @property
    def opens(self) -> bool:
        """The row under the cursor opens."""
        table = self.focused
        return isinstance(table, LazyTable) and table.meant_key is not None and self.rows_open

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        """Title and facts."""
        raise NotImplementedError

    def paint_lists(self, watched: Watched, now: float) -> None:
        raise NotImplementedError

    def show(self, table: str, rows: Sequence[Row], empty: str) -> None:
        """``empty``: what stands there while there are none."""
        look, shown = self.look(table), self.query_one(f"#{table}", LazyTable)
        held = [row for row in rows if look.holds(_searched(row))] if look.wanted else rows
        shown.set_empty(look.empty(empty) if rows else empty)
        shown.show_keys([row.key for row in held], lambda index: held[index])

    def look(self, table: str) -> Look:
        """Of the table of this id."""
        if table not in self._looks:
            orders = self.orders.get(table, {})
            self._looks[table] = Look(self.heading, orders, self._look_again)
        return self._looks[table]

    @property
    def looked_at(self) -> Look | None:
        """Of the table with the keys."""
        table = self.focused if isinstance(self.focused, LazyTable) else self.first
        return self.look(table.id or "") if table is not None else None

    def _look_again(self) -> None:
        self.paint(frozenset({"watch"}))
        for table in self.query(LazyTable):
            table.settle()

    def on_line_table_moved(self) -> None:
        """The keys are those of what is under the cursor."""
        self.paint(frozenset())

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.open(event.table.id or "", event.key)

    def open(self, table: str, key: str) -> None:
        """Enter on a row."""


def _searched(row: Row) -> str:
    """What stands there, telephone numbers as digits too."""
    return " ".join([*row.cells, *("".join(filter(str.isdigit, cell)) for cell in row.cells)])
