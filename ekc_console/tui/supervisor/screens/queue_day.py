"""A queue's day by half-hours, and the calls behind any of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.supervisor.present import curves, day_calls, details, queue_day
from ekc_console.tui.supervisor.present.queue_day import Figure, figure_of
from ekc_console.tui.supervisor.screens.asked import AskedScreen
from ekc_console.tui.supervisor.screens.call import CallScreen
from ekc_console.wire.day.calls import DayCalls, GetDayCalls
from ekc_console.wire.day.queue_day import GetQueueDay, QueueDay

EVERY_S = 60.0
"""The day is read afresh so often."""
WIDE, TABLE = 170, 88
"""Columns from which plots stand beside the table, and those that the table keeps."""


class QueueDayScreen(AskedScreen[QueueDay]):
    kind = "queue"
    orders: ClassVar[Mapping[str, Mapping[str, str]]] = {"opened-halves": queue_day.ORDERS}
    heading = N_("День очереди")
    about = N_(
        "Один день очереди: итоги и каждый получас, последний первым, рядом поступившие вчера и "
        "неделю назад; Enter открывает вызовы любой строки: все, потерянные, принятые поздно, "
        "этого получаса. На широком терминале — графики поступивших, уровня и ожидания. "
        "Считается, как в ekc report today."
    )

    def __init__(self, thing: str) -> None:
        super().__init__(thing)
        self._plotted: tuple[float, int, int] | None = None
        self._plot = Content("")

    def question(self) -> GetQueueDay:
        return GetQueueDay(queue=self.thing)

    def state(self) -> object:
        return int(self.desk.now() // EVERY_S)

    def compose_lists(self) -> ComposeResult:
        with Horizontal(id="opened-lists"):
            yield LazyTable(queue_day.columns(), self.nothing_yet, id="opened-halves")
            yield Painted(id="opened-plots")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        row = watched.queues.get(self.thing)
        told = queue_day.against(self.answer) if self.answer else ""
        return row.title if row else self.thing, Content(told)

    def paint_lists(self, watched: Watched, now: float) -> None:
        day, order = self.answer, self.look("opened-halves").order
        self.show("opened-halves", queue_day.rows(day, order) if day else [], self.nothing_yet)
        plots = self.query_one("#opened-plots", Painted)
        plots.display = self.size.width >= WIDE
        if day is not None and plots.display:
            height = self.query_one("#opened-lists").size.height
            plots.paint(self._plots(day, self.size.width - TABLE - 4, height))

    def _plots(self, day: QueueDay, width: int, height: int) -> Content:
        """Made once for a day and a size."""
        key = (day.now, width, height)
        if key != self._plotted:
            self._plotted, self._plot = key, curves.plots(day, width, height)
        return self._plot

    def open(self, table: str, key: str) -> None:
        self.ekc.open_above(DayCallsScreen(self.thing, figure_of(key)))


class DayCallsScreen(AskedScreen[DayCalls]):
    kind = "queue"
    kinds: ClassVar[Mapping[str, str]] = {"opened-calls": "call"}
    orders: ClassVar[Mapping[str, Mapping[str, str]]] = {"opened-calls": day_calls.ORDERS}
    heading = N_("Вызовы")
    about = N_(
        "Вызовы, из которых сложилась цифра: последние первыми. «▲» — потерян, «!» — принят позже "
        "нормы. Enter открывает вызов и что с ним было."
    )

    def __init__(self, thing: str, figure: Figure) -> None:
        super().__init__(thing)
        self._figure = figure

    def question(self) -> GetDayCalls:
        return self._figure.question(self.thing)

    def state(self) -> object:
        return ""

    def compose_lists(self) -> ComposeResult:
        yield LazyTable(day_calls.columns(), self.nothing_yet, id="opened-calls")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        row, found = watched.queues.get(self.thing), self.answer
        title = f"{row.title if row else self.thing} · {self._figure.title}"
        if found is None:
            return title, details.lines(())
        shown = len(found.calls)
        text = _("Вызовов: {n}.").format(n=found.found)
        if shown < found.found:
            text += " " + _("Показаны последние {n}.").format(n=shown)
        return title, Content(text)

    def paint_lists(self, watched: Watched, now: float) -> None:
        found = self.answer
        rows = day_calls.rows(found.calls if found else (), self.look("opened-calls").order)
        self.show(
            "opened-calls", rows, self.nothing_yet if found is None else _("Таких вызовов нет.")
        )

    def open(self, table: str, key: str) -> None:
        self.ekc.open_above(CallScreen(key))
