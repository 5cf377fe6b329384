"""Search in the knowledge while one types, with the whole answer below the list."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.present import side_work
from ekc_console.tui.shared.host import Host, host_of
from ekc_console.tui.shared.keys.reasons import why_no_emergency
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.wire.side_work import KnowledgeFound, KnowledgeItem, KnowledgeKind

Query = tuple[str, tuple[KnowledgeKind, ...]]
NOTHING: Query = ("", ())


class KnowledgeSearch(Vertical):
    """The focus stays in the field: arrows walk the list, Enter notes the answer in the card.

    With :meth:`suggest` it finds by itself what belongs to the step, while nothing is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("pageup", "scroll(-1)", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._found: dict[str, KnowledgeItem] = {}
        self._asked = NOTHING
        """The search that is under way or was the last."""
        self._suggested = NOTHING
        self._corrected = ""
        self._of_sign = False
        """The note is about a sign."""

    @property
    def _ekc(self) -> Host:
        return host_of(self)

    def compose(self) -> ComposeResult:
        yield TextField(
            placeholder=_("Слова звонящего: прививка от гриппа, стоматолог, полис…"),
            id="knowledge-text",
            max_length=200,
        )
        yield Painted(id="knowledge-note")
        table = LineTable(
            side_work.knowledge_columns(), "", id="knowledge-found", header=False, marked=True
        )
        table.can_focus = False
        yield table
        with VerticalScroll(id="knowledge-scroll", can_focus=False):
            yield Painted(id="knowledge-answer")

    def on_mount(self) -> None:
        self._note(self._hint())

    @property
    def service(self) -> str:
        """That the sign at the cursor asks for; empty: there is none."""
        return self._sign.call if self._sign else ""

    @property
    def field(self) -> Input:
        return self.query_one("#knowledge-text", Input)

    # -- search --------------------------------------------------------------------

    def suggest(self, text: str, kinds: tuple[KnowledgeKind, ...]) -> None:
        """What to search for while nothing is typed."""
        if (text, kinds) != self._suggested:
            self._suggested = text, kinds
            self._ask()

    def clear(self) -> None:
        self.field.value = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    @property
    def _typed(self) -> str:
        return self.field.value

    def _ask(self) -> None:
        """One search at a time: what is wanted meanwhile is asked for afterwards, once."""
        wanted: Query = (self._typed, ()) if self._typed.strip() else self._suggested
        if wanted == self._asked:
            return
        if not wanted[0].strip():
            self._asked = wanted
            self._show(KnowledgeFound(items=()))
            return
        self._ekc.work(
            f"knowledge.{self.id}", lambda: self._search(wanted), self._answered, self._failed
        )

    async def _search(self, wanted: Query) -> KnowledgeFound:
        self._asked = wanted
        return await self._ekc.desk.work.search(*wanted)

    def _answered(self, found: KnowledgeFound) -> None:
        if self.is_attached:
            self._show(found)
            self._ask()

    def _failed(self, error: EkcError) -> None:
        if self.is_attached:
            self._note(error.in_one_line, wrong=True)

    def _show(self, found: KnowledgeFound) -> None:
        self._found = {item.id: item for item in found.items}
        self._corrected = found.corrected
        self.paint_rows(to_top=True)
        self._say()

    def _say(self) -> None:
        """What Enter does with the row under the cursor."""
        sign = self._sign
        self._of_sign = sign is not None
        if sign is not None:
            self._note(self._sign_note(sign))
        elif not self._typed.strip():
            self._note(self._hint())
        elif self._corrected:
            self._note(_("Показано для: {words}").format(words=self._corrected))
        elif self._found:
            self._note(_("Стрелки — выбрать, Enter — отметить «ответ дан» в карточке"))
        else:
            self._note(
                _("Ничего не нашлось. Скажите другими словами или запишите предложение: Ctrl+R.")
            )

    def _sign_note(self, sign: KnowledgeItem) -> str:
        if why := why_no_emergency(self._ekc.situation()):
            return _("Угроза жизни. {why}").format(why=why)
        return _("Угроза жизни: Enter — вызвать {number}").format(number=sign.call)

    def _hint(self) -> str:
        if self._suggested != NOTHING and self._found:
            return _("К этому шагу; начните печатать — поиск. Enter — отметить «ответ дан»")
        return _("Начните печатать: ответы появятся сами. Опечатки не мешают.")

    def _note(self, text: str, *, wrong: bool = False) -> None:
        note = self.query_one("#knowledge-note", Painted)
        note.set_class(wrong, "-error")
        note.paint(Content(text))

    # -- list and answer -------------------------------------------------------------

    def _given(self) -> frozenset[str]:
        session = self._ekc.desk.card_desk.session
        return (
            frozenset(answer.item for answer in session.state.side_answers)
            if session
            else frozenset()
        )

    def paint_rows(self, *, to_top: bool = False) -> None:
        """Anew, also when other answers are marked as given."""
        table = self.query_one("#knowledge-found", LineTable)
        table.show_rows(
            side_work.knowledge_rows(list(self._found.values()), self._given()), to_top=to_top
        )
        self._paint_answer()

    def _paint_answer(self) -> None:
        answer = self.query_one("#knowledge-answer", Painted)
        text = side_work.knowledge_text(self._current)
        if not text.is_same(answer.shown):
            answer.paint(text)
            self.query_one("#knowledge-scroll", VerticalScroll).scroll_home(animate=False)

    @property
    def _current(self) -> KnowledgeItem | None:
        key = self.query_one("#knowledge-found", LineTable).selected_key
        return self._found.get(key or "")

    @property
    def _sign(self) -> KnowledgeItem | None:
        current = self._current
        return current if current is not None and current.kind == "sign" else None

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._paint_answer()
        if self._of_sign or self._sign is not None:
            self._say()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self._give()

    def action_move(self, by: int) -> None:
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
        if item.kind == "sign":
            self._ekc.calls.call_emergency(item.call)
            return
        if self._ekc.desk.card_desk.session is None:
            self._note(_("Карточка не открыта: отмечать ответ негде."))
            return
        self._ekc.desk.card_desk.give_answer(item.id, item.title)
        self.paint_rows()
        self._note(
            _("Отмечено в карточке: «{title}». Esc — назад к сценарию").format(title=item.title)
        )
