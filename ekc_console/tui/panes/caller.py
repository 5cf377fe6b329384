"""Who calls, and the earlier contacts with this number."""

from __future__ import annotations

from textual.app import ComposeResult

from ekc_console.i18n import N_, _
from ekc_console.tui.panes.pane import Pane
from ekc_console.tui.present import caller
from ekc_console.tui.widgets.line_table import LineTable
from ekc_console.tui.widgets.painted import Painted


class CallerPane(Pane):
    slug = "caller"
    heading = N_("Звонящий")
    about = N_(
        "Номер звонящего, выбор в меню и прежние обращения с этого номера. Стрелки выбирают "
        "обращение, Enter открывает его карточку."
    )

    def compose(self) -> ComposeResult:
        yield Painted(id="caller-facts")
        yield Painted(id="history-title", classes="subtitle")
        yield LineTable(caller.history_columns(), _("Раньше не обращался."), id="history")

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
        title.paint(caller.history_title(len(history)))

    def focus_main(self) -> None:
        table = self.query_one("#history", LineTable)
        if table.display:
            table.focus()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        call = self.ekc.desk.view.call
        for contact in call.history if call else ():
            if contact.call == event.key:
                self.ekc.commands.show_contact(contact)
