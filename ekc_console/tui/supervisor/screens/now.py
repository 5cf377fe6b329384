"""The centre now: queues, people, calls, what is important. All at once on a wide terminal; on a
narrow one the queues, and below them one of the others."""

from __future__ import annotations

from typing import Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from ekc_console.client.listening import Listening
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import N_
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.frame import PanesFrame
from ekc_console.tui.shell.jump import Target
from ekc_console.tui.supervisor.panes.callbacks import CallbacksPane
from ekc_console.tui.supervisor.panes.calls import CallsPane
from ekc_console.tui.supervisor.panes.important import ImportantPane
from ekc_console.tui.supervisor.panes.people import PeoplePane
from ekc_console.tui.supervisor.panes.queues import QueuesPane
from ekc_console.tui.supervisor.panes.table import TablePane
from ekc_console.tui.supervisor.present import top

WIDE = 120
"""Columns from which all panes are shown at once."""
LETTERS = {"queues": "a", "people": "s", "calls": "d", "important": "f", "owed": "g"}
ORDER = tuple(LETTERS)


class NowScreen(PanesFrame):
    """``active``: the pane to begin with."""

    heading = N_("Сейчас")
    letters = LETTERS

    def __init__(self, active: str = "") -> None:
        super().__init__(active)
        self._below = active if active in ORDER[1:] else ORDER[1]
        """Of the panes that share the lower half of a narrow terminal."""
        self._zoomed = False

    def compose_body(self) -> ComposeResult:
        with Vertical(id="now"):
            with Container(id="now-top", classes="now-row"):
                yield QueuesPane()
                yield ImportantPane()
            with Container(id="now-lists", classes="now-row"):
                yield PeoplePane()
                with Container(id="now-calls", classes="now-row"):
                    yield CallsPane()
                    yield CallbacksPane()

    @property
    def panes(self) -> list[TablePane[Any]]:
        return [self.pane(name) for name in ORDER]

    def pane(self, name: str) -> TablePane[Any]:
        return cast("TablePane[Any]", self.query_one(f"#pane-{name}"))

    def things(self) -> dict[str, str]:
        """Kind and id of what the cursor stands on."""
        pane = self.pane(self._active)
        item = pane.meant
        return {} if item is None else dict([pane.thing(item)])

    @property
    def opens(self) -> bool:
        """What the cursor stands on opens."""
        pane = self.pane(self._active)
        item = pane.meant
        return item is not None and pane.opens(item)

    @property
    def closable(self) -> bool:
        return self._listening.now is not None

    def close_top(self) -> None:
        """Esc leaves the talk that is listened to."""
        self.ekc.work("listening", self._listening.stop)

    @property
    def _listening(self) -> Listening:
        return cast("SupervisorDesk", self.ekc.desk).listening

    @property
    def zoomable(self) -> bool:
        return True

    def on_mount(self) -> None:
        self.show_active()
        for pane in self.panes:
            pane.paint(EVERYTHING)

    def on_resize(self) -> None:
        self.show_active()

    def paint_body(self, names: frozenset[str]) -> None:
        desk = cast("SupervisorDesk", self.ekc.desk)
        self.set_class(top.is_stale(desk.age_s()), "-stale")
        for pane in self.panes:
            if pane.display:
                pane.paint(names)

    def show_active(self) -> None:
        if not self.is_attached:
            return
        narrow = self.size.width < WIDE
        self.set_class(self._zoomed, "-zoomed")
        for pane in self.panes:
            here = pane.slug == self._active
            pane.set_class(here, "-active")
            for table in pane.query(LazyTable):
                table.hold(here)
            if self._zoomed:
                pane.display = here
            else:
                pane.display = not narrow or pane.slug in (ORDER[0], self._below)
        for row in self.query(".now-row"):
            row.display = any(pane.display for pane in row.query(TablePane))

    # -- going around ------------------------------------------------------------

    def show_pane(self, name: str) -> None:
        if name in ORDER[1:]:
            self._below = name
        super().show_pane(name)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Also when one came by mouse. The word comes late: the keys may have gone on."""
        widget: Widget = event.widget
        for node in widget.ancestors:
            if isinstance(node, TablePane) and widget is self.focused:
                self._active = node.slug
                self.show_active()
                self.paint(frozenset())

    def zoom(self) -> None:
        self._zoomed = not self._zoomed
        self.show_active()
        self.paint(EVERYTHING)

    def targets(self) -> list[Target]:
        return [
            Target(pane.slug, LETTERS[pane.slug], pane.region.x + 2, pane.region.y)
            for pane in self.panes
            if pane.display
        ]
