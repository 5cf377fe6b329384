"""The card of the call: fields filled so far, the operator's note, the disposition."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import TextArea

from ekc_console.client.operator_voice import IN_HAND
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import cards, script
from ekc_console.tui.operator.widgets.typed_sign import TypedSign
from ekc_console.tui.shared import focus
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.fields import Note
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane


class CardPane(Pane):
    slug = "card"
    heading = N_("Карточка")
    about = N_(
        "Карточка обращения: итог (цифра или Enter), примечание, заполненные поля. Tab — к "
        "следующей части; Enter на поле — исправить его, на строке «Человек» — выбрать, о ком "
        "обращение."
    )

    def compose(self) -> ComposeResult:
        yield Painted(id="card-state")
        yield Painted(id="card-disposition-title", classes="subtitle")
        yield Choices(id="card-dispositions", marks=True)
        yield Painted(id="card-note-title", classes="subtitle")
        yield Note(id="card-note")
        yield TypedSign(id="card-sign")
        yield Painted(id="card-fields-title", classes="subtitle")
        yield LineTable(
            script.field_columns(), _("Поля ещё не заполнены."), id="card-fields", header=False
        )

    def on_mount(self) -> None:
        self._card = ""
        self.query_one("#card-dispositions", Choices).on_unknown = self._write
        self.query_one("#card-note-title", Painted).paint(Content(_("Примечание")))
        self.query_one("#card-fields-title", Painted).paint(
            Content.assemble(_("Заполнено"), ("   " + _("Enter  исправить"), "$muted"))
        )

    @property
    def reachable(self) -> bool:
        return self.ekc.desk.card_desk.card is not None

    # -- what is shown -----------------------------------------------------------

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"card", "view"}:
            return
        desk = self.ekc.desk.card_desk
        opened = desk.card is not None
        self.set_class(not opened, "-empty")
        self.query_one("#card-state", Painted).paint(self._state())
        if not opened:
            self._card = ""
            self._watch_for_signs("")
            return
        rows = [cards.person_row(desk.card.person)] if desk.card else []
        rows += script.field_rows(desk.session) if desk.session else []
        self.query_one("#card-fields", LineTable).show_rows(rows)
        if desk.card_id != self._card:
            self._card = desk.card_id
            self.query_one("#card-note", Note).load_text(desk.note)
        self._watch_for_signs(desk.note)
        self.query_one("#card-dispositions", Choices).show(
            script.numbered(desk.dispositions, desk.disposition)
        )
        self.query_one("#card-disposition-title", Painted).paint(self._disposition_title())

    def _state(self) -> Content:
        desk = self.ekc.desk.card_desk
        if desk.card is None:
            call = self.ekc.desk.view.call
            if call is None or call.state not in IN_HAND:
                text = _("Карточка откроется вместе с вызовом.")
            else:
                text = _("Карточка не открыта.") if call.card else _("У этого вызова нет карточки.")
            return Content.styled(text, "$muted")
        if desk.unsaved:
            return Content.assemble(
                (_("не сохранена"), "$text-warning"),
                (f"   {key('card.save')} ", "bold"),
                _("сохранить"),
            )
        if desk.card.state == "saved":
            return Content.styled(_("сохранена"), "$text-success")
        return Content.styled(_("черновик"), "$muted")

    def _disposition_title(self) -> Content:
        if self.ekc.desk.card_desk.disposition:
            return Content(_("Итог"))
        return Content.assemble(_("Итог"), ("   " + _("не выбран"), "$text-warning"))

    @property
    def first(self) -> Widget:
        """The disposition while it is missing, else the note."""
        desk = self.ekc.desk.card_desk
        if desk.card is None:
            return self.query_one("#card-fields")
        if desk.disposition or not desk.dispositions:
            return self.query_one("#card-note")
        return self.query_one("#card-dispositions")

    # -- changes -----------------------------------------------------------------

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        desk = self.ekc.desk.card_desk
        if desk.card is not None and desk.card_id == self._card:
            desk.set_note(event.text_area.text)
            self._watch_for_signs(desk.note)

    def _write(self, text: str) -> None:
        """Words that are no outcome are for the note, and so is what follows them."""
        note = self.query_one("#card-note", Note)
        focus.give(note)
        note.move_cursor(note.document.end)
        note.insert(text)

    def _watch_for_signs(self, note: str) -> None:
        self.query_one(TypedSign).judge(note)

    def on_typed_sign_changed(self, event: TypedSign.Changed) -> None:
        """It is read while the note is typed, however many outcomes stand above."""
        event.stop()
        sign = self.query_one(TypedSign)
        if sign.display and self.query_one("#card-note").has_focus:
            self.call_after_refresh(sign.scroll_visible, animate=False)

    def on_choices_picked(self, event: Choices.Picked) -> None:
        event.stop()
        try:
            self.ekc.desk.card_desk.set_disposition(event.value)
        except EkcError as error:
            self.ekc.tell_error(error)

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        """Correct a field: the script stays where it is."""
        event.stop()
        if event.key == cards.PERSON:
            self.ekc.cards.choose_person()
            return
        self.ekc.cards.correct(event.key)
