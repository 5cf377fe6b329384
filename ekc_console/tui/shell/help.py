"""All keys, from the registry."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.i18n import _
from ekc_console.tui.shared.keys.registry import ACTIONS, SECTIONS, shown_key
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame

KEY_WIDTH = 11


def help_text() -> Content:
    """Sections of keys with what they do."""
    parts: list[Content] = []
    for section, title in SECTIONS.items():
        parts.append(Content.styled(_(title), "bold $accent"))
        for action in ACTIONS:
            if action.section == section and shown_key(action):
                key = f"  {shown_key(action):<{KEY_WIDTH}}"
                parts.append(Content.assemble((key, "bold"), _(action.help)))
        parts.append(Content(""))
    parts.append(
        Content.styled(
            _(
                "F-клавиши работают всегда: и при вводе в поле, и при открытом вопросе. "
                "Буквы с Ctrl работают в обеих раскладках."
            ),
            "$muted",
        )
    )
    return Content("\n").join(parts)


class HelpScreen(Frame):
    """``heading`` and ``about``: what the operator was at; all keys below it."""

    def __init__(self, heading: str = "", about: str = "") -> None:
        super().__init__()
        self._here = heading, about

    def compose_body(self) -> ComposeResult:
        yield Label(_("Клавиши") + "   " + _("Esc — закрыть"), classes="screen-title")
        with VerticalScroll(id="help-scroll"):
            yield Painted(id="help-text")

    @property
    def first(self) -> Widget:
        return self.query_one("#help-scroll")

    def paint_body(self, names: frozenset[str]) -> None:
        self.query_one("#help-text", Painted).paint(self._text())

    def _text(self) -> Content:
        heading, about = self._here
        if not about:
            return help_text()
        here = Content.assemble((heading or _("Здесь"), "bold $accent"), "\n  ", about, "\n")
        return Content("\n").join([here, help_text()])
