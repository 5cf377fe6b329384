"""What asks for the supervisor."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.supervisor.panes.table import TablePane
from ekc_console.tui.supervisor.present import important, top
from ekc_console.tui.supervisor.present.important import Item
from ekc_console.tui.supervisor.screens.things import PersonScreen, QueueScreen

ROOM = 6
"""Lines of a pane that has some for what is cut in the list."""


class ImportantPane(TablePane[Item]):
    slug = "important"
    heading = N_("Важное")
    about = N_(
        "«?» — просят помочь, «▲» — не работает или за вторым пределом, «!» — пора посмотреть. "
        "A — принял: занимаюсь этим; S — отложить. Enter ведёт к очереди или человеку. "
        "Что кончилось, уходит само."
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        return important.columns()

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Painted(id="important-text")

    def paint(self, names: frozenset[str]) -> None:
        super().paint(names)
        self._show_whole()

    def on_line_table_moved(self) -> None:
        self._show_whole()

    def _show_whole(self) -> None:
        """What is under the cursor, where the line has no room for it."""
        if self.is_mounted:
            item, width = self.selected, self.table.size.width - important.BESIDE
            text = item.text if item is not None and len(item.text) > width else ""
            whole = self.query_one("#important-text", Painted)
            whole.display = bool(text) and self.size.height >= ROOM
            whole.paint(Content(text))

    def all(self, watched: Watched, now: float) -> Iterable[Item]:
        return important.items(watched, self.desk.view, now)

    def key(self, item: Item) -> str:
        return item.key

    def thing(self, item: Item) -> tuple[str, str]:
        return "person" if item.kind == "help" else item.kind, item.about

    def searched(self, item: Item) -> str:
        return item.text

    def row(self, item: Item, now: float) -> Row:
        return important.row(item)

    def opens(self, item: Item) -> bool:
        return item.kind != "centre"

    def open(self, item: Item) -> None:
        if item.kind == "queue":
            self.ekc.open_above(QueueScreen(item.about))
        elif item.kind in ("person", "help"):
            self.ekc.open_above(PersonScreen(item.about))

    def empty(self, watched: Watched) -> str:
        return top.nothing_important(watched)
