"""A short list of answers: one digit key each, arrows and Enter as well."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ekc_console.i18n import _
from ekc_console.tui.shared.keys.search import folded

DIGITS = "1234567890"
HOT_KEYS = {**{digit: digit for digit in DIGITS}, "asterisk": "*", "number_sign": "#"}
"""Textual's name of the key to what is printed on it and on a telephone."""
ONE_WORD_S = 2.0
"""What comes sooner goes on with what was typed before it."""
AS_TEXT = 2
"""Letters in a row that are no stray one."""
WITHIN = (" ", "-")
TIME_SIGNS = (":", ".", ",", "/")
"""Between the digits of a time or a date; no key of any list."""


class Teller(Protocol):
    """The application, as far as a list speaks to it."""

    def tell(self, level: Literal["info"], text: str) -> None: ...


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


class InText:
    """Whether a digit belongs to a text that was meant for another place. One stray letter is no
    text; times are monotonic, in s."""

    def __init__(self) -> None:
        self._signs = 0
        """In a row, those that lead nowhere too."""
        self._at = 0.0

    def goes_on(self, sign: str, now: float) -> None:
        """A key that is no digit."""
        if now - self._at > ONE_WORD_S:
            self._signs = 0
        self._at = now
        if sign in TIME_SIGNS:
            self._signs = AS_TEXT
        elif sign.isalpha() or (self._signs and sign in WITHIN):
            self._signs += 1

    def has_digit(self, now: float) -> bool:
        """It goes on with that digit; False: there is none, and the digit may choose."""
        if self._signs < AS_TEXT or now - self._at > ONE_WORD_S:
            self._signs = 0
            return False
        self._at = now
        return True

    def ends(self) -> None:
        self._signs = 0


class Choices(OptionList):
    """Shows choices; posts :class:`Picked`. While it has the focus, the digit keys work and letters
    lead to the choice with a word that begins so. Where none does, that is said, and the next Enter
    only shows again where the cursor was: it may belong to a word meant for another place."""

    seeks = True
    """Whether letters lead anywhere."""
    marks_picked = True
    """Whether a digit leads the cursor to its choice."""

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
        self._typed = ""
        """As it was written."""
        self._typed_at = 0.0
        self._text = InText()
        self._was_at: int | None = None
        """Where the cursor was before letters that nothing begins with."""
        self.on_unknown: Callable[[str], None] | None = None
        """Takes letters that no choice begins with, where there is a place for them."""

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

    def on_key(self, event: events.Key) -> None:
        letter = event.character or ""
        now = time.monotonic()
        self._text.goes_on(letter, now)
        if now - self._typed_at > ONE_WORD_S:
            self._typed = ""
        if not self.seeks or not (letter.isalpha() or (self._typed and letter in WITHIN)):
            return
        event.stop()
        self._typed, self._typed_at = self._typed + letter, now
        at = self._begun(folded(self._typed))
        if at is None:
            typed, self._typed = self._typed, ""
            self._is_unknown(typed)
        else:
            self.highlighted = at

    def _is_unknown(self, typed: str) -> None:
        """Kept nowhere: the next letter begins a new word."""
        if self.on_unknown is not None:
            self.on_unknown(typed)
            return
        if self.highlighted is not None:
            self._was_at = self.highlighted
        self.highlighted = None
        said = _("«{typed}»: в списке нет такого.").format(typed=typed)
        cast(Teller, self.app).tell("info", said)

    def action_select(self) -> None:
        if self.highlighted is None and self._was_at is not None:
            self.highlighted, self._was_at = self._was_at, None
        else:
            super().action_select()

    def _begun(self, typed: str) -> int | None:
        labels = [folded(choice.label) for choice in self._choices]
        for index, label in enumerate(labels):
            if any(label[word.start() :].startswith(typed) for word in re.finditer(r"\w+", label)):
                return index
        return None

    def action_cursor_up(self) -> None:
        self._text.ends()
        super().action_cursor_up()

    def action_cursor_down(self) -> None:
        self._text.ends()
        super().action_cursor_down()

    def action_pick(self, digit: str) -> None:
        """A digit in a text that was meant for another place picks nothing, and that is said."""
        if self._text.has_digit(time.monotonic()):
            said = _(
                "Цифра {digit} среди букв ничего не выбирает: выберет после стрелки или паузы."
            )
            cast(Teller, self.app).tell("info", said.format(digit=digit))
        else:
            self.pick(digit)

    def pick(self, hot_key: str) -> bool:
        """Choose by the digit. False: there is no such choice."""
        for index, choice in enumerate(self._choices):
            if choice.hot_key == hot_key:
                if self.marks_picked:
                    self.highlighted = index
                self.post_message(self.Picked(self, choice.value, hot_key))
                return True
        return False

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked(self, self._choices[event.option_index].value))
