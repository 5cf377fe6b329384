"""All commands: what can be done now, and by searching also what cannot, with the reason."""

from __future__ import annotations

from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu


class CommandMenu(FilterMenu):
    """A choice with a note cannot be done now: the note says why."""

    @property
    def begun_with(self) -> list[Choice]:
        return [choice for choice in self._choices if not choice.note]

    def matching(self, typed: str) -> list[Choice]:
        return super().matching(typed) if typed else self.begun_with
