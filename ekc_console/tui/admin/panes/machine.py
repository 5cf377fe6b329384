"""The state of the machine: every part, since when, and what to do about it."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import machine
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane


class MachinePane(Pane):
    slug = "machine"
    heading = N_("Состояние")
    about = N_(
        "Телефония, внешние линии, диски, сертификат, журнал, записи, часы и всё, что не в "
        "порядке: с каких пор и что сделать. Что не в порядке — сверху; читается само раз в 10 с. "
        "Без экрана: ekc server state."
    )

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self.ekc.desk)

    def compose(self) -> ComposeResult:
        yield LineTable(machine.columns(), _("Данные загружаются…"), id="machine")
        yield Painted(id="machine-detail")

    @property
    def first(self) -> Widget:
        return self.query_one(LineTable)

    def paint(self, names: frozenset[str]) -> None:
        known = self._desk.machine
        if not self.is_mounted or known is None:
            return
        table, parts = self.query_one(LineTable), machine.ordered(known.parts)
        table.show_rows([machine.row(part) for part in parts])
        at = next((part for part in parts if machine.key(part) == table.selected_key), None)
        self.query_one("#machine-detail", Painted).paint(
            machine.detail(at) if at is not None else Content("")
        )
        self.set_title(f"{_(self.heading)} · {machine.heading(known.parts)}")
