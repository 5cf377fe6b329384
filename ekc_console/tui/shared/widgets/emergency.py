"""The question before an emergency service is called: one more key, and none that bounced."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Panel

BOUNCE_S = 0.2
"""A key that comes sooner after the panel was meant for something before it."""


class _Question(Painted, can_focus=True):
    pass


class EmergencyPanel(Panel):
    """``sure`` is called for 1 or Enter. The key that opened the panel does nothing in it, so that
    holding it down calls nobody."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("1,enter", "sure", show=False)]

    def __init__(self, question: str, words: str, sure: Callable[[], None]) -> None:
        """``words``: what is said to the caller; empty: there is none."""
        super().__init__(question)
        self._words = words
        self._sure = sure
        self._shown_at = time.monotonic()

    def compose(self) -> ComposeResult:
        yield _Question(id="emergency-question")

    def on_mount(self) -> None:
        said = [Content(_("Скажите: ")), Content.styled(self._words, "bold"), Content("\n")]
        keys = Content.styled(_("1 или Enter — вызвать, Esc — нет"), "bold $text-warning")
        parts = [*said, keys] if self._words else [keys]
        self.query_one(_Question).paint(Content("").join(parts))
        self._shown_at = time.monotonic()

    @property
    def first(self) -> Widget:
        return self.query_one(_Question)

    def action_sure(self) -> None:
        if time.monotonic() - self._shown_at < BOUNCE_S:
            return
        self.close()
        self._sure()
