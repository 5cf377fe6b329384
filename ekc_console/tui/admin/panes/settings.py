"""The settings: what a file of them would change, before it does."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import settings
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane


class SettingsPane(Pane):
    slug = "settings"
    heading = N_("Настройки")
    about = N_(
        "Настройки, которые действуют; открыт файл — что он изменит: где, что, сейчас и станет. "
        "Пока он не введён, ничего не изменено. Репетиция проживает изменение в модели: с теми, "
        "кто сейчас на смене и ждёт."
    )

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self.ekc.desk)

    def compose(self) -> ComposeResult:
        yield Painted(id="settings-note")
        yield LineTable(settings.columns(), "", id="settings")
        yield Painted(id="settings-detail")

    @property
    def first(self) -> Widget:
        return self.query_one(LineTable)

    def paint(self, names: frozenset[str]) -> None:
        if not self.is_mounted:
            return
        desk = self._desk
        known = dict(desk.known.queues) if desk.known else {}
        shown = desk.change or (None if desk.faults else desk.applied)
        table = self.query_one(LineTable)
        if desk.faults:
            table.set_columns(settings.fault_columns())
            table.show_rows(settings.fault_rows(desk.faults))
        elif shown is not None:
            table.set_columns(settings.columns(applied=shown is desk.applied))
            table.show_rows(settings.rows(shown, known))
        else:
            table.set_columns(settings.columns_in_force())
            table.show_rows(settings.rows_in_force(desk.settings or (), known))
        key = table.selected_key
        lines = desk.faults or (shown.changes if shown else desk.settings or ())
        line = lines[int(key)] if lines and key is not None else ""
        self.query_one("#settings-detail", Painted).paint(
            Content(line) if desk.faults else settings.detail(line, known, in_force=shown is None)
        )
        self.query_one("#settings-note", Painted).paint(self._note())
        parts = [_(self.heading)]
        if desk.file is not None:
            parts.append(desk.file.name)
        if desk.rehearsing is not None:
            parts.append(settings.rehearsing(desk.rehearsing))
        self.set_title(" · ".join(parts))

    def _note(self) -> Content:
        desk = self._desk
        if desk.faults:
            return settings.faulty()
        return settings.note(desk.change, desk.applied)

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.perform("settings.apply")
