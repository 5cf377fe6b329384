"""Small panels that the operator asks for: a menu, a number to dial. A tray holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared.keys import search
from ekc_console.tui.shared.widgets.choices import Choice, Choices
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.painted import Painted


class _Completion(Suggester):
    def __init__(self, complete: Callable[[str], str | None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value)


@dataclass(frozen=True, slots=True)
class Bond:
    """What a panel or a question belongs to. When that is no more in hand, it is closed: an answer
    would be carried out on what has come in its place."""

    holds: Callable[[], bool]
    gone: str
    """Said then; with a place for ``heading``."""


UNBOUND = Bond(lambda: True, "")


class Holder(Protocol):
    """Where a panel is shown."""

    def shown(self, panel: Panel) -> None:
        """``panel`` is there with all its parts and can take keys."""

    def close(self) -> None: ...


class Panel(Vertical):
    """``heading`` is shown in its border; :attr:`first` gets the keys."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.border_title = heading
        self.border_subtitle = _("Esc — закрыть")
        self.holder: Holder | None = None
        self.bond = UNBOUND

    @property
    def first(self) -> Widget:
        """What the keys are for when it opens."""
        raise NotImplementedError

    @property
    def typed(self) -> str:
        """What a person has written in it and would write again; empty: nothing."""
        return ""

    def on_mount(self) -> None:
        """After those of the heirs: Textual calls them all, from the heir to the base."""
        if self.holder is None:
            self.remove()
        else:
            self.holder.shown(self)

    def close(self) -> None:
        if self.holder is not None:
            self.holder.close()

    def dismissed(self) -> None:
        """Closed by Esc, with nothing done."""

    def discard(self) -> None:
        """It is held no more. One that is still being made goes as soon as it is there: its parts
        would be missing in the midst of it."""
        self.holder = None
        self.display = False
        if self.is_mounted:
            self.remove()


class Menu(Panel):
    """One of some choices, by digit, arrows or Enter."""

    def __init__(
        self, heading: str, choices: Sequence[Choice], picked: Callable[[str], None]
    ) -> None:
        super().__init__(heading)
        self._choices = choices
        self._picked = picked

    def compose(self) -> ComposeResult:
        yield Choices()

    def on_mount(self) -> None:
        self.query_one(Choices).show(self.begun_with)

    @property
    def begun_with(self) -> Sequence[Choice]:
        """What it shows when it opens."""
        return self._choices

    @property
    def first(self) -> Widget:
        return self.query_one(Choices)

    def on_choices_picked(self, event: Choices.Picked) -> None:
        event.stop()
        self.close()
        self._picked(event.value)


class FilterMenu(Menu):
    """A menu that is narrowed by typing."""

    placeholder = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def compose(self) -> ComposeResult:
        yield TextField(placeholder=self.placeholder or _("Начните набирать название команды"))
        choices = Choices()
        choices.can_focus = False
        yield choices
        nothing = Painted(id="filter-nothing", classes="legend")
        nothing.display = False
        yield nothing

    @property
    def first(self) -> Widget:
        return self.query_one(Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.show_typed()

    def show_typed(self) -> None:
        typed = self.query_one(Input).value.strip()
        found = self.matching(typed)
        self.query_one(Choices).show(found)
        nothing = self.query_one("#filter-nothing", Painted)
        nothing.display = not found
        nothing.paint(Content(self.why_nothing(typed)))

    def why_nothing(self, typed: str) -> str:
        """What is said when nothing is left for the typed text."""
        return _("Ничего не подходит: сотрите лишнее. Esc — закрыть.")

    def matching(self, typed: str) -> list[Choice]:
        """What is left for the typed text: choices that hold all its words."""
        return [choice for choice in self._choices if holds(choice, typed)]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Choices).action_select()

    def action_move(self, by: int) -> None:
        choices = self.query_one(Choices)
        if by > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()


def holds(choice: Choice, typed: str) -> bool:
    """Whether the choice has all words of the typed text."""
    return search.holds(f"{choice.label} {choice.note} {choice.words}", typed)


class Prompt(Panel):
    """One line to type. ``submit`` gets the text and raises EkcError to say what is wrong."""

    def __init__(
        self,
        heading: str,
        submit: Callable[[str], None],
        *,
        hint: str = "",
        value: str = "",
        placeholder: str = "",
        complete: Callable[[str], str | None] | None = None,
        remark: Callable[[str], str] = lambda _text: "",
        password: bool = False,
    ) -> None:
        """``complete`` gives the whole for what is typed; the right arrow takes it. ``remark`` says
        what the text so far means, in the place of the hint. A ``password`` is not shown."""
        super().__init__(heading)
        self._remark = remark
        self._complete = complete
        self._submit = submit
        self._hint = hint
        self._value = value
        self._placeholder = placeholder
        self._password = password

    def compose(self) -> ComposeResult:
        field = TextField(value=self._value, placeholder=self._placeholder, password=self._password)
        if self._complete:
            field.suggester = _Completion(self._complete)
        yield field
        yield Painted(id="prompt-note")

    def on_mount(self) -> None:
        self._note(self._remark(self._value) or self._hint, wrong=False)

    @property
    def first(self) -> Widget:
        return self.query_one(Input)

    @property
    def typed(self) -> str:
        text = self.query_one(Input).value if self.is_mounted and not self._password else ""
        return "" if text == self._value else text

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say_hint()

    def on_resize(self) -> None:
        if not self.query_one("#prompt-note").has_class("-error"):
            self._say_hint()

    def _say_hint(self) -> None:
        """In its place the whole of a text that the field has no room for."""
        field = self.query_one(TextField)
        self._note(field.beyond or self._remark(field.value) or self._hint, wrong=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self._submit(event.value)
        except EkcError as error:
            self._note(error.in_one_line, wrong=True)
        else:
            self.close()

    def _note(self, text: str, *, wrong: bool) -> None:
        note = self.query_one("#prompt-note", Painted)
        note.set_class(wrong, "-error")
        note.display = bool(text)
        note.paint(Content(text))
