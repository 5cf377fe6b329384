"""What was changed in the settings: who, when, from what to what; Enter takes one back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import history
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.way_in import SettingsStep


class HistoryScreen(Frame):
    heading = N_("История настроек")
    about = N_(
        "Кто, когда и что менял, последние сверху: строка под курсором целиком — внизу. Enter "
        "возвращает одно изменение там, где его с тех пор не изменили иначе, после вопроса."
    )

    def __init__(
        self,
        steps: Sequence[SettingsStep],
        titles: Mapping[str, str],
        take_back: Callable[[SettingsStep], None],
    ) -> None:
        """``titles``: of queues; ``take_back``: what Enter does."""
        super().__init__()
        self._lines = history.lines(steps)
        self._titles = titles
        self._take_back = take_back

    def compose_body(self) -> ComposeResult:
        back = _("Enter — вернуть изменение, Esc — назад")
        yield Label(Content(f"{_(self.heading)}   {back}"), classes="screen-title")
        yield LineTable(history.columns(), _("Настройки не менялись."), id="changes")
        yield Painted(id="changes-detail")

    @property
    def first(self) -> Widget:
        return self.query_one(LineTable)

    def on_mount(self) -> None:
        self.query_one(LineTable).show_rows(history.rows(self._lines, self._titles))

    def paint_body(self, names: frozenset[str]) -> None:
        key = self.query_one(LineTable).selected_key
        told = history.detail(self._lines[int(key)]) if key is not None else Content("")
        self.query_one("#changes-detail", Painted).paint(told)

    def on_line_table_moved(self) -> None:
        """What has no room in the row stands below."""
        self.paint_body(frozenset())

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self._take_back(self._lines[int(event.key)].step)
