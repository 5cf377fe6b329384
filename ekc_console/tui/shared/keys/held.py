"""A key that is held down, or bounces, answers one question and not the next ones; and does to a
call, to the own state or to a card what it does once.

A held key says itself again after 250 to 660 ms, then each 25 to 50 ms, on a slow terminal each 100
to 250 ms. Whether the first of these was pressed is known only by the next one. A question and a
call do not wait for that: there the same key so soon afterwards does nothing, and is pressed once
more by who meant it. A field waits, for what a person types into it is never lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from ekc_console.tui.shared.keys.action import Action
from ekc_console.tui.shared.keys.registry import all_keys

Press = TypeVar("Press")

SAME_KEY_S = 0.2
"""So soon after a repeat the same key is another one."""
FIRST_REPEAT = 3.5
"""Within so many times ``SAME_KEY_S`` after a press a held key repeats."""
NEXT_REPEAT = 1.4
"""Within so many times ``SAME_KEY_S`` after a repeat a slow terminal says a held key again."""
PACE_S = 0.07
"""No finger presses a key twice within it; a held key repeats faster."""
GIVEN_AFTER_S = 2 * PACE_S
"""So long a field waits for the repeat that tells a held key; a busy machine may read it late."""
READ = 2.5
"""Within so many times ``SAME_KEY_S`` nobody has read a question and meant the same key again."""
SECOND_PRESS = 5
"""Within so many times ``SAME_KEY_S`` the same key is not meant for what it does next."""
IN_VAIN_S = 2.0
"""So long after a call for help a digit goes with it, also where a console is slow to answer."""
_ENDS_OR_DIALS = ("call.hang_up", "call.reject", "call.dial")
"""What nobody means by the second press of a key that has just done something else."""
_SAVES = "card.save"
"""In a wrap-up it ends it, and the next caller comes."""


class HeldKey:
    """``repeats`` is asked at each press, whatever it does: who holds a key that does nothing now
    holds it still when it would do something. ``clock``: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = ""
        self._at = 0.0
        self._repeated = False
        self._done, self._done_by, self._done_at = "", "", 0.0

    def repeats(self, key: str, at: float | None = None) -> bool:
        """The key may still be the one before; each repeat counts anew, so that a key held for long
        stays one press. ``at``: of the press, by the clock; None: now."""
        now = self._clock() if at is None else at
        limit = SAME_KEY_S * (NEXT_REPEAT if self._repeated else FIRST_REPEAT)
        self._repeated = key == self._key and now - self._at < limit
        self._key, self._at = key, now
        return self._repeated

    def repeats_action(self, action: Action) -> bool:
        """Whether the key pressed last, as ``repeats`` was told, is the action's own and still
        held: of one that a second press would turn into its opposite, or do to the next call."""
        own = self._key in all_keys(action)
        if own and self._repeated and (action.section in ("call", "state") or action.id == _SAVES):
            return True
        other = own and self._key == self._done_by and action.id != self._done
        too_soon = self._at - self._done_at < SAME_KEY_S * SECOND_PRESS
        if other and too_soon and action.id in _ENDS_OR_DIALS:
            return True
        self._done, self._done_by, self._done_at = action.id, self._key, self._at
        return False


class Unread:
    """A question that has just come is not answered by the key that answered the one before it, nor
    by a key at the pace of one that is held. What is refused does nothing, now or later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds that only grow."""
        self._clock = clock
        self._pressed, self._pressed_at = "", 0.0
        self._answered_by = ""
        self._shown_at = 0.0

    def shown(self) -> None:
        """Another question stands on the screen."""
        self._shown_at = self._clock()

    def released(self, key: str) -> None:
        """``key`` is pressed, whatever it does: another one than before is held no more."""
        if key != self._pressed:
            self._pressed = self._answered_by = ""

    def refuses(self, key: str) -> bool:
        """Whether this press answers nothing; to be asked once for each press."""
        now = self._clock()
        repeats = key == self._pressed and now - self._pressed_at < SAME_KEY_S * NEXT_REPEAT
        self._pressed, self._pressed_at = key, now
        unread = key == self._answered_by and now - self._shown_at < SAME_KEY_S * READ
        if repeats or unread:
            return True
        self._answered_by = key
        return False


class CalledInVain:
    """After a key that was to call for help and could not, what was meant for the question that has
    not opened answers no other one: a digit or Enter, until another key or for ``IN_VAIN_S``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds that only grow."""
        self._clock = clock
        self._until = 0.0

    def refused(self) -> None:
        """That key is pressed, and calls nobody."""
        self._until = self._clock() + IN_VAIN_S

    def takes(self, key: str) -> bool:
        """The press is to do nothing; to be asked once for each press."""
        if self._clock() < self._until and (key.isdecimal() or key == "enter"):
            return True
        self._until = 0.0
        return False


class Carried(Generic[Press]):
    """A key that has led into a field is not typed there while it is held, or bounces; and one that
    has opened a question does not answer it.

    There the same key waits: for another key or a slower press, then it was typed by a person; for
    one at the pace of a held key, then neither was; or for ``GIVEN_AFTER_S`` in vain, then it was
    typed as well."""

    def __init__(self) -> None:
        self._key = ""
        self._at = 0.0
        self._began: object = None
        """What had the keys when this key was pressed first."""
        self._waiting: tuple[Press, ...] = ()
        self._ignored = False
        """The press before answered nothing."""
        self._field: object = None
        """What it waits for."""

    @property
    def waits(self) -> bool:
        return bool(self._waiting)

    def press(
        self,
        press: Press,
        key: str,
        at: float,
        where: object,
        *,
        types: bool,
        answers: bool = False,
    ) -> tuple[Press, ...]:
        """What goes to ``where``, which has the keys now. ``at``: seconds that only grow, of the
        press; ``types``: ``where`` is a field and the key is written there; ``answers``: it answers
        whatever is asked there."""
        since = at - self._at
        again = key == self._key and since < SAME_KEY_S * FIRST_REPEAT
        self._key, self._at = key, at
        if again and types and since <= PACE_S and where is not self._began:
            self._waiting = ()
            return ()
        waited = self.give(where)
        meant = self._ignored and since >= SAME_KEY_S * NEXT_REPEAT  # for it did nothing
        if not again or (answers and meant):
            self._began = where
        self._ignored = answers and where is not self._began
        if self._ignored:
            return waited
        if where is self._began or not types:
            return (*waited, press)
        self._waiting, self._field = (press,), where
        return waited

    def give(self, where: object) -> tuple[Press, ...]:
        """What waits goes to its field, if that still has the keys; from now on this key is the
        field's own."""
        given, self._waiting = self._waiting, ()
        if not given or where is not self._field:
            return ()
        self._began = where
        return given
