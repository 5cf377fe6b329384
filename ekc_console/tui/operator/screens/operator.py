"""The operator's desk: all panes at once on a wide terminal, one at a time on a narrow one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from ekc_console.i18n import _
from ekc_console.tui.operator.panes.callbacks import CallbacksPane
from ekc_console.tui.operator.panes.caller import CallerPane
from ekc_console.tui.operator.panes.card import CardPane
from ekc_console.tui.operator.panes.day import DayPane
from ekc_console.tui.operator.panes.knowledge import KnowledgePane
from ekc_console.tui.operator.panes.news import NewsPane
from ekc_console.tui.operator.panes.queue import QueuePane
from ekc_console.tui.operator.panes.script import ScriptPane
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shell.frame import DeskFrame
from ekc_console.tui.shell.jump import Target

WIDE = 120
"""Columns from which all panes are shown at once."""

ORDER = ("script", "knowledge", "caller", "card", "queue", "callbacks", "news", "day")
"""Of the tabs, and of going around with Ctrl+N."""

LETTERS = {
    "script": "a",
    "caller": "s",
    "card": "d",
    "queue": "f",
    "callbacks": "g",
    "day": "q",
    "news": "w",
    "knowledge": "e",
}
"""Of the jump: the same on every size of terminal, under the left hand."""

USUAL = "queue"
"""The pane one begins in."""

EXTRA = frozenset({"news", "knowledge"})
"""Panes that only a large terminal has room for."""


TINY = 16
"""Lines of a narrow terminal; in fewer, what the script says and its answers need all there is."""

TIGHT = 25
"""Lines of a column; in fewer, those who wait need the room of the own day."""


def _stops(pane: Pane) -> list[Widget]:
    """What takes the keys in it, from above; also where it is only about to be in sight."""

    def shown(widget: Widget) -> bool:
        inside = (node for node in widget.ancestors_with_self if pane in node.ancestors)
        return all(getattr(node, "display", True) for node in inside)

    return [widget for widget in pane.query(Widget) if widget.allow_focus() and shown(widget)]


class LeftColumn(Vertical):
    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < TIGHT, "-tight")


class Tabs(Painted):
    """Names of the panes; only on a narrow terminal."""

    @staticmethod
    def _tab_text(pane: Pane) -> str:
        return f" {_(pane.heading)}{f' {pane.count}' if pane.count else ''} "

    def places(self, panes: Iterable[Pane]) -> Iterator[tuple[str, int]]:
        """Slug of each tab and its first column."""
        x = 1
        for pane in panes:
            yield pane.slug, x
            x += Content(self._tab_text(pane)).cell_length

    def show_tabs(self, panes: Iterable[Pane], active: str) -> None:
        parts = [Content(" ")]
        for pane in panes:
            text = self._tab_text(pane)
            style = "bold reverse" if pane.slug == active else "$muted"
            markup = f"[@click=screen.show_pane('{pane.slug}')]$text[/]"
            parts.append(Content.from_markup(markup, text=text).stylize(style))
        self.paint(Content("").join(parts), same_size=True)


class OperatorScreen(DeskFrame):
    """``active``: the pane to begin with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "stop(1)", show=False),
        Binding("shift+tab", "stop(-1)", show=False),
    ]

    def __init__(self, active: str = "") -> None:
        super().__init__()
        self._active = active or USUAL
        self._zoomed = False

    @property
    def active(self) -> str:
        """The pane one is in."""
        return self._active

    def compose_body(self) -> ComposeResult:
        yield Tabs(id="tabs")
        with Horizontal(id="columns"):
            with LeftColumn(id="left", classes="column"):
                yield QueuePane()
                yield CallbacksPane()
                yield NewsPane()
                yield DayPane()
            with Vertical(id="centre", classes="column"):
                yield ScriptPane()
                yield KnowledgePane()
            with Vertical(id="right", classes="column"):
                yield CallerPane()
                yield CardPane()

    @property
    def panes(self) -> list[Pane]:
        """Those there is room for, in the order of going around."""
        panes = [pane for pane in self.query(Pane) if pane.slug not in EXTRA or self._there(pane)]
        return sorted(panes, key=lambda pane: ORDER.index(pane.slug))

    def _there(self, pane: Pane) -> bool:
        """Of a pane that only a large terminal has."""
        return pane.display or (self._zoomed and pane.slug == self._active)

    def pane(self, name: str) -> Pane:
        return self.query_one(f"#pane-{name}", Pane)

    @property
    def wide(self) -> bool:
        """Whether all panes are in sight."""
        return self.zoomable and not self._zoomed

    @property
    def zoomable(self) -> bool:
        return self.size.width >= WIDE

    def zoom(self) -> None:
        """The pane one is in on all of the body, and back."""
        self._zoomed = not self._zoomed
        self.set_class(self._zoomed, "-zoomed")
        self._show_active()
        self.paint(EVERYTHING)

    def on_mount(self) -> None:
        self._show_active()
        for pane in (self.pane(self._active), self._script):
            pane.paint(EVERYTHING)  # what takes the keys depends on what there is

    @property
    def first(self) -> Widget | None:
        pane = self.pane(self._active)
        return self._script.first if self.wide and not pane.reachable else pane.first

    def on_resize(self) -> None:
        self.set_class(self.size.height < TINY and not self.zoomable, "-tiny")
        self._show_active()
        self.call_after_refresh(self._show_active)

    def paint_body(self, names: frozenset[str]) -> None:
        for pane in self.panes:
            if self.wide or pane.slug == self._active:
                pane.paint(names)
        if not self.wide:
            self.query_one(Tabs).show_tabs(self.panes, self._active)

    def _show_active(self) -> None:
        """On a narrow terminal one pane and its column stay."""
        if not self.is_attached:
            return
        if self._active in EXTRA and not self.pane(self._active).display:
            self._active = "script"
        for column in self.query(".column"):
            inside = any(pane.slug == self._active for pane in column.query(Pane))
            column.set_class(inside, "-active")
        for pane in self.panes:
            pane.set_class(pane.slug == self._active, "-active")

    # -- going around ------------------------------------------------------------

    def show_pane(self, name: str) -> None:
        """Show this pane and give it the keys, unless the operator has gone on meanwhile."""
        if not self.is_mounted:
            self._active = name  # its keys are given when it is there
            return
        turns = self.ekc.turns
        if turns.is_later(self.pane(self._active)):
            return
        turns.opened(self.pane(name))
        self._active = name
        self._show_active()
        self.paint(EVERYTHING)
        if widget := self.pane(name).first:
            self.give(widget)

    def search_in_place(self) -> bool:
        """Go to the answers beside the script. False: there is no room for them."""
        there = self.pane("knowledge").display
        if there:
            self.show_pane("knowledge")
        return there

    def action_show_pane(self, name: str) -> None:
        self.show_pane(name)

    def go_around(self, by: int, *, past_empty: bool = False) -> None:
        """To the next one: where all are in sight, or ``past_empty``, the next one that takes the
        focus."""
        panes = self.panes
        at = next((i for i, pane in enumerate(panes) if pane.slug == self._active), 0)
        for step in range(1, len(panes) + 1):
            pane = panes[(at + by * step) % len(panes)]
            if pane.reachable or not (self.wide or past_empty):
                self.show_pane(pane.slug)
                return

    def action_stop(self, by: int) -> None:
        """To the next part of the pane one is in, past the last one to the next pane: as it is
        where all are in sight."""
        pane = self.pane(self._active)
        around = self.wide or not pane.has_focus_within
        stops = self.focus_chain if around else _stops(pane)
        at = (stops.index(self.focused) if self.focused in stops else 0) + by
        if stops and (around or 0 <= at < len(stops)):
            self.give(stops[at % len(stops)])
            return
        self.go_around(by, past_empty=True)
        if by < 0 and (stops := _stops(self.pane(self._active))):
            self.give(stops[-1])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane one is in counts as active also when one came by Tab or mouse. The word comes
        late: the keys may have gone on."""
        widget: Widget = event.widget
        for node in widget.ancestors:
            if isinstance(node, Pane) and self.wide and widget is self.focused:
                self._active = node.slug
                self._show_active()

    def targets(self) -> list[Target]:
        """Where the letters of the jump stand: on the panes in sight, else on their tabs."""
        if self.wide:
            return [
                Target(pane.slug, LETTERS[pane.slug], pane.region.x + 2, pane.region.y)
                for pane in self.panes
                if pane.reachable
            ]
        tabs = self.query_one(Tabs)
        return [
            Target(slug, LETTERS[slug], tabs.region.x + x, tabs.region.y + 1)
            for slug, x in tabs.places(self.panes)
        ]

    # -- the script --------------------------------------------------------------

    @property
    def _script(self) -> ScriptPane:
        return self.query_one(ScriptPane)

    def pick(self, hot_key: str) -> None:
        """A digit outside of fields and lists: an answer of the script, if it is in sight."""
        if self.wide or self._active == "script":
            self._script.pick(hot_key)

    def heard(self, key: str) -> None:
        if self.is_mounted:
            self._script.heard(key)

    def step_script(self, step: Callable[[], None]) -> None:
        """Back or jump, by key; a refusal is said in the script's pane."""
        if not self.wide and self._active != "script":
            self.show_pane("script")
        self._script.attempt(step)
