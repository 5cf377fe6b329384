"""Search in the knowledge while one types; the answer given is noted in the card's path."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.present import work
from ekc_console.tui.screens.frame import Frame
from ekc_console.tui.widgets.fields import TextField
from ekc_console.tui.widgets.line_table import LineTable
from ekc_console.tui.widgets.painted import Painted
from ekc_console.wire.work import KnowledgeFound, KnowledgeItem


class KnowledgeScreen(Frame):
    """The focus stays in the field: arrows walk the list, Enter notes the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
        Binding("pageup", "scroll(-1)", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, KnowledgeItem] = {}
        self._asked = ""
        """The text of the search that is under way or was the last."""

    def compose_body(self) -> ComposeResult:
        title = _("Вопросы и ответы") + "   " + _("Esc — назад к сценарию")
        yield Label(title, classes="screen-title")
        yield TextField(
            placeholder=_("Слова звонящего: прививка от гриппа, стоматолог, полис…"),
            id="knowledge-text",
            max_length=200,
        )
        yield Painted(id="knowledge-note")
        table = LineTable(
            work.knowledge_columns(), "", id="knowledge-found", header=False, marked=True
        )
        table.can_focus = False
        yield table
        with VerticalScroll(id="knowledge-scroll", can_focus=False):
            yield Painted(id="knowledge-answer")

    def on_mount(self) -> None:
        self._note(_("Начните печатать: ответы появятся сами. Опечатки не мешают."))
        self.query_one("#knowledge-text", Input).focus()

    # -- search --------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    def _ask(self) -> None:
        """One search at a time: what is typed meanwhile is asked for afterwards, once."""
        text = self.query_one("#knowledge-text", Input).value
        if text == self._asked:
            return
        if not text.strip():
            self._asked = text
            self._show(KnowledgeFound(items=()))
            return
        self.ekc.work("knowledge", lambda: self._search(text), self._answered, self._failed)

    async def _search(self, text: str) -> KnowledgeFound:
        self._asked = text
        return await self.ekc.desk.work.search(text)

    def _answered(self, found: KnowledgeFound) -> None:
        if self.is_attached:
            self._show(found)
            self._ask()

    def _failed(self, error: EkcError) -> None:
        if self.is_attached:
            self._note(f"{error.message} {error.remedy}".strip(), wrong=True)

    def _show(self, found: KnowledgeFound) -> None:
        self._found = {item.id: item for item in found.items}
        self._paint_rows(to_top=True)
        if found.corrected:
            self._note(_("Показано для: {words}").format(words=found.corrected))
        elif found.items:
            self._note(_("Стрелки — выбрать, Enter — отметить «ответ дан» в карточке"))
        elif self._asked.strip():
            self._note(
                _("Ничего не нашлось. Скажите другими словами или запишите предложение: Ctrl+R.")
            )
        else:
            self._note(_("Начните печатать: ответы появятся сами. Опечатки не мешают."))

    def _note(self, text: str, *, wrong: bool = False) -> None:
        note = self.query_one("#knowledge-note", Painted)
        note.set_class(wrong, "-error")
        note.paint(Content(text))

    # -- list and answer -------------------------------------------------------------

    def _given(self) -> frozenset[str]:
        session = self.ekc.desk.card_desk.session
        return (
            frozenset(answer.item for answer in session.state.side_answers)
            if session
            else frozenset()
        )

    def _paint_rows(self, *, to_top: bool = False) -> None:
        table = self.query_one("#knowledge-found", LineTable)
        table.show_rows(
            work.knowledge_rows(list(self._found.values()), self._given()), to_top=to_top
        )
        self._paint_answer()

    def _paint_answer(self) -> None:
        item = self._current
        self.query_one("#knowledge-answer", Painted).paint(work.knowledge_text(item))
        self.query_one("#knowledge-scroll", VerticalScroll).scroll_home(animate=False)

    @property
    def _current(self) -> KnowledgeItem | None:
        key = self.query_one("#knowledge-found", LineTable).selected_key
        return self._found.get(key or "")

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._paint_answer()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self._give()

    def action_move(self, by: int) -> None:
        if panel := self.tray.panel:
            if hasattr(panel, "action_turn"):
                panel.action_turn(by)
            return
        self.query_one("#knowledge-found", LineTable).action_move(by)

    def action_scroll(self, by: int) -> None:
        self.query_one("#knowledge-scroll", VerticalScroll).scroll_relative(y=3 * by, animate=False)

    # -- the answer is given ---------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._give()

    def _give(self) -> None:
        item = self._current
        if item is None:
            return
        if self.ekc.desk.card_desk.session is None:
            self._note(_("Карточка не открыта: отмечать ответ негде."))
            return
        self.ekc.desk.card_desk.give_answer(item.id, item.title)
        self._paint_rows()
        self._note(
            _("Отмечено в карточке: «{title}». Esc — назад к сценарию").format(title=item.title)
        )
