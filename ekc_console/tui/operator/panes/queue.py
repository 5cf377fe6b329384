"""Who waits, and how the queues stand."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.css.scalar import Scalar
from textual.widget import Widget

from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import queue
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane

LEAST_QUEUES = 2
"""Lines of the summary, also when those who wait then have less room."""
WAITING_FIRST = 5
"""So many who wait come before the summary; the summary comes before more of them."""
SUMMARY_EDGE = 2
"""Lines of the summary beside its queues: a free one and the heading."""


class QueuePane(Pane):
    slug = "queue"
    heading = N_("Очередь")
    about = N_(
        "Кто ждёт в ваших очередях; сверху те, чей черёд ближе. «!» — дольше нормы, «▲» — "
        "намного дольше, «→» — вызов кому-то предложен. Стрелки двигают строку. Ниже — ваши "
        "очереди: сколько ждут, сколько операторов готовы и заняты."
    )

    def compose(self) -> ComposeResult:
        waiting = LineTable(queue.waiting_columns(), "", id="waiting")
        waiting.calls = True
        yield waiting
        yield Painted(id="waiting-legend", classes="legend")
        table = LineTable(queue.queue_columns(), "", id="queues")
        table.can_focus = False
        yield table

    @property
    def count(self) -> int:
        return len(self.ekc.desk.view.waiting)

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"view", "clock"}:
            return
        view, now = self.ekc.desk.view, self.ekc.desk.now()
        rows = queue.waiting_rows(view.waiting, view.queues, now)
        waiting = self.query_one("#waiting", LineTable)
        unseen = queue.unseen(view.me)
        waiting.set_empty(unseen or _("Никто не ждёт."))
        waiting.show_rows(rows)
        legend = self.query_one("#waiting-legend", Painted)
        text = queue.legend(rows)
        legend.display = bool(text)
        legend.paint(Content(text))
        room = self._summary_room(len(rows), -(-len(text) // max(1, self.size.width)))
        queues = self.query_one("#queues", LineTable)
        queues.set_empty("" if unseen else _("Очередей у вас сейчас нет."))
        queues.show_rows(queue.queue_rows(view.queues, now, room))
        self._fit(queues, min(len(view.queues), room) + 1)
        self.show_count()

    def _summary_room(self, waiting: int, legend: int) -> int:
        """Queues that the summary has lines for: what those who wait leave free."""
        lines = 1 + max(1, min(waiting, WAITING_FIRST)) + legend
        return max(LEAST_QUEUES, self.size.height - lines - SUMMARY_EDGE)

    @staticmethod
    def _fit(table: LineTable, height: int) -> None:
        """Any setting of a height lays the whole screen out anew."""
        if table.styles.height != Scalar.from_number(height):
            table.styles.height = height

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.calls.pick_call(event.key)

    @property
    def first(self) -> Widget:
        return self.query_one("#waiting")
