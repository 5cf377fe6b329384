"""What the keys do here and now; by searching, all that there are."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from ekc_console.i18n import _
from ekc_console.tui.shared.keys.conditions import Situation, enabled
from ekc_console.tui.shared.keys.reasons import concerns, why_not
from ekc_console.tui.shared.keys.registry import ACTIONS, SECTIONS, Action, shown_key
from ekc_console.tui.shared.keys.search import found
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame

KEY_WIDTH = 11
MARGIN = 6
"""Columns of the screen beside the text: its padding and the bar."""
LEAST = 30
"""The text is not wrapped narrower than this."""


def help_text(situation: Situation, typed: str = "", width: int = 120) -> Content:
    """Sections of keys with what they do: those that work in the situation, or all that hold the
    ``typed`` words, with why they do not work."""
    if typed:
        parts = list(
            _sections(lambda a: concerns(a, situation) and found(a, typed), situation, width)
        )
        return Content("\n").join(parts or [Content(_("Такой команды нет.")), Content("")])
    parts = list(_sections(lambda action: enabled(action, situation), situation, width))
    note = _(
        "Здесь — что работает сейчас; напечатайте слово, чтобы искать среди всех клавиш. "
        "F-клавиши работают всегда: и при вводе в поле, и при открытом вопросе. "
        "Буквы с Ctrl работают в обеих раскладках."
    )
    return Content("\n").join([*parts, Content.styled(note, "$muted")])


def _sections(
    wanted: Callable[[Action], bool], situation: Situation, width: int
) -> Iterator[Content]:
    for section, title in SECTIONS.items():
        here = [a for a in ACTIONS if a.section == section and shown_key(a) and wanted(a)]
        if here:
            yield Content.styled(_(title), "bold $accent")
            for action in here:
                yield from _lines(action, situation, width)
            yield Content("")


def _lines(action: Action, situation: Situation, width: int) -> Iterator[Content]:
    reason = why_not(action, situation)
    does = Content.assemble(_(action.help), (f"   {reason}" if reason else "", "$muted"))
    key = Content.styled(f"  {shown_key(action):<{KEY_WIDTH}}", "bold")
    return _hanging(key, does, width)


def _hanging(begin: Content, text: Content, width: int) -> Iterator[Content]:
    """``text`` behind ``begin``, its further lines under its first one."""
    indent, at = begin.cell_length, 0
    for line in textwrap.wrap(text.plain, max(LEAST, width) - indent):
        at = text.plain.index(line, at)
        yield begin + text[at : at + len(line)]
        at += len(line)
        begin = Content(" " * indent)


class HelpScreen(Frame):
    """``heading`` and ``about``: what the operator was at, in the ``situation``; keys below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"scroll_help('{key}')", show=False, priority=True)
        for key in ("up", "down", "pageup", "pagedown")
    ]

    def __init__(self, heading: str, about: str, situation: Situation) -> None:
        super().__init__()
        self._here = heading, about
        self._situation = situation

    def compose_body(self) -> ComposeResult:
        yield Label(_("Клавиши") + "   " + _("Esc — закрыть"), classes="screen-title")
        yield TextField(placeholder=_("Слово или клавиша: перевести, F8"), id="help-words")
        with VerticalScroll(id="help-scroll"):
            yield Painted(id="help-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#help-words")

    def paint_body(self, names: frozenset[str]) -> None:
        self.query_one("#help-text", Painted).paint(self._text())

    def on_resize(self) -> None:
        self.paint_body(frozenset())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#help-text", Painted).paint(self._text())

    def action_scroll_help(self, key: str) -> None:
        scroll = self.query_one("#help-scroll", VerticalScroll)
        move = {
            "up": scroll.scroll_up,
            "down": scroll.scroll_down,
            "pageup": scroll.scroll_page_up,
            "pagedown": scroll.scroll_page_down,
        }[key]
        move(animate=False)

    def _text(self) -> Content:
        heading, about = self._here
        typed = self.query_one("#help-words", Input).value.strip()
        width = self.size.width - MARGIN
        keys = help_text(self._situation, typed, width)
        if not about or typed:
            return keys
        head = Content.styled(heading or _("Здесь"), "bold $accent")
        here = _hanging(Content("  "), Content(about), width)
        return Content("\n").join([head, *here, Content(""), keys])
