"""A report of any time: its table, formula and plot of the figure in focus; the calls behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.client.link.watched import Watched
from ekc_console.client.reports.month import Month
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.tui.supervisor.present import day_calls, details
from ekc_console.tui.supervisor.present.month import plot as plotting
from ekc_console.tui.supervisor.present.month import rows as month
from ekc_console.tui.supervisor.screens.asked import AskedScreen
from ekc_console.tui.supervisor.screens.call import CallScreen
from ekc_console.wire.day.report import GetReportCalls, ReportAsked, ReportCalls

TALL_SCREEN = 36
"""Lines from which the plot stands there unasked."""


class MonthScreen(Frame):
    heading = N_("Месяц")
    about = N_(
        "Отчёт за любое время: строки по очередям, людям, темам, дням. Под таблицей — как "
        "считается показатель «▾»; ← → переводят его, от него сравнение и график. Enter открывает "
        "вызовы строки. Долгий отчёт показывает, сколько готово; Esc останавливает его."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "figure(-1)", show=False),
        Binding("right", "figure(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._focus = 0
        self._plot: bool | None = None
        """As the person wants it; None: where there is room."""

    @property
    def desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self.ekc.desk)

    @property
    def made(self) -> Month:
        return self.desk.month

    def compose_body(self) -> ComposeResult:
        yield Label("", id="month-title", classes="screen-title")
        yield Painted(id="month-note")
        yield LazyTable((), month.empty(self.made), id="month-rows")
        yield Painted(id="month-formula")
        yield Painted(id="month-plot")

    def on_mount(self) -> None:
        if self.made.state is None and not self.made.running:
            self.made.make(self.made.asked)

    @property
    def first(self) -> Widget | None:
        return self.query_one(LazyTable)

    def close_top(self) -> None:
        """Esc ends a report that is being made, and then leaves."""
        if self.made.running:
            self.stop()
        else:
            super().close_top()

    def stop(self) -> None:
        self.ekc.work("report:stop", self.made.stop)

    # -- what is seen ----------------------------------------------------------------

    @property
    def seen(self) -> month.Look:
        return month.look(self.made.asked, self._focus, self.query_one(LazyTable).size.width)

    @property
    def plotted(self) -> bool:
        return self.size.height >= TALL_SCREEN if self._plot is None else self._plot

    def turn_plot(self) -> None:
        self._plot = not self.plotted
        self.paint(frozenset({"month"}))

    def action_figure(self, by: int) -> None:
        count = len(month.figures_of(self.made.asked))
        self._focus = (min(self._focus, count - 1) + by) % count
        self.paint(frozenset({"month"}))

    def paint_body(self, names: frozenset[str]) -> None:
        seen, now = self.seen, self.made
        self._focus = seen.focus
        title = " · ".join((_(self.heading), month.title(now)))
        self.query_one("#month-title", Label).update(title)
        note = self.query_one("#month-note", Painted)
        text = month.note(now)
        note.display = bool(text)
        note.set_class(now.trouble is not None, "-error")
        note.paint(Content(text))
        self.query_one("#month-formula", Painted).paint(Content(month.formula(seen)))
        table = self.query_one(LazyTable)
        table.set_empty(month.empty(now))
        table.set_columns(month.columns(seen))
        keys = month.keys(now)
        table.show_keys(keys, lambda index: month.row(now, keys[index], seen))
        self._paint_plot(seen)

    def _paint_plot(self, seen: month.Look) -> None:
        plot = self.query_one("#month-plot", Painted)
        plot.display = self.plotted and bool(self.made.rows)
        if not plot.display:
            return
        rows, of = self.made.rows, ""
        if self.made.asked.by:
            key = self.query_one(LazyTable).selected_key
            at = None if key is None or key == month.WHOLE else self.made.rows[int(key)]
            one = at or rows[0]
            rows = [row for row in rows if row.key == one.key]
            of = month.name_of(self.made, one)
        plot.paint(plotting.plot(rows, seen, of, self.size.width - 4, plotting.TALL))

    # -- the rows ----------------------------------------------------------------------

    def on_line_table_moved(self) -> None:
        self.paint(frozenset())

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        behind = month.behind(self.made, event.key)
        if behind is None:
            return
        since, until, key = behind
        question = GetReportCalls(asked=self.made.asked, since=since, until=until, key=key)
        self.ekc.open_above(ReportCallsScreen(month.named(self.made, event.key), question))


class ReportCallsScreen(AskedScreen[ReportCalls]):
    """``thing``: what the row is called."""

    kind = "row"
    kinds: ClassVar[Mapping[str, str]] = {"opened-calls": "call"}
    orders: ClassVar[Mapping[str, Mapping[str, str]]] = {"opened-calls": day_calls.ORDERS}
    heading = N_("Вызовы")
    about = N_(
        "Вызовы, из которых сложилась строка отчёта: последние первыми. «▲» — потерян, «!» — "
        "принят позже нормы. Enter открывает вызов и что с ним было."
    )

    def __init__(self, thing: str, question: GetReportCalls) -> None:
        super().__init__(thing)
        self._question = question

    @property
    def asked(self) -> ReportAsked:
        return self._question.asked

    def question(self) -> GetReportCalls:
        return self._question

    def state(self) -> object:
        return ""

    def compose_lists(self) -> ComposeResult:
        yield LazyTable(day_calls.columns(), self.nothing_yet, id="opened-calls")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        found = self.answer
        if found is None:
            return self.thing, details.lines(())
        text = _("Вызовов: {n}.").format(n=len(found.calls))
        if found.more:
            text = _("Показаны последние {n}.").format(n=len(found.calls))
        return self.thing, Content(text)

    def paint_lists(self, watched: Watched, now: float) -> None:
        found = self.answer
        rows = day_calls.rows(found.calls if found else (), self.look("opened-calls").order)
        self.show(
            "opened-calls", rows, self.nothing_yet if found is None else _("Таких вызовов нет.")
        )

    def open(self, table: str, key: str) -> None:
        self.ekc.open_above(CallScreen(key))
