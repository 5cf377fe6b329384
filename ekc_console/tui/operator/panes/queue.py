"""Who waits, and how the queues stand."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.css.scalar import Scalar
from textual.widget import Widget

from ekc_console.i18n import N_, _
from ekc_console.tui.operator.panes.pane import Pane
from ekc_console.tui.operator.present import queue
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted

MOST_QUEUES = 5
"""Lines of the summary; more are reached by scrolling."""
LEAST_QUEUES = 2
"""As many as that also when those who wait then have less room."""
WAITING_LINES = 9
"""Left to those who wait, with heading and legend, before the summary gets more lines."""


class QueuePane(Pane):
    slug = "queue"
    heading = N_("Очередь")
    about = N_(
        "Кто ждёт в ваших очередях; сверху те, чей черёд ближе. «!» — дольше нормы, «!!» — "
        "втрое дольше, «→» — вызов кому-то предложен. Стрелки двигают строку. Ниже — ваши "
        "очереди: сколько ждут, сколько операторов готовы и заняты."
    )

    def compose(self) -> ComposeResult:
        yield LineTable(queue.waiting_columns(), _("Никто не ждёт."), id="waiting")
        legend = Painted(id="waiting-legend", classes="legend")
        yield legend
        table = LineTable(
            queue.queue_columns(), _("Вам не назначено ни одной очереди."), id="queues"
        )
        table.can_focus = False
        yield table

    def on_mount(self) -> None:
        self.query_one("#waiting-legend", Painted).paint(Content(_(queue.LEGEND)))

    @property
    def count(self) -> int:
        return len(self.ekc.desk.view.waiting)

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"view", "clock"}:
            return
        view, now = self.ekc.desk.view, self.ekc.desk.now()
        rows = queue.waiting_rows(view.waiting, view.queues, now)
        self.query_one("#waiting", LineTable).show_rows(rows)
        self.query_one("#waiting-legend", Painted).display = any(
            row.style or row.cells[2][:1] in ("↑", "↺") for row in rows
        )
        queues = self.query_one("#queues", LineTable)
        queues.show_rows(queue.queue_rows(view.queues, now))
        room = max(LEAST_QUEUES, min(MOST_QUEUES, self.size.height - WAITING_LINES))
        self._fit(queues, min(len(view.queues), room) + 1)
        self.show_count()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.calls.pick_call(event.key)

    @staticmethod
    def _fit(table: LineTable, height: int) -> None:
        """Any setting of a height lays the whole screen out anew."""
        if table.styles.height != Scalar.from_number(height):
            table.styles.height = height

    @property
    def first(self) -> Widget:
        return self.query_one("#waiting")
