"""Answers for the step of the script, and search in place. Only on a large terminal; elsewhere
there is the screen of Ctrl+F."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from ekc_console.i18n import N_
from ekc_console.tui.operator.present import script
from ekc_console.tui.operator.widgets.knowledge import KnowledgeSearch
from ekc_console.tui.shared.widgets.pane import Pane


class KnowledgePane(Pane):
    slug = "knowledge"
    heading = N_("Ответы")
    about = N_(
        "Ответы к шагу сценария; начните печатать — поиск по словам звонящего. Стрелки выбирают, "
        "под списком ответ целиком, Enter отмечает в карточке, что ответ дан, Esc — назад к "
        "сценарию."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def compose(self) -> ComposeResult:
        yield KnowledgeSearch(id="knowledge")

    @property
    def _search(self) -> KnowledgeSearch:
        return self.query_one(KnowledgeSearch)

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"card", "view"}:
            return
        session = self.ekc.desk.card_desk.session
        if session is None or session.finished:
            self._search.suggest("", ())
        else:
            about = f"{session.scenario.title} {script.step_title(session.step)}"
            self._search.suggest(about, ("answer", "clinic"))
        self._search.paint_rows()

    @property
    def first(self) -> Widget:
        return self._search.field

    def action_leave(self) -> None:
        """Back to the script; the next step has its own answers."""
        self._search.clear()
        self.ekc.to_pane("script")
