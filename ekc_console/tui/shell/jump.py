"""Letters on the panes: a letter goes to its pane, Z zooms the one in use, any other leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.widgets import Label

from ekc_console.tui.shared.keys.registry import CYRILLIC_TWINS
from ekc_console.tui.shell.confirm import Modal

ZOOM = "zoom"
"""Instead of a pane's slug."""


@dataclass(frozen=True, slots=True)
class Target:
    """A pane, its letter on the Latin layout and the place of the letter on the screen."""

    slug: str
    letter: str
    x: int
    y: int


class JumpOverlay(Modal[str]):
    """Dismissed with the slug of the pane, or ZOOM; empty when nothing was chosen. The call keys
    work."""

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self._targets = {target.letter: target for target in targets}
        self._by_key = {
            **{letter: target.slug for letter, target in self._targets.items()},
            **{CYRILLIC_TWINS[letter]: target.slug for letter, target in self._targets.items()},
            **dict.fromkeys(("z", CYRILLIC_TWINS["z"]), ZOOM),
        }

    def compose(self) -> ComposeResult:
        for letter, target in self._targets.items():
            label = Label(f" {letter.upper()} {CYRILLIC_TWINS[letter].upper()} ", classes="jump")
            label.styles.offset = (target.x, target.y)
            yield label

    def on_mount(self) -> None:
        self._size = self.size

    def on_resize(self) -> None:
        """The panes stand elsewhere now."""
        if self.size != self._size:
            self.dismiss("")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(self._by_key.get((event.character or "").lower(), ""))
