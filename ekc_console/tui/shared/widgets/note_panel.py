"""Several lines to type, in the tray."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import TextArea

from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.fields import Note
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Panel


class NotePanel(Panel):
    """Enter begins a new line; Tab ends. ``submit`` gets the text at every change."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "take", show=False, priority=True)]

    def __init__(self, heading: str, value: str, submit: Callable[[str], None]) -> None:
        super().__init__(heading)
        self._value = value
        self._submit = submit

    def compose(self) -> ComposeResult:
        yield Note()
        yield Painted(classes="legend")

    def on_mount(self) -> None:
        note = self.query_one(Note)
        note.load_text(self._value)
        note.move_cursor(note.document.end)
        self.query_one(Painted).paint(Content(_("Tab — готово, Enter — новая строка")))

    @property
    def first(self) -> Widget:
        return self.query_one(Note)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._submit(event.text_area.text.strip())

    def action_take(self) -> None:
        self.close()
