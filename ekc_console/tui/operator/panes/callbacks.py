"""Callers who were lost and are to be called back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import queue
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane


class CallbacksPane(Pane):
    slug = "callbacks"
    heading = N_("Обратные вызовы")
    about = N_(
        "Кто не дождался ответа и кому надо перезвонить. Стрелки выбирают, Enter — позвонить,"
        " Delete — убрать из списка (с вопросом). Платный, спутниковый, зарубежный, короткий или"
        " неполный номер сам не набирается и ждёт решения: Enter переспросит. О том, кому"
        " обещано позже, переспросит тоже: срок стоит в строке."
    )

    BINDINGS: ClassVar[list[BindingType]] = [Binding("delete", "close_callback", show=False)]

    def compose(self) -> ComposeResult:
        owed = LineTable(queue.callback_columns(), "", id="callbacks")
        owed.calls = True
        yield owed
        yield Painted(id="callbacks-keys", classes="legend")

    @property
    def count(self) -> int:
        return len(self.ekc.desk.view.callbacks)

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"view", "clock"}:
            return
        view = self.ekc.desk.view
        rows = queue.callback_rows(view.callbacks, self.ekc.desk.now())
        owed = self.query_one("#callbacks", LineTable)
        owed.set_empty(queue.unseen(view.me) or _("Перезванивать некому."))
        owed.show_rows(rows)
        self._paint_legend()
        self.show_count()

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._paint_legend()

    def _paint_legend(self) -> None:
        """What Enter does to the row under the cursor, and what the narrowest table has no room
        for."""
        owed = self.query_one("#callbacks", LineTable)
        view, now = self.ekc.desk.view, self.ekc.desk.now()
        item = next((c for c in view.callbacks if c.id == owed.selected_key), None)
        legend = self.query_one("#callbacks-keys", Painted)
        legend.display = item is not None
        if item is None:
            return
        lines = [queue.callback_legend(item, now)]
        if owed.size.width < queue.WITH_TIMES:
            lines.insert(0, queue.callback_times(item, now))
        legend.paint(Content("\n".join(lines)))

    @property
    def first(self) -> Widget:
        return self.query_one("#callbacks")

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.calls.dial_callback(event.key)

    def action_close_callback(self) -> None:
        if key := self.query_one("#callbacks", LineTable).selected_key:
            self.ekc.calls.close_callback(key)
