"""``BoardApp(link).run()``: until q."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid, Vertical
from textual.widgets import Digits, Label

from ekc_console.client.link.board_link import BoardLink
from ekc_console.i18n import _
from ekc_console.tui.board import present
from ekc_console.tui.shared import themes
from ekc_console.tui.shared.keys.registry import CYRILLIC_TWINS
from ekc_console.tui.shell.terminal import TerminalApp

TICK_S = 1.0
FIGURES = 6


class Tile(Vertical):
    """One figure; the widgets stay, their texts change."""

    def compose(self) -> ComposeResult:
        yield Label(classes="name", markup=False)
        yield Digits()
        yield Label(classes="target", markup=False)

    def show(self, figure: present.Figure) -> None:
        self.set_class(figure.mark == "warn", "-warn")
        self.set_class(figure.mark == "alarm", "-alarm")
        self.query_one(".name", Label).update(present.SIGNS[figure.mark] + figure.title)
        self.query_one(Digits).update(figure.value)
        target = _("цель {value}").format(value=figure.target) if figure.target else ""
        self.query_one(".target", Label).update(target)


class BoardApp(TerminalApp, inherit_bindings=False):
    TITLE = "EKC"
    CSS_PATH = "board.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit"),
        (CYRILLIC_TWINS["q"], "quit"),
    ]

    def __init__(self, link: BoardLink, *, every_s: float = 15.0, theme: str = "") -> None:
        """``every_s``: to the next queue. Raises EkcError for an unknown ``theme``."""
        super().__init__()
        self.animation_level = "none"
        self._link = link
        self._place = 0
        self._every_s = every_s
        themes.register(self)
        self.theme = themes.check(theme) if theme else themes.DEFAULT

    def compose(self) -> ComposeResult:
        yield Label(id="title", markup=False)
        yield Label(id="word", markup=False)
        with Grid():
            for _number in range(FIGURES):
                yield Tile()
        yield Label(id="others", markup=False)
        yield Label(id="age", markup=False)

    def on_mount(self) -> None:
        self._link.on_change = self.paint
        self.set_interval(TICK_S, self.paint)
        self.set_interval(self._every_s, self.turn)
        self.on_signals(self.exit)
        self.paint()
        self.run_worker(self._link.run(), group="link")

    def turn(self) -> None:
        """To the next queue."""
        self._place += 1
        self.paint()

    def paint(self) -> None:
        if not self.is_running:  # it is being closed: nothing is left to paint on
            return
        link, queues = self._link, self._link.queues
        word = present.trouble(link)
        self.query_one("#word", Label).update(word)
        self.query_one("#word").display = bool(word)
        self.query_one("#age", Label).update(present.age(link))
        self.screen.set_class(present.is_old(link), "-old")
        self.query_one(Grid).visible = bool(queues)
        title = rest = ""
        if queues:
            self._place %= len(queues)
            queue = queues[self._place]
            place = f"  {self._place + 1}/{len(queues)}" if len(queues) > 1 else ""
            title, rest = present.title(queue) + place, present.others(queues, queue)
            for tile, figure in zip(self.query(Tile), present.figures(queue), strict=True):
                tile.show(figure)
        self.query_one("#title", Label).update(title)
        self.query_one("#others", Label).update(rest)
