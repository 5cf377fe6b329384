"""How the queues stand."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import ComposeResult

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.panes.day_plots import DayPlots
from ekc_console.tui.supervisor.panes.table import TablePane
from ekc_console.tui.supervisor.present import queues, top
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.tui.supervisor.screens.things import QueueScreen
from ekc_console.wire.watch import WatchQueue

HEADER = 1


class QueuesPane(TablePane[WatchQueue]):
    slug = "queues"
    heading = N_("Очереди")
    about = N_(
        "Очереди, важные первыми: сколько ждут, кто ждёт дольше всех, сколько ждать новому "
        "(с ошибкой таких обещаний), сколько людей готовы и заняты, уровень этого получаса и дня. "
        "Уровень — принятые вовремя из поступивших без коротких; столбики — последние получасы. "
        "«!» — за первым пределом, «▲» — за вторым; A — принял, S — отложить."
    )
    orders = queues.ORDERS

    @property
    def columns(self) -> tuple[Column, ...]:
        return queues.columns()

    @property
    def count(self) -> int:
        return sum(queue.waiting for queue in self.desk.watched.queues.values())

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield DayPlots()

    def paint(self, names: frozenset[str]) -> None:
        super().paint(names)
        self._show_day()

    def on_line_table_moved(self) -> None:
        self._show_day()

    def _show_day(self) -> None:
        if self.is_mounted:
            lines = len(self.desk.watched.queues) + HEADER
            plots = self.query_one(DayPlots)
            plots.look(self.ekc, self.selected, lines, self.scrollable_content_region.height)

    def all(self, watched: Watched, now: float) -> Iterable[WatchQueue]:
        return watched.queues.values()

    def thing(self, item: WatchQueue) -> tuple[str, str]:
        return "queue", item.id

    def order(self, name: str, now: float) -> Order[WatchQueue]:
        return queues.order_by(name, now, partial(self.desk.watched.level, "queue"))

    def searched(self, item: WatchQueue) -> str:
        return queues.searched(item)

    def row(self, item: WatchQueue, now: float) -> Row:
        return queues.row(item, now, self.desk.watched.level("queue", item.id))

    def open(self, item: WatchQueue) -> None:
        self.ekc.open_above(QueueScreen(item.id))

    def empty(self, watched: Watched) -> str:
        return top.no_queues(watched)

    def show_count(self) -> None:
        """Not how many queues there are, but how many wait; and what every caller hears first."""
        waiting = _("ждут {n}").format(n=self.count) if self.count else ""
        spoken = self.desk.watched.centre.announcement
        announced = _("объявление включено") if spoken else ""
        self.set_title(" · ".join(filter(None, (_(self.heading), waiting, announced))))
