"""Search in the contacts by number or name, and a card for reading."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.present import caller, cards
from ekc_console.tui.screens.frame import Frame
from ekc_console.tui.widgets.fields import TextField
from ekc_console.tui.widgets.line_table import LineTable
from ekc_console.tui.widgets.painted import Painted
from ekc_console.wire.messages import Contact

MARGIN = 6
"""Columns of a card's screen that hold no text."""


class FindScreen(Frame):
    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Contact] = {}

    def compose_body(self) -> ComposeResult:
        yield Label(_("Поиск обращений") + "   " + _("Esc — закрыть"), classes="screen-title")
        yield TextField(
            placeholder=_("Номер, последние 4 цифры или больше, либо имя; Enter — искать"),
            id="find-text",
            max_length=100,
        )
        yield Painted(id="find-note")
        yield LineTable(caller.found_columns(), "", id="found")

    def on_mount(self) -> None:
        self.query_one("#find-text", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if not text:
            self._note(_("Введите номер или имя."), wrong=True)
            return
        self._note(_("Поиск…"), wrong=False)
        self.ekc.work("find", lambda: self.ekc.desk.find(text), self._show, self._failed)

    def _show(self, contacts: Sequence[Contact]) -> None:
        if not self.is_attached:
            return
        self._found = {contact.call: contact for contact in contacts}
        table = self.query_one("#found", LineTable)
        table.set_empty(_("Ничего не найдено. Проверьте номер или напишите имя иначе."))
        table.show_rows(caller.found_rows(contacts, self.ekc.desk.now()), to_top=True)
        count = _("Найдено: {n}").format(n=len(contacts))
        self._note(f"{count}   " + _("Enter — открыть карточку") if contacts else "", wrong=False)
        if contacts:
            table.focus()

    def _failed(self, error: EkcError) -> None:
        if self.is_attached:
            self._note(f"{error.message} {error.remedy}".strip(), wrong=True)

    def _note(self, text: str, *, wrong: bool) -> None:
        note = self.query_one("#find-note", Painted)
        note.set_class(wrong, "-error")
        note.paint(Content(text))

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.commands.show_contact(self._found[event.key])


class CardScreen(Frame):
    """One earlier contact and its card, for reading."""

    def __init__(self, contact: Contact) -> None:
        super().__init__()
        self.contact = contact
        self._text: Content | None = None

    def compose_body(self) -> ComposeResult:
        yield Label(_("Карточка обращения") + "   " + _("Esc — назад"), classes="screen-title")
        with VerticalScroll(id="card-scroll"):
            yield Painted(id="card-contact")
            yield Painted(id="card-text")

    def on_mount(self) -> None:
        if self.contact.card:
            card, width = self.contact.card, self.size.width - MARGIN
            self._say(Content(_("Карточка открывается…")))
            self.ekc.work(
                f"card {card}",
                lambda: cards.read(self.ekc.desk, card, width),
                self._say,
                self._failed,
            )
        else:
            self._say(Content(_("У этого обращения карточки нет.")))

    def paint_body(self, names: frozenset[str]) -> None:
        text = cards.contact(self.contact, self.ekc.desk.now(), self.size.width - MARGIN)
        self.query_one("#card-contact", Painted).paint(text)

    def _say(self, text: Content) -> None:
        if self.is_attached:
            self.query_one("#card-text", Painted).paint(text)

    def _failed(self, error: EkcError) -> None:
        self._say(Content.styled(f"{error.message} {error.remedy}".strip(), "$text-error"))
