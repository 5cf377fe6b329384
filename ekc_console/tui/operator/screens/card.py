"""An earlier contact and its card: for reading and, where it may be, for mending."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.client.card.old_cards import CardEdit
from ekc_console.domain.terms.rights import may
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import cards
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.messages import Contact

MARGIN = 6
"""Columns of a card's screen that hold no text."""


class CardScreen(Frame):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "mend", show=False)]
    heading = N_("Карточка обращения")
    mending = N_(
        "Прежнее обращение и его карточка. Enter — исправить: итог, поле, примечание, человека. "
        "Изменённое отмечено «*» и записывается клавишей F9; до этого правка хранится, и её "
        "предложат снова. Внизу — кто и что менял раньше."
    )
    reading = N_(
        "Обращение и его карточка. Если врач ещё в пути, Enter — закрыть его вызов. Внизу — кто и "
        "что менял раньше."
    )

    def __init__(self, contact: Contact) -> None:
        super().__init__()
        self.contact = contact
        self.edit: CardEdit | None = None
        """None while it is being read, and when there is no card."""
        self._note = Content("")
        self._asked = False
        """What was left unsaved has been offered."""

    @property
    def about(self) -> str:
        me = self.ekc.desk.view.me
        return self.mending if me is None or may(me.role, "edit_cards") else self.reading

    def compose_body(self) -> ComposeResult:
        yield Label(_("Карточка обращения") + "   " + _("Esc — назад"), classes="screen-title")
        with VerticalScroll(id="card-scroll"):
            yield Painted(id="card-contact")
            yield Painted(id="card-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#card-scroll")

    def on_mount(self) -> None:
        if self.contact.card:
            self._note = Content(_("Карточка открывается…"))
            self.reload()
        else:
            self._note = Content(_("У этого обращения карточки нет."))

    @property
    def changed(self) -> bool:
        return self.edit is not None and self.edit.changed

    @property
    def savable(self) -> bool:
        return self.edit is not None and self.edit.savable

    def reload(self) -> None:
        """What it asks when it has come belongs to this screen: to nothing that is opened later."""
        card, turns = self.contact.card, self.ekc.turns
        with turns.of(turns.number(self)):
            self.ekc.work(
                f"card {card}", lambda: self.ekc.desk.old_cards.read(card), self._read, self._failed
            )

    def paint_body(self, names: frozenset[str]) -> None:
        now, width = self.ekc.desk.now(), self.size.width - MARGIN
        text = cards.contact(self.contact, now, width)
        self.query_one("#card-contact", Painted).paint(text)
        shown = cards.text(self.edit, now, width) if self.edit else self._note
        self.query_one("#card-text", Painted).paint(shown)

    def close_top(self) -> None:
        if self.changed:
            self.ekc.tell(
                "warning", _("Карточка не сохранена: правка хранится и будет ждать вас в ней.")
            )
        super().close_top()

    def action_mend(self) -> None:
        if self.edit is not None:
            self.ekc.cards.mend(self.edit)

    def _read(self, edit: CardEdit) -> None:
        self.edit = edit
        if edit.changed and not self._asked and self.is_attached:
            self.ekc.cards.offer(edit)
        self._asked = True

    def _failed(self, error: EkcError) -> None:
        self._note = Content.styled(error.in_one_line, "$text-error")
