"""The lines around every screen: title, call, messages, keys."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from ekc_console.tui.shared.messages import Entry
from ekc_console.tui.shared.widgets.painted import Painted


class TitleBar(Painted):
    """Own state, health of the connections, time of day."""


class KeyBar(Painted):
    """The most needed keys of the moment."""


class MessageBar(Painted):
    """The last message; hidden when there is none."""

    def show_entry(self, entry: Entry | None) -> None:
        self.display = entry is not None
        if entry is None:
            return
        self.set_class(entry.level == "error", "-error")
        self.set_class(entry.level == "warning", "-warning")
        self.paint(Content(entry.line))


class CallBar(Vertical, can_focus=False):
    """The present call, docked; never takes the focus."""

    def compose(self) -> ComposeResult:
        yield Painted(id="call-who")
        yield Painted(id="call-about")

    def show_call(self, lines: tuple[Content, Content], state: str | None, flash: bool) -> None:
        """``state`` None hides the bar; ``flash`` inverts it for this second."""
        self.display = state is not None
        if state is None:
            return
        for name in ("offered", "talking", "held", "consult", "wrap_up", "listening"):
            self.set_class(state == name, f"-{name}")
        self.set_class(flash, "-flash")
        who, about = lines
        self.query_one("#call-who", Painted).paint(who, same_size=True)
        self.query_one("#call-about", Painted).paint(about, same_size=True)
