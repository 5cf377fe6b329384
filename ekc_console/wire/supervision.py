"""What supervisors see of the whole centre and order in it; and a call taken by hand.

Refusals: ``not_allowed`` for other roles than ``supervisor`` and ``admin``, ``unknown`` for a call,
agent or queue that is not there (any more), ``wrong_state`` where the state forbids it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.centre.alarms import AlarmCommand, AlarmResult
from ekc_console.wire.listening import ListeningCommand
from ekc_console.wire.steering import SteeringCommand, SteeringResult

# -- entities --------------------------------------------------------------------


class QueueState(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    strategy: str
    paused: bool
    """Makes no offers until it is resumed."""
    waiting: int
    """Those who are being offered included."""
    longest_since: float | None
    agents_ready: int
    agents_busy: int


class QueuedCall(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    queue: str
    topic_title: str
    number: str
    queued_at: float
    position: int
    """Among those of its queue who are offered to nobody; 0: is being offered."""
    priority: int
    skills: tuple[str, ...] = ()
    offered_to: tuple[str, ...] = ()
    """Logins."""
    assigned: str = ""
    """Login of the agent to whom a supervisor gave it."""


class AgentInfo(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    state: str
    """As ``Me.state``."""
    since: float
    until: float | None = None
    """End of a timed wrap-up, or when the break should be over."""
    reason: str = ""
    reason_title: str = ""
    """Of a break that the settings name."""
    overrun: bool = False
    """The break lasts longer than its limit."""
    pending_break: str = ""
    pending_title: str = ""
    pending_logout: bool = False
    line_up: bool
    console: bool
    """The console is connected."""
    queues: tuple[str, ...] = ()
    """Each ``main``, or ``main=2`` for a tier other than 1."""
    skills: tuple[str, ...] = ()
    call: str = ""
    calls: int = 0
    """Talks of this shift."""


# -- commands --------------------------------------------------------------------


class PickCall(Message, frozen=True, kw_only=True):
    """Take a waiting call of one's own queues without an offer, or of any queue whose talks one may
    take over; not for volunteers. Refused while a mandatory card of the last call is not saved."""

    call: str


class GetQueues(Message, frozen=True, kw_only=True):
    """Result: ``Queues``."""


class GetCalls(Message, frozen=True, kw_only=True):
    """Calls that wait, in serving order. Result: ``QueuedCalls``. ``queue`` empty: all queues."""

    queue: str = ""


class GetAgents(Message, frozen=True, kw_only=True):
    """Everybody at work, by login. Result: ``Agents``. ``offline``: also those whose shift is
    over."""

    offline: bool = False


class AssignCall(Message, frozen=True, kw_only=True):
    """The call goes to this agent and to nobody else while the agent is at work."""

    call: str
    agent: str
    """Empty: whoever comes first, as before."""
    why: str = ""
    seen: str | None = None
    """Login of whom it was assigned to when the order was given, empty for nobody; ``wrong_state``
    when another one has assigned it meanwhile. None: whoever has it."""


class ReorderCall(Message, frozen=True, kw_only=True):
    call: str
    priority: int
    """Higher goes first; one step outweighs the queue's ``priority_step_s`` of waiting."""
    why: str = ""


class MoveCall(Message, frozen=True, kw_only=True):
    """To another queue; the call keeps its time."""

    call: str
    queue: str
    why: str = ""
    seen: str = ""
    """Queue in which the call stood when the order was given; ``wrong_state`` when another one has
    moved it meanwhile. Empty: wherever it stands."""


class PauseQueue(Message, frozen=True, kw_only=True):
    queue: str
    why: str = ""


class ResumeQueue(Message, frozen=True, kw_only=True):
    queue: str
    why: str = ""


class ForceAgent(Message, frozen=True, kw_only=True):
    """As the agent could do it: a talk is not cut. ``reason``: the break's code."""

    agent: str
    state: Literal["ready", "break", "offline"]
    reason: str = ""
    why: str = ""


OrderCommand = (
    PickCall
    | GetQueues
    | GetCalls
    | GetAgents
    | AssignCall
    | ReorderCall
    | MoveCall
    | PauseQueue
    | ResumeQueue
    | ForceAgent
    | AlarmCommand
    | ListeningCommand
    | SteeringCommand
)


# -- results ---------------------------------------------------------------------


class Queues(Message, frozen=True, kw_only=True):
    queues: tuple[QueueState, ...]


class QueuedCalls(Message, frozen=True, kw_only=True):
    calls: tuple[QueuedCall, ...]


class Agents(Message, frozen=True, kw_only=True):
    agents: tuple[AgentInfo, ...]


OrderResult = Queues | QueuedCalls | Agents | AlarmResult | SteeringResult
