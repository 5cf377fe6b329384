"""Own contacts of the day and unfinished ones, and search in all of them by number or name."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.present import caller
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.messages import Contact


class FindScreen(Frame):
    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Contact] = {}

    def compose_body(self) -> ComposeResult:
        title = [_("Поиск обращений"), _("Esc — закрыть"), _("{key} — вызовы врача")]
        yield Label("   ".join(title).format(key=key("find.open")), classes="screen-title")
        yield TextField(
            placeholder=_("Номер, последние 4 цифры или больше, либо имя; Enter — искать"),
            id="find-text",
            max_length=100,
        )
        yield Painted(id="find-note")
        yield LineTable(caller.found_columns(), "", id="found")

    @property
    def first(self) -> Widget:
        return self.query_one("#find-text")

    def on_mount(self) -> None:
        self._note(_("Загружаются ваши обращения за сегодня…"), wrong=False)
        self.ekc.work("find", self.ekc.desk.old_cards.own, self._show_own, self._failed)

    def _show_own(self, contacts: Sequence[Contact]) -> None:
        """Until something is searched for."""
        if not self.is_attached:
            return
        contacts = caller.unfinished_first(contacts)
        self._list(contacts, _("Сегодня у вас обращений ещё не было."))
        count = caller.own_count(contacts, self.ekc.desk.now())
        self._note(count + "   " + _("стрелка вниз — к списку") if contacts else "", wrong=False)

    def on_key(self, event: events.Key) -> None:
        """From the field down to the list."""
        table = self.query_one("#found", LineTable)
        if event.key == "down" and self.query_one("#find-text").has_focus and table.rows:
            event.stop()
            self.give(table)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if not text:
            self._note(_("Введите номер или имя."), wrong=True)
            return
        self._note(_("Поиск…"), wrong=False)
        self.ekc.work(
            "find",
            lambda: self.ekc.desk.find(text),
            lambda contacts: self._show(text, contacts),
            self._failed,
        )

    def _show(self, text: str, contacts: Sequence[Contact]) -> None:
        """Down to the list, unless one is typing something else already."""
        if not self.is_attached:
            return
        self._list(contacts, _("Ничего не найдено. Проверьте номер или напишите имя иначе."))
        count = _("Найдено: {n}").format(n=len(contacts))
        self._note(f"{count}   " + _("Enter — открыть карточку") if contacts else "", wrong=False)
        if contacts and self.query_one("#find-text", Input).value.strip() == text:
            self.give(self.query_one("#found", LineTable))

    def _list(self, contacts: Sequence[Contact], empty: str) -> None:
        self._found = {contact.call: contact for contact in contacts}
        table = self.query_one("#found", LineTable)
        table.set_empty(empty)
        table.show_rows(caller.found_rows(contacts, self.ekc.desk.now()), to_top=True)

    def _failed(self, error: EkcError) -> None:
        if self.is_attached:
            self._note(error.in_one_line, wrong=True)

    def _note(self, text: str, *, wrong: bool) -> None:
        note = self.query_one("#find-note", Painted)
        note.set_class(wrong, "-error")
        note.paint(Content(text))

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.cards.show_contact(self._found[event.key])
