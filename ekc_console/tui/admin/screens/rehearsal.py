"""What a rehearsal of settings told, queue by queue; Esc leads back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import settings
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.centre.rehearsal import Rehearsal


class RehearsalScreen(Frame):
    heading = N_("Репетиция настроек")
    about = N_(
        "Каждая очередь при нынешних настройках и при новых, с одними и теми же звонками. Разница "
        "— с интервалом: «разницы не видно» значит, что он держит ноль. Ничего ещё не изменено."
    )

    def __init__(self, told: Rehearsal) -> None:
        super().__init__()
        self._told = told

    def compose_body(self) -> ComposeResult:
        back = _("Esc — назад")
        title = f"{_(self.heading)} · {self._told.name}   {back}"
        yield Label(Content(title), classes="screen-title")
        yield Painted(id="rehearsal-note")
        yield LineTable(settings.figure_columns(), _("Никто не звонил."), id="rehearsal")

    @property
    def first(self) -> Widget:
        return self.query_one(LineTable)

    def on_mount(self) -> None:
        self.query_one(LineTable).show_rows(list(settings.figure_rows(self._told)))

    def paint_body(self, names: frozenset[str]) -> None:
        self.query_one("#rehearsal-note", Painted).paint(settings.about(self._told))
