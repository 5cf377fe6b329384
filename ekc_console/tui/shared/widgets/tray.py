"""A docked place for one small panel that the operator asked for: a menu, a number to dial.

It is no modal: what is around it stays alive, and the call keys work. Closing gives the keys back
to where they were.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ekc_console.tui.shared import focus
from ekc_console.tui.shared.focus import Turns
from ekc_console.tui.shared.widgets.panels import Panel


class Tray(Vertical):
    """Holds one panel or none. May be given a panel before it is on the screen.

    An open panel has the keys. What else wanted them meanwhile gets them when it closes, and a
    panel that was asked for earlier and comes later is shown then.
    """

    def __init__(
        self, turns: Turns, otherwise: Callable[[], None], changed: Callable[[], None]
    ) -> None:
        """``otherwise`` gives the keys to something, where what had them is gone; ``changed`` is
        called when another panel is open, or none."""
        super().__init__(id="tray")
        self.panel: Panel | None = None
        self._turns = turns
        self._otherwise = otherwise
        self._changed = changed
        self._composed = False
        self._back_to: Widget | None = None
        self._waiting: list[tuple[int, Panel]] = []
        """Overtaken ones, with the numbers of their asking."""

    def compose(self) -> ComposeResult:
        self._composed = True
        if self.panel is not None:
            yield self.panel

    # -- opening -----------------------------------------------------------------

    def open(self, panel: Panel) -> None:
        """Show the panel instead of the one there is, and give it the keys; they wait until it
        is there."""
        if self.panel is not None and self._turns.is_later(self.panel):
            self._waiting.append((self._turns.asked, panel))
            self._waiting.sort(key=lambda waiting: waiting[0])
            return
        self._turns.opened(panel)
        old, self.panel = self.panel, panel
        panel.holder = self
        self._changed()
        if not self._composed:
            return
        if old is None:
            self._back_to = self.screen.focused
        elif old.has_focus_within:
            focus.take(self.screen)  # its removal would give the keys to a neighbour
        if old is not None:
            old.discard()
        self.mount(panel)

    def shown(self, panel: Panel) -> None:
        if panel is self.panel:
            focus.give(panel.first)

    def give(self) -> None:
        """The keys go to the panel, as soon as it is there."""
        if self.panel is not None and self.panel.is_mounted:
            focus.give(self.panel.first)

    # -- closing -----------------------------------------------------------------

    def close(self) -> None:
        panel, self.panel = self.panel, None
        if panel is None:
            return
        self._changed()
        if not panel.is_attached:
            return
        back_to, self._back_to = self._back_to, None
        if self.screen.focused is None or panel.has_focus_within:
            # At once: the removal of what has the keys would give them to a neighbour.
            if back_to is not None and focus.in_sight(back_to):
                focus.give(back_to)
            else:
                focus.take(self.screen)
                self._otherwise()
        panel.discard()
        self.call_later(self._open_waiting)

    def _open_waiting(self) -> None:
        """Not at once: what was picked in the closed panel may ask something more first."""
        if self.panel is None and self._waiting:
            asked, panel = self._waiting.pop()
            with self._turns.of(asked):
                self.open(panel)

    # -- what is around it -------------------------------------------------------

    def keep(self, widget: Widget) -> bool:
        """Whether an open panel keeps the keys from ``widget``, which gets them afterwards: what
        is being done was asked for before the panel."""
        if self.panel is None or not self._turns.is_later(self.panel):
            return False
        self._back_to = widget
        return True

    def begin(self, widget: Widget | None) -> None:
        """The screen is there: the keys are for ``widget``, or for the panel opened meanwhile."""
        if self.panel is not None:
            self._back_to = widget
        elif widget is not None:
            focus.give(widget)
