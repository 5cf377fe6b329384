"""Search in the knowledge on a screen of its own; the answer given is noted in the card's path."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.i18n import _
from ekc_console.tui.operator.widgets.knowledge import KnowledgeSearch
from ekc_console.tui.shell.frame import Frame


class KnowledgeScreen(Frame):
    def compose_body(self) -> ComposeResult:
        title = _("Вопросы и ответы") + "   " + _("Esc — назад к сценарию")
        yield Label(title, classes="screen-title")
        yield KnowledgeSearch(id="knowledge")

    @property
    def first(self) -> Widget:
        return self.query_one(KnowledgeSearch).field
