"""Who calls, and the earlier contacts with this number."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import caller
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane


class CallerPane(Pane):
    slug = "caller"
    heading = N_("Звонящий")
    about = N_(
        "Номер звонящего, выбор в меню и прежние обращения с этого номера. Стрелки выбирают "
        "обращение, Enter открывает его карточку. Delete закрывает вызов врача на дом: врач был "
        "или вызов отменён."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "app.perform('visit.close')", show=False)
    ]

    def compose(self) -> ComposeResult:
        yield Painted(id="caller-facts")
        yield Painted(id="history-title", classes="subtitle")
        yield LineTable(caller.history_columns(), _("Раньше не обращался."), id="history")
        yield Painted(id="history-more")

    @property
    def reachable(self) -> bool:
        return self.ekc.desk.view.call is not None

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"view", "clock"}:
            return
        call, now = self.ekc.desk.view.call, self.ekc.desk.now()
        shown = self.query_one("#caller-facts", Painted)
        shown.paint(caller.caller(call, now, shown.size.width))
        history = call.history if call else ()
        table = self.query_one("#history", LineTable)
        table.display = call is not None
        table.show_rows(caller.history_rows(history, now))
        title = self.query_one("#history-title", Painted)
        title.display = call is not None
        title.paint(caller.history_title(call) if call else Content(""))
        self._paint_more()

    def _paint_more(self) -> None:
        """What the columns have no room for, of the contact under the cursor."""
        call = self.ekc.desk.view.call
        key = self.query_one("#history", LineTable).selected_key
        found = next((c for c in call.history if c.call == key), None) if call else None
        more = self.query_one("#history-more", Painted)
        more.display = found is not None
        more.paint(caller.history_more(found) if found else Content(""))

    def on_descendant_focus(self) -> None:
        """What is said of the contact under the cursor stands below the list."""
        self.call_after_refresh(self.query_one("#history-more").scroll_visible, animate=False)

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._paint_more()

    @property
    def first(self) -> Widget | None:
        table = self.query_one("#history", LineTable)
        return table if table.display else None

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        call = self.ekc.desk.view.call
        for contact in call.history if call else ():
            if contact.call == event.key:
                self.ekc.cards.show_contact(contact)
