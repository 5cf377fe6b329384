"""The administrator's own screen: one table on all of it, the others a key away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.panes.accounts import AccountsPane
from ekc_console.tui.admin.panes.audit import AuditPane
from ekc_console.tui.admin.panes.settings import SettingsPane
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shell.frame import DeskFrame
from ekc_console.tui.shell.jump import Target

PANES: Mapping[str, type[Pane]] = {
    "accounts": AccountsPane,
    "audit": AuditPane,
    "settings": SettingsPane,
}
"""By slug, in the order of Tab."""
LETTERS = {"accounts": "a", "audit": "s", "settings": "d"}


class AdminScreen(DeskFrame):
    """``active``: the pane to begin with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "around(1)", show=False),
        Binding("shift+tab", "around(-1)", show=False),
    ]
    heading = N_("Учётные записи")

    def __init__(self, active: str = "") -> None:
        super().__init__()
        self._active = active or next(iter(PANES))

    @property
    def active(self) -> str:
        return self._active

    def compose_body(self) -> ComposeResult:
        for kind in PANES.values():
            yield kind()

    def pane(self, name: str) -> Pane:
        return self.query_one(f"#pane-{name}", Pane)

    @property
    def zoomable(self) -> bool:
        return False

    @property
    def first(self) -> Widget | None:
        return self.pane(self._active).first

    def on_mount(self) -> None:
        self._show_active()
        desk = cast("AdminDesk", self.ekc.desk)
        self.ekc.work("accounts", desk.load_accounts, None, self._not_read)

    def _not_read(self, error: EkcError) -> None:
        """The list does not look as if it were still on its way."""
        self.ekc.tell_error(error)
        pane = self.pane("accounts")
        if isinstance(pane, AccountsPane):
            pane.table.set_empty(_("Прочитать не удалось: R — ещё раз."))

    def paint_body(self, names: frozenset[str]) -> None:
        self.pane(self._active).paint(names)

    def _show_active(self) -> None:
        for name in PANES:
            here = name == self._active
            self.pane(name).display = here
            self.pane(name).set_class(here, "-active")

    # -- going around ------------------------------------------------------------

    def show_pane(self, name: str) -> None:
        turns = self.ekc.turns
        if not self.is_mounted or turns.is_later(self.pane(self._active)):
            self._active = name
            return
        turns.opened(self.pane(name))
        self._active = name
        self._show_active()
        self.paint(EVERYTHING)
        desk = cast("AdminDesk", self.ekc.desk)
        if name == "audit" and desk.entries is None:
            self.ekc.work("audit", lambda: desk.read_audit(desk.asked))
        if (first := self.pane(name).first) is not None:
            self.give(first)

    def action_around(self, by: int) -> None:
        self.go_around(by)

    def go_around(self, by: int) -> None:
        names = list(PANES)
        self.show_pane(names[(names.index(self._active) + by) % len(names)])

    def on_line_table_moved(self) -> None:
        """The keys are those of what is under the cursor."""
        self.paint(frozenset())

    def zoom(self) -> None:
        """One pane is on all of it already."""

    def targets(self) -> list[Target]:
        pane = self.pane(self._active)
        return [Target(name, LETTERS[name], pane.region.x + 2, pane.region.y) for name in PANES]

    def pick(self, hot_key: str) -> None:
        """Digits choose nothing here."""

    def step_script(self, step: Callable[[], None]) -> None:
        """There is no script here."""
