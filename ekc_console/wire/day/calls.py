"""Calls of a day as rows."""

from __future__ import annotations

from typing import Literal

import msgspec


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
