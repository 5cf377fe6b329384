"""One person's day: states from when to when, and the last calls."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.day.calls import DayCall

SpellState = Literal[
    "ready", "offered", "connecting", "dialing", "talking", "held", "consulting", "advising",
    "wrap_up", "break", "not_ready", "not_responding",
]  # fmt: skip


class GetPersonDay(Message, frozen=True, kw_only=True):
    """Since midnight of the centre. Result: ``PersonDay``. Leaves a trace of the calls shown."""

    agent: str


class DaySpell(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    """A ``SpellState``; of a newer server another one."""
    reason: str = ""
    """Of a break, in the centre's words; of ``not_responding``, its key."""
    since: float
    until: float | None = None
    """None: it lasts."""
    call: str = ""
    odd: Literal["", "long", "short"] = ""
    """It stands out; of a talk its last part says so of the whole."""
    usual_s: float = 0.0
    """What it was held against."""


class PersonDay(Message, frozen=True, kw_only=True):
    agent: str
    name: str
    since: float
    """Midnight."""
    now: float
    spells: tuple[DaySpell, ...]
    """In their order; between them the person was not on shift."""
    calls: tuple[DayCall, ...]
    """The last ones, the newest first."""


PersonDayCommand = GetPersonDay
PersonDayResult = PersonDay
