"""A thing of the centre opened above the rest: live while it is there; Esc leads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult
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
from ekc_console.tui.supervisor.present import top


class OpenedScreen(Frame):
    """``thing``: its id."""

    heading = ""
    about = ""
    kind: ClassVar[str]
    """``queue``, ``person`` or ``call``."""
    kinds: ClassVar[Mapping[str, str]] = {}
    """Of the rows, by the id of their table; rows of others are no things."""

    def __init__(self, thing: str) -> None:
        super().__init__()
        self.thing = thing

    @property
    def desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self.ekc.desk)

    def compose_body(self) -> ComposeResult:
        yield Label("", id="opened-title", classes="screen-title")
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
        self.query_one("#opened-title", Label).update(f"{_(self.heading)} · {title}")
        self.query_one("#opened-facts", Painted).paint(facts)
        self.paint_lists(watched, now)

    def things(self) -> dict[str, str]:
        """Kind and id of what the cursor stands on, and of what is opened."""
        table = self.focused
        row = table.selected_key if isinstance(table, LazyTable) else None
        kind = self.kinds.get(table.id or "") if table is not None else None
        return {self.kind: self.thing, **({kind: row} if kind and row else {})}

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        """Title and facts."""
        raise NotImplementedError

    def paint_lists(self, watched: Watched, now: float) -> None:
        raise NotImplementedError

    def show(self, table: str, rows: Sequence[Row]) -> None:
        self.query_one(f"#{table}", LazyTable).show_keys(
            [row.key for row in rows], lambda index: rows[index]
        )

    def on_line_table_moved(self) -> None:
        """The keys are those of what is under the cursor."""
        self.paint(frozenset())

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.open(event.table.id or "", event.key)

    def open(self, table: str, key: str) -> None:
        """Enter on a row."""
