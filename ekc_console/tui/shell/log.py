"""All messages of the shift, newest first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.i18n import _
from ekc_console.tui.shared.messages import MessageLog
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame


class LogScreen(Frame):
    def compose_body(self) -> ComposeResult:
        yield Label(_("Журнал сообщений") + "   " + _("Esc — закрыть"), classes="screen-title")
        yield LineTable(MessageLog.columns(), _("Сообщений не было."), id="log")
        yield Painted(id="log-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#log")

    def paint_body(self, names: frozenset[str]) -> None:
        self.query_one("#log", LineTable).show_rows(self.ekc.messages.rows())

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        """The whole text of the message under the cursor."""
        event.stop()
        table = self.query_one("#log", LineTable)
        text = next((row.cells[1] for row in table.rows if row.key == table.selected_key), "")
        self.query_one("#log-text", Painted).paint(Content(text))
