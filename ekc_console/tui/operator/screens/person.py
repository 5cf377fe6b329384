"""The record of one person: what is known, who has changed it, and what may be done with it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import registers
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.card_work import Person

MARGIN = 6
"""Columns of the screen that hold no text."""


class PersonScreen(Frame):
    """Of the person whom a card is about."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "mend", show=False)]
    heading = N_("Запись о человеке")
    about = N_(
        "Что записано о человеке и кто что менял. Enter — исправить имя, дату рождения, СНИЛС или "
        "полис; руководитель может объединить две записи об одном человеке и отменить это."
    )

    def __init__(self, card: str) -> None:
        super().__init__()
        self.card = card
        self.person: Person | None = None
        """None while it is being read."""
        self._note = Content("")

    def compose_body(self) -> ComposeResult:
        yield Label(_("Запись о человеке") + "   " + _("Esc — назад"), classes="screen-title")
        with VerticalScroll(id="person-scroll"):
            yield Painted(id="person-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#person-scroll")

    def on_mount(self) -> None:
        self._note = Content(_("Запись открывается…"))
        self.reload()

    def reload(self) -> None:
        self.ekc.work(
            f"person {self.card}",
            lambda: self.ekc.desk.registers.person(self.card),
            self.take,
            self._failed,
        )

    def take(self, person: Person) -> None:
        """The record as it is now."""
        self.person = person

    def paint_body(self, names: frozenset[str]) -> None:
        now, width = self.ekc.desk.now(), self.size.width - MARGIN
        shown = registers.person_text(self.person, now, width) if self.person else self._note
        self.query_one("#person-text", Painted).paint(shown)

    def action_mend(self) -> None:
        if self.person is not None:
            self.ekc.cards.mend_person(self.card, self.person)

    def _failed(self, error: EkcError) -> None:
        self._note = Content.styled(error.in_one_line, "$text-error")
