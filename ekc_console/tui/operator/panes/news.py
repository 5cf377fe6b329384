"""What was said to the operator: the supervisor's unread messages, then those of the console.

Only on a large terminal; elsewhere there are Ctrl+K and Ctrl+L.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.messages import MessageLog
from ekc_console.tui.shared.widgets.line_table import LineTable, Row
from ekc_console.tui.shared.widgets.pane import Pane


class NewsPane(Pane):
    slug = "news"
    heading = N_("Сообщения")
    about = N_(
        "Сообщения руководителя, новые сверху: Enter — прочитано. Ниже — что сообщала консоль "
        "за смену."
    )

    def compose(self) -> ComposeResult:
        yield LineTable(MessageLog.columns(), _("Сообщений нет."), id="news", header=False)

    @property
    def count(self) -> int:
        return len(self.ekc.desk.view.staff_messages)

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"view", "notice"}:
            return
        unread = sorted(self.ekc.desk.view.staff_messages, key=lambda m: m.at, reverse=True)
        said = [
            Row(m.id, (wording.clock(m.at), f"{m.sender_name}: {m.text}"), "bold") for m in unread
        ]
        shift = self.ekc.messages.rows()
        self.query_one("#news", LineTable).show_rows(
            said + [Row(f"log-{row.key}", row.cells, row.style) for row in shift]
        )
        self.show_count()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if any(message.id == event.key for message in self.ekc.desk.view.staff_messages):
            desk = self.ekc.desk
            self.ekc.work("messages.read", lambda: desk.work.read(event.key))

    @property
    def first(self) -> Widget:
        return self.query_one("#news")
