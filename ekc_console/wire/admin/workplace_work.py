"""Workplaces: what consoles there are, and how their lines sound, for who keeps them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ekc_console.wire.base import Message

DoctorState = Literal["", "ok", "warning", "fault"]
"""``""``: ``ekc doctor`` was not run there."""
KEPT_DAYS = 92
"""Of a line's days so many are kept, today among them."""
USUAL_DAYS = 28
_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Sum = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class LineSums(msgspec.Struct, frozen=True, kw_only=True):
    """Of looks at the line during talks, some seconds apart: divided by ``looks``, means."""

    looks: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    bad: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """Looks at which the line was bad."""
    mos: _Sum = 0.0
    loss: _Sum = 0.0
    """Per cent."""
    jitter_ms: _Sum = 0.0


class LineDay(LineSums, frozen=True, kw_only=True):
    day: str
    """ISO date, of the centre."""


class Workplace(msgspec.Struct, frozen=True, kw_only=True):
    machine: str
    login: str
    """Who was there last."""
    name: str
    """Of that account; the login where there is none any more."""
    seen_at: float
    """Seconds since the epoch."""
    version: str
    outdated: bool
    """Of another version than the server."""
    system: str
    headset: str
    """Microphone that is chosen; ``""``: the system's."""
    doctor: DoctorState
    doctor_at: float
    """Seconds since the epoch; 0: never."""
    doctor_checks: str
    """Names of the checks that were not in order, with spaces between."""
    line: tuple[LineDay, ...]
    """Days with talks, the newest first."""


class TellWorkplace(Message, frozen=True, kw_only=True):
    """A console tells of itself when its link is up and while talks go on. ``line``: what came
    since the last time, added to the day's. The account is the one that tells."""

    machine: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    version: _Text
    system: _Text = ""
    headset: _Text = ""
    doctor: DoctorState = ""
    doctor_at: Annotated[float, msgspec.Meta(ge=0, le=1e11)] = 0.0
    doctor_checks: _Text = ""
    line: LineSums = LineSums()


class ListWorkplaces(Message, frozen=True, kw_only=True):
    """Result: ``Workplaces``, with the line of so many last days."""

    days: Annotated[int, msgspec.Meta(ge=1, le=KEPT_DAYS)] = USUAL_DAYS


class Workplaces(Message, frozen=True, kw_only=True):
    server: str
    """Version of the server."""
    workplaces: tuple[Workplace, ...]
    """In the order of the names of machines."""


WorkplaceCommand = TellWorkplace | ListWorkplaces
