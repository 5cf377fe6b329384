"""What asks above everything else and is answered once; before something is destroyed the safe
answer is first, and Esc is no."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from ekc_console.tui.shared import focus
from ekc_console.tui.shared.widgets.panels import Bond

Result = TypeVar("Result")


class Modal(ModalScreen[Result]):
    """Keys reach a screen through its queue: one that was still in it when the screen was answered
    would answer again, and that takes away the screen underneath, the desk at last."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)


class Confirm(Modal[bool]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, consequence: str, *, no: str, yes: str, bond: Bond) -> None:
        super().__init__()
        self.question, self.bond = question, bond
        self._texts = question, consequence
        self._buttons = no, yes

    def compose(self) -> ComposeResult:
        question, consequence = self._texts
        no, yes = self._buttons
        with Vertical(id="confirm"):
            yield Static(question, id="confirm-question", markup=False)
            yield Static(consequence, id="confirm-consequence", markup=False)
            with Horizontal(id="confirm-buttons"):
                yield Button(no, id="confirm-no")
                yield Button(yes, id="confirm-yes")

    def on_mount(self) -> None:
        focus.give(self.query_one("#confirm-no", Button))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "confirm-yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
