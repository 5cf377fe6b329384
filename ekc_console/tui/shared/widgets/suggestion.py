"""A suggestion in two keys: open, type, Enter; arrows say from whom it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Panel
from ekc_console.wire.side_work import SuggestionSource

SOURCES: dict[SuggestionSource, str] = {
    "caller": N_("от звонящего"),
    "colleague": N_("от коллеги"),
    "own": N_("своё"),
}


class SuggestionPanel(Panel):
    """``submit`` gets text and source and raises EkcError to say what is wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "turn(1)", show=False, priority=True),
        Binding("up", "turn(-1)", show=False, priority=True),
    ]

    def __init__(
        self,
        submit: Callable[[str, SuggestionSource], None],
        source: SuggestionSource,
        text: str = "",
    ) -> None:
        super().__init__(_("Предложение по работе центра"))
        self._submit = submit
        self._source = source
        self._text = text

    def compose(self) -> ComposeResult:
        yield TextField(value=self._text, placeholder=_("Что предлагают"), max_length=2000)
        yield Painted(id="suggestion-source")
        yield Painted(id="suggestion-error", classes="-error")

    def on_mount(self) -> None:
        self.query_one("#suggestion-error", Painted).display = False
        self._show_source()

    @property
    def first(self) -> Widget:
        return self.query_one(Input)

    @property
    def typed(self) -> str:
        return self.query_one(Input).value if self.is_mounted else self._text

    def action_turn(self, by: int) -> None:
        names = list(SOURCES)
        self._source = names[(names.index(self._source) + by) % len(names)]
        self._show_source()

    def _show_source(self) -> None:
        parts = []
        for source, word in SOURCES.items():
            chosen = source == self._source
            parts.append(
                Content.styled(
                    f"{'●' if chosen else '○'} {_(word)}", "bold" if chosen else "$muted"
                )
            )
        hint = Content.styled(_("стрелки — от кого, Enter — записать"), "$muted")
        line = Content("   ").join([*parts, hint])
        self.query_one("#suggestion-source", Painted).paint(line)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#suggestion-error", Painted).display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self._submit(event.value, self._source)
        except EkcError as error:
            note = self.query_one("#suggestion-error", Painted)
            note.display = True
            note.paint(Content(error.in_one_line))
        else:
            self.close()
