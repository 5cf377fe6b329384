"""Calls of a day as rows."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message


class DayCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of any day; of one that lives what is known so far."""

    id: str
    direction: Literal["in", "out"]
    number: str
    arrived_at: float
    queued_at: float | None = None
    wait_s: float | None = None
    """From the first queue to the first talk, or to the end without one; None before."""
    talk_s: float = 0.0
    held_s: float = 0.0
    ended_at: float | None = None
    outcome: str = ""
    """Empty: it lives and was not answered yet."""
    queue: str = ""
    queue_title: str = ""
    topic_title: str = ""
    person: str = ""
    """Login of who had it last; name in the next one."""
    person_name: str = ""
    late: bool = False
    """Answered after the queue's ``service_level_s``."""


Which = Literal["all", "answered", "late", "lost"]


class GetDayCalls(Message, frozen=True, kw_only=True):
    """Those behind a figure of a queue: who came into it at ``since`` or later and before
    ``until``, and was answered or has ended. Result: ``DayCalls``. Leaves a trace."""

    queue: str
    which: Which = "all"
    since: float | None = None
    """None: midnight of the centre."""
    until: float | None = None
    """None: now."""


class DayCalls(Message, frozen=True, kw_only=True):
    calls: tuple[DayCall, ...]
    """The newest first, no more than ``MOST_CALLS``."""
    found: int
    """How many there are."""


class CallPlace(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Of a call among all, by when it came."""

    arrived_at: float
    id: str


class ListCalls(Message, frozen=True, kw_only=True):
    """Calls that came at ``since`` or later and before ``until``, the newest first, as far as the
    right ``watch`` reaches; those that live are told as far as they got. Result: ``CallPage``.
    Refused (``bad_value``) for more than :data:`LONGEST_S` at once. Leaves a trace."""

    since: float | None = None
    """None: midnight of the centre."""
    until: float | None = None
    """None: now."""
    queue: str = ""
    """The next ones too: empty for any."""
    person: str = ""
    """Login of who had it last."""
    direction: Literal["in", "out", ""] = ""
    after: CallPlace | None = None
    """Of the last one that is known; None: from the newest on."""
    limit: int = 100
    """No more than ``MOST_CALLS``."""


class CallPage(Message, frozen=True, kw_only=True):
    calls: tuple[DayCall, ...]
    more: bool
    """There are earlier ones."""


MOST_CALLS = 500
LONGEST_S = 366 * 86_400.0
DayCallsCommand = GetDayCalls | ListCalls
DayCallsResult = DayCalls | CallPage
