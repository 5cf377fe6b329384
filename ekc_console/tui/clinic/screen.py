"""The own screen of a clinic's desk: open visits above, cards below; one of them where the terminal
is low."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ekc_console.client.clinic_lists import ClinicLists
from ekc_console.domain.terms.rights import of_clinics
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.clinic.panes import CardsPane, ClinicPane, VisitsPane
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.frame import PanesFrame
from ekc_console.tui.shell.jump import Target
from ekc_console.wire.card_work import VisitInfo

LETTERS = {"visits": "a", "cards": "s"}
"""Of the panes by slug, in the order of Tab."""
STALE_S = 180.0


class ClinicScreen(PanesFrame):
    """``active``: the pane to begin with. ``lists`` outlive it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "close_visit", show=False),
    ]
    heading = N_("Вызовы врача и обращения")
    letters = LETTERS

    def __init__(self, lists: ClinicLists, active: str = "") -> None:
        super().__init__(active)
        self._lists = lists

    def compose_body(self) -> ComposeResult:
        yield VisitsPane(self._lists)
        yield CardsPane(self._lists)

    def pane(self, name: str) -> ClinicPane:
        return self.query_one(f"#pane-{name}", ClinicPane)

    @property
    def current(self) -> ClinicPane:
        return self.pane(self._active)

    @property
    def visit_selected(self) -> VisitInfo | None:
        pane = self.current if self.is_mounted else None
        return pane.selected if isinstance(pane, VisitsPane) else None

    @property
    def zoomable(self) -> bool:
        return False

    def on_mount(self) -> None:
        self.show_active()
        if not self._of_clinic:
            text = _("Этот экран — для роли «клиника»: у вас другая. Ваш: ekc operator.")
            self.ekc.tell("error", text)

    @property
    def _of_clinic(self) -> bool:
        me = self.ekc.desk.view.me
        return me is not None and of_clinics(me.role)

    # -- the lists ---------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """A visit may have been closed in its card."""
        if self._of_clinic and self._lists.at is not None:
            self.reload()

    def reload(self) -> None:
        """A reading that is under way is older than the wish: it is followed by another."""
        self._lists.asked_at = None
        self.ekc.work("clinic.lists", self._lists.load, None, self._not_read)

    def _not_read(self, error: EkcError) -> None:
        """The lists do not look as if they were still on their way."""
        self.ekc.tell_error(error)
        for name in LETTERS:
            self.pane(name).table.set_empty(_("Прочитать не удалось: R — ещё раз."))

    def paint_body(self, names: frozenset[str]) -> None:
        at = self._lists.at
        self.set_class(at is not None and self.ekc.desk.now() - at > STALE_S, "-stale")
        for name in LETTERS:
            self.pane(name).paint(names)
        if self._of_clinic and self._lists.due:
            self.reload()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if contact := self.current.contact:
            self._lists.opened(contact.card)
            self.ekc.cards.show_contact(contact)

    def action_close_visit(self) -> None:
        """Where there is none under the cursor, that is said."""
        if self.visit_selected is not None:
            self.ekc.perform("visit.close")
        elif isinstance(self.current, VisitsPane):
            self.ekc.tell("info", _("Вызова врача, который ждёт ответа, здесь нет."))
        else:
            self.ekc.tell("info", _("Delete закрывает вызов врача: они рядом, Tab."))

    # -- going around ------------------------------------------------------------------

    def show_active(self) -> None:
        for name in LETTERS:
            self.pane(name).set_class(name == self._active, "-active")

    def on_descendant_focus(self) -> None:
        """By the mouse."""
        name = next((n for n in LETTERS if self.pane(n).table is self.focused), self._active)
        if name != self._active:
            self._active = name
            self.show_active()
            self.paint(frozenset())

    def zoom(self) -> None:
        """Both are in sight where there is room."""

    def targets(self) -> list[Target]:
        panes = {name: self.pane(name) for name in LETTERS}
        return [
            Target(name, LETTERS[name], pane.region.x + 2, pane.region.y)
            for name, pane in panes.items()
            if pane.region.height
        ]
