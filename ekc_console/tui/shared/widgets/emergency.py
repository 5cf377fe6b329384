"""The question before an emergency service is called: one more key, and none that bounced."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from ekc_console.client.card.unhelped import Tried
from ekc_console.domain.terms.dialling import AMBULANCE
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Panel

BOUNCE_S = 0.2
"""A key that comes sooner after the panel was meant for something before it."""


NOBODY = "0"
ANOTHER_OUTCOME = "8"
OTHERWISE = "9"


class _Question(Painted, can_focus=True):
    pass


@dataclass(frozen=True, slots=True)
class Missing:
    """Why one is asked without having pressed the key, and what is done instead of calling: what is
    said of it and what does it, by ``OTHERWISE``, ``NOBODY`` or ``ANOTHER_OUTCOME``. ``by_hand``:
    how to call where no key of the question can; empty: they can."""

    tried: Tried
    ways: Mapping[str, tuple[str, Callable[[], None]]]
    by_hand: str = ""


class EmergencyPanel(Panel):
    """A digit picks one of ``numbers``, of which there is one at least: each has the digit of its
    place, whichever is called already. Enter picks the wanted one while none is; what else
    there is to do has keys of its own. The key that opened the panel does nothing in
    it, so that holding it down calls nobody."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick_wanted", show=False),
        *(
            Binding(key, f"go_another_way('{key}')", show=False)
            for key in (OTHERWISE, NOBODY, ANOTHER_OUTCOME)
        ),
        *(Binding(str(digit), f"pick({digit})", show=False) for digit in range(1, 8)),
    ]

    def __init__(
        self,
        numbers: Sequence[str],
        picked: Callable[[str], None],
        left: Callable[[str, str], None],
        *,
        wanted: str = "",
        called: str = "",
        answered: bool = False,
        missing: Missing | None = None,
    ) -> None:
        """``left`` is told, with the wanted one and the called one, that Esc has called nobody.
        ``wanted``: the one of them that the need asks for; the first where it is none of them.
        ``called``: the one of them that rings or, ``answered``, is on the line: another one takes
        its place. ``missing``: none was called where one should have been."""
        self._wanted = wanted if wanted in numbers else numbers[0]
        self._missing = missing
        super().__init__(self._title(called, answered=answered))
        self._numbers = numbers
        self._called = called
        self._picked = picked
        self._left = left
        self._shown_at = time.monotonic()

    def compose(self) -> ComposeResult:
        yield _Question(id="emergency-question")

    def on_mount(self) -> None:
        self._paint()

    def follow(self, called: str, *, answered: bool) -> None:
        """Another one is called now, or none. What the keys mean is then new: one that was on its
        way does nothing."""
        title = self._title(called, answered=answered)
        if (called, title) != (self._called, self.border_title):
            self._called, self.border_title = called, title
            self._paint()

    def _paint(self) -> None:
        keys = [
            self._key(digit, number)
            for digit, number in sorted(
                enumerate(self._numbers, start=1), key=lambda one: one[1] != self._wanted
            )
            if number != self._called and self.calls
        ]
        end = [_("Esc — нет")]
        if self._missing is not None:
            ways = [f"{key} — {said}" for key, (said, _then) in self._missing.ways.items()]
            end = [*ways, _("Esc — назад")]
            if not self.calls:
                end.insert(0, _("Вызвать — {keys}").format(keys=self._missing.by_hand))
        line = ", ".join([*keys, *end])
        self.query_one(_Question).paint(Content.styled(line, "bold $text-warning"))
        self._shown_at = time.monotonic()

    def _key(self, digit: int, number: str) -> str:
        if self._called or number != self._wanted:
            return f"{digit} — {number}"
        return _("Enter или {digit} — {number}").format(digit=digit, number=number)

    @property
    def calls(self) -> bool:
        """Whether its keys call anybody."""
        return self._missing is None or not self._missing.by_hand

    @property
    def first(self) -> Widget:
        return self.query_one(_Question)

    def action_pick_wanted(self) -> None:
        if not self._called:
            self.action_pick(self._numbers.index(self._wanted) + 1)

    def action_pick(self, digit: int) -> None:
        if self._too_soon or digit > len(self._numbers) or not self.calls:
            return
        if self._numbers[digit - 1] != self._called:
            self.close()
            self._picked(self._numbers[digit - 1])

    def action_go_another_way(self, key: str) -> None:
        if self._missing is not None and key in self._missing.ways and not self._too_soon:
            self.close()
            self._missing.ways[key][1]()

    def dismissed(self) -> None:
        self._left(self._wanted, self._called)

    @property
    def _too_soon(self) -> bool:
        return time.monotonic() - self._shown_at < BOUNCE_S

    def _title(self, called: str, *, answered: bool) -> str:
        if answered:
            return _("{number} на линии и отключится. Вызвать вместо неё?").format(number=called)
        if called:
            return _("{number} уже вызывается. Вызвать вместо неё?").format(number=called)
        if self._missing is not None:
            return _missing(self._wanted, self._missing.tried, calls=self.calls)
        if self._wanted in AMBULANCE:
            return _("Вызвать скорую?")
        return _("Вызвать {number}?").format(number=self._wanted)


def _missing(number: str, tried: Tried, *, calls: bool) -> str:
    if not calls:
        return _not_calling(number, tried)
    if tried == "in_vain":
        return _("{number} не приняла вызов. Вызвать ещё раз?").format(number=number)
    if tried == "called_off":
        return _("Вызов {number} отменён. Вызвать снова?").format(number=number)
    return _("{number} не вызвана. Вызвать сейчас?").format(number=number)


def _not_calling(number: str, tried: Tried) -> str:
    if tried == "in_vain":
        return _("{number} не приняла вызов. Сохранить всё равно?").format(number=number)
    if tried == "called_off":
        return _("Вызов {number} отменён. Сохранить всё равно?").format(number=number)
    return _("{number} не вызвана. Сохранить всё равно?").format(number=number)
