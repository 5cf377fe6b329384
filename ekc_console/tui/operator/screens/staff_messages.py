"""Messages of the supervisor with requests for help, and the register of suggestions."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.domain.terms.rights import may
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.present import side_work
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.side_work import HelpRequest, StaffMessage, Suggestion


class MessagesScreen(Frame):
    """Enter marks a message as read; a supervisor answers a request for help with it."""

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[str, StaffMessage] = {}
        """As listed by the server, read ones too."""

    def compose_body(self) -> ComposeResult:
        title = _("Сообщения руководителя") + "   " + _("Enter — прочитано, Esc — закрыть")
        yield Label(title, classes="screen-title")
        yield LineTable(
            side_work.message_columns(), _("Сообщений нет. Новые появятся сами."), id="messages"
        )
        yield Painted(id="messages-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#messages")

    def on_mount(self) -> None:
        self.ekc.work("messages", self.ekc.desk.work.messages, self._listed)

    def _listed(self, messages: Sequence[StaffMessage]) -> None:
        if self.is_attached:
            self._read = {message.id: message for message in messages}
            self._paint_rows()

    def paint_body(self, names: frozenset[str]) -> None:
        if "view" in names:
            self._paint_rows()

    @property
    def _messages(self) -> dict[str, StaffMessage]:
        """What is unread now comes from the view: a message read elsewhere is read here too."""
        unread = {message.id: message for message in self.ekc.desk.view.staff_messages}
        return {**self._read, **unread}

    @property
    def _requests(self) -> tuple[HelpRequest, ...]:
        return self.ekc.desk.view.help_requests

    def _paint_rows(self) -> None:
        newest = sorted(self._messages.values(), key=lambda m: m.at, reverse=True)
        rows = side_work.message_rows(self._requests, newest, self.ekc.desk.now())
        self.query_one("#messages", LineTable).show_rows(rows)
        self._paint_text()

    def _paint_text(self) -> None:
        table = self.query_one("#messages", LineTable)
        text = next((row.cells[3] for row in table.rows if row.key == table.selected_key), "")
        self.query_one("#messages-text", Painted).paint(Content(text))

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._paint_text()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        kind, _colon, name = event.key.partition(":")
        if kind == "help":
            self._answer(name)
        elif self._messages[name].read_at is None:
            self.ekc.work(
                f"read {name}", lambda: self.ekc.desk.work.read(name), lambda _r: self._reload()
            )

    def _reload(self) -> None:
        self.ekc.work("messages", self.ekc.desk.work.messages, self._listed)

    def _answer(self, name: str) -> None:
        me = self.ekc.desk.view.me
        if me is None or not may(me.role, "answer_help"):
            self.ekc.tell("info", _("Руководитель позван. Отменить — Ctrl+E."))
            return

        def answer(text: str) -> None:
            if not text.strip():
                raise EkcError(_("Сообщение пустое."), _("Напишите его."))
            self.ekc.work(f"help {name}", lambda: self.ekc.desk.work.answer_help(name, text))

        self.ekc.show_panel(
            Prompt(_("Ответить на просьбу о помощи"), answer, hint=_("Enter — ответить"))
        )


class SuggestionsScreen(Frame):
    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, Suggestion] = {}

    def compose_body(self) -> ComposeResult:
        title = _("Предложения") + "   " + _("Ctrl+R — новое, Esc — закрыть")
        yield Label(title, classes="screen-title")
        yield LineTable(side_work.suggestion_columns(), _("Загружаются…"), id="suggestions")
        yield Painted(id="suggestions-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#suggestions")

    def on_mount(self) -> None:
        self.ekc.work("suggestions", self.ekc.desk.work.suggestions, self._listed)

    def _listed(self, items: Sequence[Suggestion]) -> None:
        if not self.is_attached:
            return
        self._items = {str(item.id): item for item in items}
        table = self.query_one("#suggestions", LineTable)
        table.set_empty(_("Предложений ещё нет. Записать первое — Ctrl+R."))
        table.show_rows(side_work.suggestion_rows(items, self.ekc.desk.now()))

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        key = self.query_one("#suggestions", LineTable).selected_key
        text = side_work.suggestion_text(self._items.get(key or ""))
        self.query_one("#suggestions-text", Painted).paint(text)
