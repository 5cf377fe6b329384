"""The question before an emergency service is called: one more key, and none that bounced."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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
    """A digit or Enter picks one of ``numbers``, of which there is one at least. The key that
    opened the panel does nothing in it, so that holding it down calls nobody."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick(1)", show=False),
        *(Binding(str(digit), f"pick({digit})", show=False) for digit in range(1, 10)),
    ]

    def __init__(self, numbers: Sequence[str], words: str, picked: Callable[[str], None]) -> None:
        """``words``: what is said to the caller; empty: there is none."""
        super().__init__(_("Вызвать скорую?"))
        self._numbers = numbers
        self._words = words
        self._picked = picked
        self._shown_at = time.monotonic()

    def compose(self) -> ComposeResult:
        yield _Question(id="emergency-question")

    def on_mount(self) -> None:
        said = [Content(_("Скажите: ")), Content.styled(self._words, "bold"), Content("\n")]
        first, *others = self._numbers
        keys = [_("1 или Enter — {number}").format(number=first)]
        keys += [f"{digit} — {number}" for digit, number in enumerate(others, start=2)]
        line = Content.styled(", ".join([*keys, _("Esc — нет")]), "bold $text-warning")
        self.query_one(_Question).paint(Content("").join([*(said if self._words else ()), line]))
        self._shown_at = time.monotonic()

    @property
    def first(self) -> Widget:
        return self.query_one(_Question)

    def action_pick(self, digit: int) -> None:
        soon = time.monotonic() - self._shown_at < BOUNCE_S
        if soon or digit > len(self._numbers):
            return
        self.close()
        self._picked(self._numbers[digit - 1])
