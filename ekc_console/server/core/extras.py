"""What is known beside the core's state: callers of live calls, counts of the day, names.

Whoever learns it puts it in; nothing here is in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekc_console.domain.terms.ids import AgentId, CallId, QueueId, Role
from ekc_console.server.store.cards.callers import Named
from ekc_console.wire import messages, side_work


@dataclass(slots=True)
class CallExtras:
    """What the store and the menu know about a live call."""

    history: tuple[messages.Contact, ...] = ()
    region: Mapping[str, str] = field(default_factory=dict)
    menu_path: tuple[str, ...] = ()
    card: str = ""
    recording: bool = False
    caller: side_work.Caller = field(default_factory=side_work.Caller)


@dataclass(slots=True)
class DayCount:
    """Counted since midnight: of a queue, or of an agent."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    talk_s: float = 0.0
    break_s: float = 0.0
    wrap_up_s: float = 0.0


@dataclass(slots=True)
class Extras:
    calls: dict[CallId, CallExtras] = field(default_factory=dict)
    queues: dict[QueueId, DayCount] = field(default_factory=dict)
    agents: dict[AgentId, DayCount] = field(default_factory=dict)
    names: dict[AgentId, str] = field(default_factory=dict)
    people: dict[str, Named] = field(default_factory=dict)
    """By the numbers that are owed a call."""
    roles: dict[AgentId, Role] = field(default_factory=dict)
