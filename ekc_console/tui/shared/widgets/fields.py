"""Fields to type in. The cursor stands still: blinking is a repaint twice a second over SSH."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input, TextArea

from ekc_console.tui.shared.keys.registry import BY_ID, all_keys


def _cut_rest() -> Binding:
    """In a field the key of the messages does what it does in every field of a terminal."""
    return Binding(",".join(all_keys(BY_ID["messages.open"])), "cut_rest", show=False)


class TextField(Input):
    """One line."""

    BINDINGS: ClassVar[list[BindingType]] = [_cut_rest()]

    class Cut(Message):
        """Of a pasted text only the first ``taken`` characters have found room."""

        def __init__(self, field: TextField, taken: int) -> None:
            super().__init__()
            self.field = field
            self.taken = taken

        @property
        def control(self) -> TextField:
            return self.field

    virtual_size = Reactive(Size(0, 0), layout=False)
    """Of the text. It scrolls in a field of fixed size, so a letter lays nothing out anew: that
    would cost more than all the rest of a key on a large terminal."""

    def __init__(
        self,
        value: str = "",
        *,
        id: str | None = None,
        placeholder: str = "",
        password: bool = False,
        max_length: int = 1000,
    ) -> None:
        super().__init__(
            value,
            placeholder=placeholder,
            password=password,
            max_length=max_length,
            id=id,
            select_on_focus=False,  # back from another screen, the next letter would wipe the text
        )
        self.cursor_blink = False

    @property
    def beyond(self) -> str:
        """The text when it is longer than the field, to be shown whole beside it; else empty."""
        room = self.content_size.width
        return "" if self.password or not room or len(self.value) < room else self.value

    def action_cut_rest(self) -> None:
        """Ctrl+V puts it back."""
        if not self.password and (rest := self.value[self.cursor_position :]):
            self.app.copy_to_clipboard(rest)
        self.action_delete_right_all()

    def _on_paste(self, event: events.Paste) -> None:
        """All its lines, joined: Textual's own takes the first and drops the rest without a word.
        What is longer than the field takes is cut at its end."""
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        room = (self.max_length or len(event.text)) - len(self.value) + end - start
        joined = re.sub(r"\s*[\r\n]\s*", " ", event.text.strip("\r\n"))
        if len(joined) > room:
            self.post_message(self.Cut(self, room))
        self.replace(joined[:room], start, end)

    def on_resize(self) -> None:
        """A field that became narrower still shows where one types."""
        cursor = self.cursor_screen_offset - self.content_region.offset + self.scroll_offset
        self.scroll_to_region(Region(cursor.x, 0, 1, 1), force=True, animate=False)


class Note(TextArea):
    """Several lines; Tab leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [_cut_rest()]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, soft_wrap=True, tab_behavior="focus", compact=True)
        self.cursor_blink = False

    async def action_cut_rest(self) -> None:
        """Of the line, which is joined with the next one when there is none; Ctrl+V puts it
        back."""
        row, column = self.cursor_location
        if rest := self.document.get_line(row)[column:]:
            self.app.copy_to_clipboard(rest)
        await self.action_delete_to_end_of_line_or_delete_line()
