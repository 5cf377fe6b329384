"""The operator's own day in figures."""

from __future__ import annotations

from textual.app import ComposeResult

from ekc_console.i18n import N_
from ekc_console.tui.panes.pane import Pane
from ekc_console.tui.present import caller
from ekc_console.tui.widgets.painted import Painted


class DayPane(Pane):
    slug = "day"
    heading = N_("Мой день")

    def compose(self) -> ComposeResult:
        yield Painted(id="day-facts")

    def paint(self, names: frozenset[str]) -> None:
        if names & {"view", "clock"}:
            self.query_one("#day-facts", Painted).paint(caller.day(self.ekc.desk.view.me))

    def focus_main(self) -> None:
        """Nothing here takes the focus; it stays where it is."""
