"""A short list of answers: one digit key each, arrows and Enter as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

DIGITS = "1234567890"
HOT_KEYS = {**{digit: digit for digit in DIGITS}, "asterisk": "*", "number_sign": "#"}
"""Textual's name of the key to what is printed on it and on a telephone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``hot_key`` is the digit shown before the label; empty when there are more than nine.
    ``words``: found by them as well, in a list that is searched."""

    value: str
    label: str
    hot_key: str = ""
    chosen: bool = False
    note: str = ""
    words: str = ""


class Choices(OptionList):
    """Shows choices; posts :class:`Picked`. The digit keys work while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"pick('{printed}')", show=False) for key, printed in HOT_KEYS.items()
    ]

    class Picked(Message):
        """``key``: what was pressed for it, as the list shows it."""

        def __init__(self, choices: Choices, value: str, key: str = "enter") -> None:
            super().__init__()
            self.choices = choices
            self.value = value
            self.key = key

        @property
        def control(self) -> Choices:
            return self.choices

    def __init__(self, *, id: str | None = None, marks: bool = False) -> None:
        """``marks``: show which one is chosen."""
        super().__init__(id=id, markup=False)
        self._marks = marks
        self._choices: tuple[Choice, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self._choices

    def show(self, choices: Sequence[Choice]) -> None:
        """The same choices again cost nothing; the cursor stays on its value."""
        new = tuple(choices)
        if new == self._choices:
            return
        old = self._choices
        at = old[self.highlighted].value if old and self.highlighted is not None else None
        self._choices = new
        self.set_options([Option(self._prompt(choice)) for choice in new])
        values = [choice.value for choice in new]
        start = next((i for i, choice in enumerate(new) if choice.chosen), 0)
        if new:
            self.highlighted = values.index(at) if at in values else start

    def _prompt(self, choice: Choice) -> Content:
        parts: list[tuple[str, str]] = [(f" {choice.hot_key or ' '} ", "bold")]
        if self._marks:
            parts.append(("● " if choice.chosen else "○ ", ""))
        parts.append((choice.label, "bold" if choice.chosen else ""))
        if choice.note:
            parts.append((f"  {choice.note}", "dim"))
        return Content.assemble(*parts)

    def action_pick(self, digit: str) -> None:
        self.pick(digit)

    def pick(self, hot_key: str) -> bool:
        """Choose by the digit. False: there is no such choice."""
        for index, choice in enumerate(self._choices):
            if choice.hot_key == hot_key:
                self.highlighted = index
                self.post_message(self.Picked(self, choice.value, hot_key))
                return True
        return False

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked(self, self._choices[event.option_index].value))
