"""Orders of people and of the calendar: settings, and what supervisors do.

``by`` is the login of who gave the order, ``system`` for the server itself; ``why`` is free text
without personal data. Both are for the journal and the audit; the core does not judge them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import USUAL_CENTRE, CentreSettings, QueueSettings

ForcedState = Literal["ready", "break", "offline"]


@dataclass(frozen=True, slots=True)
class QueuesConfigured:
    """The settings in force from now on; first fact of every journal."""

    queues: tuple[QueueSettings, ...]
    centre: CentreSettings = USUAL_CENTRE
    by: str = "system"
    why: str = ""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A deadline named by ``Router.next_deadline`` is due. Journalled like any fact."""


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The wall clock was found ahead of the core's time by ``by_s`` seconds (negative: behind it):
    it was corrected, or the machine has slept. The moment given with this fact is by the old time,
    those of all later facts by the new one."""

    by_s: float


@dataclass(frozen=True, slots=True)
class QueueOpened:
    queue: QueueId
    by: str = "system"
    why: str = ""


@dataclass(frozen=True, slots=True)
class QueueClosed:
    """Outside its hours, or closed by hand. Who comes now takes the way of the rules for
    ``closed``; those who wait already are still served."""

    queue: QueueId
    by: str = "system"
    why: str = ""
    until: float | None = None
    """Opens again by itself then; None: when somebody opens it."""
    lasts: bool = False
    """``until`` ends a span that was given, not a time of day: it moves when the clock is set."""


@dataclass(frozen=True, slots=True)
class QueuePaused:
    """No offers from this queue until it is resumed; its calls wait on."""

    queue: QueueId
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class QueueResumed:
    queue: QueueId
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementSet:
    """Every new caller hears this text first (an emergency); empty: none."""

    text: str
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallAssigned:
    """A waiting call goes to this agent and to nobody else while the agent is at work: at once if
    the agent is free, else as the next one. None: to whoever comes first again."""

    call: CallId
    agent: AgentId | None
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallReordered:
    """A waiting call gets another priority."""

    call: CallId
    priority: int
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallMoved:
    """A waiting call goes to another queue and keeps its time."""

    call: CallId
    queue: QueueId
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallCut:
    """A supervisor ends a call, whoever has it; the core answers with ``HangUp``. Not one with an
    emergency service in it, nor the line of an outside party."""

    call: CallId
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class AgentForced:
    """A supervisor puts an agent in another state, as the agent could do it: a talk is not cut,
    the break or the end of the shift begins after it."""

    agent: AgentId
    state: ForcedState
    by: str
    """``system`` with ``offline``: for want of the right to a shift."""
    reason: str = ""
    """The break's code."""
    limit_s: float = 0.0
    """As ``AgentPaused.limit_s``."""
    why: str = ""
    finish: bool = False
    """``offline``: not in the midst of a wrap-up either, but after it; ``ready``: takes that back,
    and leaves talk, wrap-up and break as they are."""


@dataclass(frozen=True, slots=True)
class DutyChanged:
    """The agent serves these queues, and counts as one with these skills, until the end of the
    shift: each as in ``AgentLoggedIn``. What is heard or talked already goes on."""

    agent: AgentId
    queues: tuple[QueueId, ...]
    skills: tuple[str, ...]
    tiers: tuple[tuple[QueueId, int], ...]
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class NumberBlocked:
    """Calls from this number are refused until then; None: until unblocked."""

    number: str
    until: float | None
    by: str
    why: str = ""
    lasts: bool = False
    """As ``QueueClosed.lasts``."""


@dataclass(frozen=True, slots=True)
class NumberUnblocked:
    number: str
    by: str
    why: str = ""


Order = (
    QueuesConfigured
    | TimePassed
    | ClockSet
    | QueueOpened
    | QueueClosed
    | QueuePaused
    | QueueResumed
    | AnnouncementSet
    | CallAssigned
    | CallReordered
    | CallMoved
    | CallCut
    | AgentForced
    | DutyChanged
    | NumberBlocked
    | NumberUnblocked
)
