"""What closes the way in, by order: queues, the announcement, blocked numbers; and the settings.

For ``supervisor`` and ``admin``, the settings for ``admin`` alone. Refusals: ``not_allowed``,
``unknown`` for a queue or a block that is not there, ``bad_value`` for what cannot be read (with
the reason), ``wrong_state`` where there is nothing to take back. Moments: seconds since the epoch.
"""

from __future__ import annotations

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.centre.rehearsal import Rehearsal, RehearsalCommand

# -- entities --------------------------------------------------------------------


class QueueDoor(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a queue is open, and who made it so."""

    id: str
    title: str
    open: bool
    by: str = ""
    """Login, ``schedule`` or ``system``; empty: open from the beginning."""
    why: str = ""
    since: float | None = None
    until: float | None = None
    """When a closed one opens by itself."""
    schedule: str = ""
    next_change: float | None = None
    """When the schedule opens or closes it next."""
    closed_rule: bool
    """It has an overflow rule for ``closed``; without one callers wait in it all the same."""
    waiting: int


class BlockedNumber(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    """E.164, or an extension's digits."""
    until: float | None
    by: str
    why: str
    since: float


# -- commands --------------------------------------------------------------------


class GetLine(Message, frozen=True, kw_only=True):
    """Result: ``LineState``."""


class CloseQueue(Message, frozen=True, kw_only=True):
    """Those who wait are still served. ``until`` None: until somebody opens it."""

    queue: str
    until: float | None = None
    why: str = ""
    for_s: float | None = None
    """For so long from now, whatever becomes of the clock; goes before ``until``."""


class OpenQueue(Message, frozen=True, kw_only=True):
    """A queue with a schedule stays open until the schedule closes it next."""

    queue: str
    why: str = ""


class SetAnnouncement(Message, frozen=True, kw_only=True):
    """Every new caller hears this text first; empty: none. Made into speech before it is in
    force."""

    text: str
    why: str = ""


class BlockNumber(Message, frozen=True, kw_only=True):
    """Result: ``Number``. ``conflict``, unless ``sure``, while the number is owed a call: the block
    would close that callback for good."""

    number: str
    until: float | None = None
    why: str = ""
    for_s: float | None = None
    """As ``CloseQueue.for_s``."""
    sure: bool = False


class UnblockNumber(Message, frozen=True, kw_only=True):
    """Result: ``Number``."""

    number: str
    why: str = ""


class GetBlocked(Message, frozen=True, kw_only=True):
    """Result: ``BlockedNumbers``, the newest first."""


class GetSettings(Message, frozen=True, kw_only=True):
    """Those that are in force. Result: ``SettingsInForce``."""


class CompareSettings(Message, frozen=True, kw_only=True):
    """What ``ApplySettings`` would change. Result: ``SettingsChange``."""

    name: str
    """Of the file, for messages."""
    text: str


class ApplySettings(Message, frozen=True, kw_only=True):
    """Put a configuration file in force, as far as a running server can: all of it or nothing.
    Result: ``SettingsChange``."""

    name: str
    text: str
    why: str = ""


class GetSettingsHistory(Message, frozen=True, kw_only=True):
    """What was changed before, the newest first. Result: ``SettingsHistory``."""

    limit: int = 50


class UndoSettings(Message, frozen=True, kw_only=True):
    """Put the settings in force again that the last change replaced; with ``change``, those that
    this one replaced, where its own still stand. Refused (``wrong_state``) when nothing is left to
    take back. Result: ``SettingsChange``."""

    why: str = ""
    change: int = 0


LineCommand = (
    GetLine
    | CloseQueue
    | OpenQueue
    | SetAnnouncement
    | BlockNumber
    | UnblockNumber
    | GetBlocked
    | GetSettings
    | CompareSettings
    | ApplySettings
    | UndoSettings
    | GetSettingsHistory
    | RehearsalCommand
)


# -- results ---------------------------------------------------------------------


class LineState(Message, frozen=True, kw_only=True):
    queues: tuple[QueueDoor, ...]
    announcement: str
    blocked: int
    trunks: dict[str, str] = msgspec.field(default_factory=dict)
    """Of each of which something is known: ``up``, ``down`` (not registered: no calls come) or
    ``no_calls_out``."""


class Number(Message, frozen=True, kw_only=True):
    number: str
    """As callers have it."""


class BlockedNumbers(Message, frozen=True, kw_only=True):
    numbers: tuple[BlockedNumber, ...]


class SettingsInForce(Message, frozen=True, kw_only=True):
    lines: tuple[str, ...]
    """Each ``key: value``, with the keys of the configuration file. Without sections that only a
    start of the server takes over."""


class SettingsChange(Message, frozen=True, kw_only=True):
    changes: tuple[str, ...]
    """Each ``key: old → new``; empty: the same settings are in force already."""
    at_restart: tuple[str, ...] = ()
    """Keys that differ and take effect when the server is started with the file."""
    warnings: tuple[str, ...] = ()
    """What callers would wait for in vain with these settings; they are put in force anyway."""
    change: int = 0
    """By which ``UndoSettings`` takes it back; 0: nothing of it went into the journal."""


class SettingsStep(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that were put in force at one moment."""

    change: int
    """By which ``UndoSettings`` takes it back."""
    at: float
    by: str
    """Login; "": the server was started with another file."""
    why: str
    changes: tuple[str, ...]
    """Each ``key: old → new``."""


class SettingsHistory(Message, frozen=True, kw_only=True):
    steps: tuple[SettingsStep, ...]
    """The newest first."""


LineResult = (
    LineState
    | Number
    | BlockedNumbers
    | SettingsInForce
    | SettingsChange
    | SettingsHistory
    | Rehearsal
)
