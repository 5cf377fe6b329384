"""The administrator's own screen: one table on all of it, the others a key away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from textual.app import ComposeResult

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.panes.accounts import AccountsPane
from ekc_console.tui.admin.panes.audit import AuditPane
from ekc_console.tui.admin.panes.machine import MachinePane
from ekc_console.tui.admin.panes.settings import SettingsPane
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shell.frame import PanesFrame
from ekc_console.tui.shell.jump import Target

PANES: Mapping[str, type[Pane]] = {
    "accounts": AccountsPane,
    "audit": AuditPane,
    "settings": SettingsPane,
    "machine": MachinePane,
}
"""By slug, in the order of Tab."""
LETTERS = {"accounts": "a", "audit": "s", "settings": "d", "machine": "f"}


class AdminScreen(PanesFrame):
    """``active``: the pane to begin with."""

    heading = N_("Учётные записи")
    letters = LETTERS

    def compose_body(self) -> ComposeResult:
        for kind in PANES.values():
            yield kind()

    @property
    def zoomable(self) -> bool:
        return False

    def on_mount(self) -> None:
        self.show_active()
        desk = cast("AdminDesk", self.ekc.desk)
        self.ekc.work("accounts", desk.load_accounts, None, self._not_read)
        self.ekc.work("machine", desk.load_machine)

    def _not_read(self, error: EkcError) -> None:
        """The list does not look as if it were still on its way."""
        self.ekc.tell_error(error)
        pane = self.pane("accounts")
        if isinstance(pane, AccountsPane):
            pane.table.set_empty(_("Прочитать не удалось: R — ещё раз."))

    def paint_body(self, names: frozenset[str]) -> None:
        self.pane(self._active).paint(names)

    def show_active(self) -> None:
        for name in PANES:
            here = name == self._active
            self.pane(name).display = here
            self.pane(name).set_class(here, "-active")

    # -- going around ------------------------------------------------------------

    def show_pane(self, name: str) -> None:
        super().show_pane(name)
        desk = cast("AdminDesk", self.ekc.desk)
        is_shown = self.is_mounted and self.pane(name).display
        if name == "audit" and is_shown and desk.entries is None:
            self.ekc.work("audit", lambda: desk.read_audit(desk.asked))
        if name == "settings" and is_shown:
            self.ekc.work("settings.read", desk.load_settings)
        if name == "machine" and is_shown:
            self.ekc.work("machine", desk.load_machine)

    def zoom(self) -> None:
        """One pane is on all of it already."""

    def targets(self) -> list[Target]:
        pane = self.pane(self._active)
        return [Target(name, LETTERS[name], pane.region.x + 2, pane.region.y) for name in PANES]
