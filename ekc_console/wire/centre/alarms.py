"""Figures that are beyond their limits: what stands, what is done about it, what was."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.domain.terms.alarm_limits import Figure
from ekc_console.wire.base import Message

About = Literal["queue", "person"]
Event = Literal[
    "raised", "risen", "fallen", "cleared", "acknowledged", "withdrawn", "snoozed", "woken", "told",
    "called", "unreached", "limit",
]  # fmt: skip
"""``risen``, ``fallen``: to the other level; ``withdrawn``: an acknowledgement; ``woken``: before
the time; ``told``: to ``who``, because nobody watched; ``called``: ``who`` is rung for that;
``unreached``: who was, and did not answer, or not with the key; ``limit``: the one it
stands by is another, its level is the same."""


class WatchAlarm(Message, frozen=True, kw_only=True):
    """One figure of one queue or person that is beyond a limit."""

    id: str
    about: About
    thing: str
    """Id of the queue, login of the person."""
    title: str = ""
    """Of the queue, or name of the person."""
    figure: Figure
    reason: str = ""
    """Of a break, in the centre's words."""
    level: int
    """1 or 2."""
    at: float
    """When it got there."""
    value: float
    """Then."""
    limit: float
    """Where the level begins."""
    since: float | None = None
    """Of a stretch of time: it grows."""
    seen_by: str = ""
    """Name of who acknowledged it, and when. A worse level has to be acknowledged again."""
    seen_at: float | None = None
    snoozed_until: float | None = None
    snoozed_by: str = ""
    """Name."""
    told: tuple[str, ...] = ()
    """Names of those who were told by message because nobody watched; the next ones: who was rung
    and did not say to see to it, and who is being rung."""
    called: tuple[str, ...] = ()
    calling: str = ""


class AlarmEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the event log."""

    at: float
    alarm: str
    about: About
    thing: str
    title: str
    """Of the queue, or name of the person."""
    figure: Figure
    reason: str = ""
    """Of a break, in the centre's words."""
    event: Event
    level: int
    value: float
    """Of the figure then."""
    limit: float | None = None
    """Where the level begins, of ``cleared``: the first; None: not known of an old line."""
    who: str = ""
    """Name of who did it, or was told."""
    until: float | None = None
    """Of ``snoozed``."""


# -- commands --------------------------------------------------------------------


class GetAlarms(Message, frozen=True, kw_only=True):
    """Those that stand, as far as the right ``watch`` reaches. Result: ``Alarms``."""


class GetAlarmLog(Message, frozen=True, kw_only=True):
    """The latest first. Result: ``AlarmLog``."""

    limit: int = 200


class AcknowledgeAlarm(Message, frozen=True, kw_only=True):
    """Seen, somebody sees to it. Refused (``unknown``) for one that is over, (``wrong_state``) for
    one that another has acknowledged. ``withdraw``: it is not seen to after all."""

    alarm: str
    withdraw: bool = False


class SnoozeAlarm(Message, frozen=True, kw_only=True):
    """Quiet for so long, also where it ends and begins again meanwhile. 0: no longer quiet."""

    alarm: str
    for_s: float


AlarmCommand = GetAlarms | GetAlarmLog | AcknowledgeAlarm | SnoozeAlarm


class Alarms(Message, frozen=True, kw_only=True):
    alarms: tuple[WatchAlarm, ...]


class AlarmLog(Message, frozen=True, kw_only=True):
    entries: tuple[AlarmEntry, ...]


AlarmResult = Alarms | AlarmLog
