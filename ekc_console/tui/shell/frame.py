"""What every screen has around its body: title, call bar, tray, messages, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Protocol

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from ekc_console.tui.shared import call_words, focus, listening_bar
from ekc_console.tui.shared.host import Host, host_of
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shared.keys.reasons import row_slid
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.bars import CallBar, KeyBar, MessageBar, TitleBar
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shared.widgets.tray import Tray
from ekc_console.tui.shell import bars
from ekc_console.tui.shell.jump import Target


class Frame(Screen[None]):
    """Bodies come from ``compose_body``; changes go to ``paint_body``; :attr:`first` gets the
    keys."""

    def __init__(self) -> None:
        super().__init__()
        self.ekc.turns.opened(self)
        self.tray = Tray(self.ekc.turns, self.give_first, self._panel_changed)

    @property
    def ekc(self) -> Host:
        return host_of(self)

    @property
    def first(self) -> Widget | None:
        """What the keys are for when the screen opens, and when what had them is gone; None:
        only for the screen's own bindings."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        with Container(id="body"):
            yield from self.compose_body()
        yield CallBar(id="call")
        yield self.tray
        yield Painted(id="staff-line")
        yield MessageBar(id="message")
        yield KeyBar(id="keys")

    def compose_body(self) -> Iterable[Widget]:
        raise NotImplementedError

    def paint_body(self, names: frozenset[str]) -> None:
        """Show what has changed. Must not wait."""

    def close_top(self) -> None:
        """Esc, when neither the tray nor a message was there to close."""
        self.app.pop_screen()

    @property
    def closable(self) -> bool:
        """Whether ``close_top`` does something."""
        return True

    # -- the keys ----------------------------------------------------------------

    def on_mount(self) -> None:
        """After those of the heirs: Textual calls them all, from the heir to the base."""
        self.tray.begin(self.first)

    def give(self, widget: Widget) -> None:
        """The keys go to ``widget``, unless a panel was opened after this was asked for."""
        if not self.tray.keep(widget):
            focus.give(widget)

    def give_first(self) -> None:
        if widget := self.first:
            focus.give(widget)

    def on_descendant_blur(self) -> None:
        self.keep_keys()

    def keep_keys(self) -> None:
        """What had them is gone, with the call or the card: they must not fall into nothing.
        While the terminal's window is not in front, nobody has them."""
        here = self.is_mounted and self in self.app.screen_stack
        if here and self.app.app_focus and not focus.in_sight(self.focused):
            if self.tray.panel is not None:
                self.tray.give()
            else:
                self.give_first()

    def _panel_changed(self) -> None:
        """What the body says of keys is that of the panel now."""
        self.call_later(self.paint, frozenset({"panel"}))

    def on_line_table_slid(self) -> None:
        self.ekc.tell("info", row_slid())

    # -- painting ----------------------------------------------------------------

    def on_screen_resume(self) -> None:
        self.paint(EVERYTHING)

    def on_unmount(self) -> None:
        """Textual keeps the painted lines of the last thousand widgets alive by a cache of their
        colours: 90 kB for a screen that is gone, tens of MB in a shift."""
        StylesCache.get_inner_outer.cache_clear()

    def on_resize(self) -> None:
        self.call_after_refresh(self.paint, EVERYTHING)

    def paint(self, names: frozenset[str]) -> None:
        if not (self.is_mounted and self.is_attached):
            return
        self._paint_bars()
        self.paint_body(names)

    def _paint_bars(self) -> None:
        app, width, now = self.ekc, self.size.width, self.ekc.desk.now()
        situation = app.situation()
        self.query_one(TitleBar).paint(app.top_line(width, now), same_size=True)
        call = app.desk.view.call
        state: str | None = call.state if call else None
        me = app.desk.view.me
        if call is None and me is not None and me.listening is not None:
            lines, state = listening_bar.lines(me.listening, situation, width, now), "listening"
        else:
            lines = bars.call_bar(app.desk, situation, width, now)
        self.query_one(CallBar).show_call(lines, state, app.alarm.flash)
        line = (
            call_words.line(call, app.mark.of(call), width, now)
            or bars.second_line(app.desk, width, now)
            or bars.staff_line(app.desk, width)
        )
        staff = self.query_one("#staff-line", Painted)
        staff.display = bool(line)
        staff.paint(line)
        self.query_one(MessageBar).show_entry(app.messages.current(now))
        self.query_one(KeyBar).paint(bars.key_bar(situation, width), same_size=True)


class DeskFrame(Frame):
    """A role's own screen, underneath all others."""

    @property
    def active(self) -> str:
        """The pane one is in."""
        raise NotImplementedError

    @property
    def closable(self) -> bool:
        return False

    def show_pane(self, name: str) -> None:
        """Show this pane and give it the keys, unless the operator has gone on meanwhile."""
        raise NotImplementedError

    def go_around(self, by: int) -> None:
        """To the next pane."""
        raise NotImplementedError

    @property
    def zoomable(self) -> bool:
        """Whether more than one pane is in sight when none is zoomed."""
        raise NotImplementedError

    def zoom(self) -> None:
        """The pane one is in on all of the body, and back."""
        raise NotImplementedError

    def targets(self) -> list[Target]:
        """Where the letters of the jump stand."""
        raise NotImplementedError

    def pick(self, hot_key: str) -> None:
        """A digit outside of fields and lists; where nothing is asked it chooses nothing."""

    def heard(self, key: str) -> None:
        """A key is pressed, wherever it goes; empty: a text is pasted."""

    def step_script(self, step: Callable[[], None]) -> None:
        """Back or jump in the script, by key; where there is none, nothing."""


class PanesFrame(DeskFrame):
    """A desk of lists: one pane has the keys, Tab goes around them. ``active``: the pane to begin
    with, the first one where it has no such."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "around(1)", show=False),
        Binding("shift+tab", "around(-1)", show=False),
    ]
    letters: ClassVar[Mapping[str, str]]
    """Of the jump, by the slug of the pane, in the order of Tab."""

    def __init__(self, active: str = "") -> None:
        super().__init__()
        self._active = active if active in self.letters else next(iter(self.letters))

    @property
    def active(self) -> str:
        return self._active

    def pane(self, name: str) -> Pane:
        return self.query_one(f"#pane-{name}", Pane)

    @property
    def first(self) -> Widget | None:
        return self.pane(self._active).first

    def show_pane(self, name: str) -> None:
        """What only another role's desk has is not shown here."""
        if name not in self.letters:
            return
        turns = self.ekc.turns
        if not self.is_mounted or turns.is_later(self.pane(self._active)):
            self._active = name
            return
        turns.opened(self.pane(name))
        self._active = name
        self.show_active()
        self.paint(EVERYTHING)
        if (first := self.first) is not None:
            self.give(first)

    def show_active(self) -> None:
        """Which pane one is in, and which are in sight then."""
        raise NotImplementedError

    def action_around(self, by: int) -> None:
        """A question keeps the keys until it is answered or closed: left open beside the lists it
        would take a digit that was meant for it no more."""
        if self.tray.panel is not None:
            self.tray.give()
        else:
            self.go_around(by)

    def go_around(self, by: int) -> None:
        names = list(self.letters)
        self.show_pane(names[(names.index(self._active) + by) % len(names)])

    def on_line_table_moved(self) -> None:
        """The keys are those of what is under the cursor."""
        self.paint(frozenset())


class Face(Protocol):
    """What makes a role's console its own: its desk, the first line of every screen, its keys."""

    workplace: str
    """Russian; what the login is for."""

    def desk(self, active: str) -> DeskFrame:
        """The role's own screen; ``active``: the pane to begin with, "" for its usual one."""

    def title(self, host: Host, width: int, now: float) -> Content:
        """The first line of every screen."""

    def sentences(self, host: Host) -> Mapping[str, str]:
        """What the console shows in words, by what they are about; one that differs from the last
        one is news."""

    def news(self, host: Host) -> str:
        """What is new since it was asked last and should be heard; empty: nothing is."""

    def commands(self, host: Host) -> Mapping[str, Callable[[], None]]:
        """By action id, what the role does besides what all do."""

    def situated(self, host: Host, situation: Situation) -> Situation:
        """What the keys depend on, with what only this role has."""
