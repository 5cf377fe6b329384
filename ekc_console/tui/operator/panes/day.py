"""The operator's own day in figures."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from ekc_console.i18n import N_
from ekc_console.tui.operator.present import caller
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.wire.side_work import DayTargets


class DayPane(Pane):
    slug = "day"
    heading = N_("Мой день")
    about = N_("Ваш день: вызовы, время разговоров и перерывов.")

    def compose(self) -> ComposeResult:
        yield Painted(id="day-facts")

    @property
    def reachable(self) -> bool:
        return False

    def paint(self, names: frozenset[str]) -> None:
        if names & {"view", "clock"}:
            desk = self.ekc.desk
            me, welcome = desk.view.me, desk.welcome
            reasons = welcome.break_reasons if welcome else ()
            limit = next((r.limit_s for r in reasons if me and r.code == me.reason), 0.0)
            targets = welcome.targets if welcome else DayTargets()
            text = caller.day(me, targets, desk.view.callbacks, desk.now(), limit)
            self.query_one("#day-facts", Painted).paint(text)

    @property
    def first(self) -> Widget | None:
        return None
