"""Open home visits: whom a doctor is still on the way to, the longest waiting first."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import registers
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.card_work import VisitInfo, Visits

MARGIN = 4
"""Columns of the screen that hold no text."""


class VisitsScreen(Frame):
    """Read anew when it comes to the top and after a visit was closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,full_stop", "filter", show=False),  # one key in both layouts
        Binding("delete", "app.perform('visit.close')", show=False),
    ]
    heading = N_("Вызовы врача")
    about = N_(
        "Открытые вызовы врача на дом, давние первыми; «!» — просрочен, «?» — ничей: ни одна "
        "поликлиника его не видит, G — передать. / — найти по имени, адресу или номеру, Enter — "
        "карточка, Delete — закрыть: врач был или вызов отменён."
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: Visits | None = None
        self._asked: str | None = None
        """Text of the search that is under way or was the last; None: nothing counts any more."""

    def compose_body(self) -> ComposeResult:
        title = [_("Вызовы врача"), _("Esc — закрыть"), _("{key} — обращения")]
        yield Label("   ".join(title).format(key=key("find.open")), classes="screen-title")
        yield TextField(placeholder=_("Имя, адрес или номер"), id="visits-text", max_length=100)
        yield Painted(id="visits-note")
        yield LineTable(registers.visit_columns(), _("Загружаются…"), id="visits")
        yield Painted(id="visits-more")

    @property
    def first(self) -> Widget:
        return self.query_one("#visits")

    @property
    def visit_selected(self) -> VisitInfo | None:
        name = self.query_one("#visits", LineTable).selected_key if self.is_mounted else None
        found = self._found.visits if self._found else ()
        return next((item for item in found if item.visit.card == name), None)

    # -- the list ------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        self.reload()

    def reload(self) -> None:
        self._asked = None
        self._ask()

    def _ask(self) -> None:
        """One search at a time: what is typed meanwhile is asked for afterwards, once."""
        wanted = self._typed
        if wanted != self._asked:
            self.ekc.work("visits", lambda: self._search(wanted), self._show, self._failed)

    @property
    def _typed(self) -> str:
        return self.query_one("#visits-text", Input).value.strip()

    async def _search(self, wanted: str) -> Visits:
        self._asked = wanted
        return await self.ekc.desk.registers.visits(wanted)

    def _show(self, found: Visits) -> None:
        if not self.is_attached:
            return
        self._found = found
        empty = (
            _("Ничего не подходит: сотрите лишнее.")
            if self._asked
            else _("Открытых вызовов врача нет.")
        )
        self.query_one("#visits", LineTable).set_empty(empty)
        self._paint_rows()
        self._ask()

    def _failed(self, error: EkcError) -> None:
        if self.is_attached:
            self._note(error.in_one_line, wrong=True)

    def paint_body(self, names: frozenset[str]) -> None:
        if "clock" in names:
            self._paint_rows()

    def _paint_rows(self) -> None:
        """A visit becomes overdue while one looks at it."""
        if self._found is None:
            return
        now = self.ekc.desk.now()
        self.query_one("#visits", LineTable).show_rows(registers.visit_rows(self._found, now))
        count = registers.visit_count(self._found, now)
        keys = _("/ — найти   Enter — карточка   Delete — закрыть")
        self._note(f"{count}   {keys}" if self._found.visits else "", wrong=False)
        self._paint_more()

    def _paint_more(self) -> None:
        text = registers.visit_text(self.visit_selected, self.size.width - MARGIN)
        self.query_one("#visits-more", Painted).paint(text)

    def _note(self, text: str, *, wrong: bool) -> None:
        note = self.query_one("#visits-note", Painted)
        note.set_class(wrong, "-error")
        note.paint(Content(text))

    # -- the keys ------------------------------------------------------------------

    def action_filter(self) -> None:
        self.give(self.query_one("#visits-text"))

    def on_key(self, event: events.Key) -> None:
        """From the field down to the list."""
        if event.key == "down" and self.query_one("#visits-text").has_focus:
            event.stop()
            self.give(self.query_one("#visits"))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.give(self.query_one("#visits"))

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._paint_more()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if item := self.visit_selected:
            self.ekc.cards.show_contact(item.contact)
