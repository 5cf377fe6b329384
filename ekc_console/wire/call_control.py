"""Transfers, consultations and keys: commands, what a screen shows of them, whom one can reach."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.domain.terms.ids import Role
from ekc_console.wire.base import AgentState, Message

Heard = Literal["party", "caller", "all"]
TargetKind = Literal["queue", "agent", "number", "menu"]


Unreached = Literal[
    "busy",
    "no_answer",
    "rejected",
    "left",
    "unreachable",
    "moved",
    "no_way",
    "failed",
    "caller_gone",
    "engine",
]
"""Why somebody who was called for a caller is not with the caller."""


class NotTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the call was to go to, and who did not take it."""

    who: str
    """Name of an operator or outside number."""
    why: Unreached


ServiceEndedBy = Literal["", "service", "operator", "caller", "engine"]
"""Who ended the line of an emergency service: ``caller``: the caller's line ended, and with it that
of the service; ``engine``: the line was lost."""


class ServiceCalled(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency service that was called for the caller; a call has them in that order."""

    number: str
    answered_at: float | None = None
    """None: it has not answered."""
    cancelled_at: float | None = None
    """The operator called it off before it answered."""
    rings: bool = False
    """It is being called now; of a call in hand only."""
    handed_at: float | None = None
    """When the operator gave the caller to it, and the two talked."""
    ended_at: float | None = None
    """When its line ended, whether it had answered or not."""
    ended_by: ServiceEndedBy = ""
    """Empty: its line has not ended, or that is not known."""


class ConsultInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation about the call."""

    role: Literal["asking", "asked"]
    """``asking``: this agent has the call; ``asked``: this agent is consulted about it."""
    who: str
    """The other one: name of an operator or outside number."""
    open: bool
    """The one who is asked has answered."""
    heard: Heard
    """With whom the asking agent talks; ``all``: a conference."""
    since: float
    emergency: bool = False
    """An emergency service is called: the caller is heard all the time, nobody is put aside."""


class GetTargets(Message, frozen=True, kw_only=True):
    """Result: ``Targets``, as of now."""


class TransferCall(Message, frozen=True, kw_only=True):
    """Give the call away. ``target``: id of a queue, login, number, or id of a menu scenario."""

    call: str
    kind: TargetKind
    target: str


class StartConsult(Message, frozen=True, kw_only=True):
    """The caller is put on hold with music, the other one is called."""

    call: str
    kind: Literal["agent", "number"]
    target: str


class SwitchConsult(Message, frozen=True, kw_only=True):
    """Talk with the other one, with the caller, or with both."""

    call: str
    heard: Heard


class CompleteConsult(Message, frozen=True, kw_only=True):
    """Caller and other one go on without this agent."""

    call: str


class CancelConsult(Message, frozen=True, kw_only=True):
    """Let the other one go; back to the caller."""

    call: str


class CallEmergency(Message, frozen=True, kw_only=True):
    """Call the emergency services of the settings one after the other until one answers; the
    caller talks with the agent meanwhile, then all three hear each other. One that is on the line
    already is let go for the next. ``call`` empty: there is no caller, and one number is dialled.
    """

    call: str = ""
    first: str = ""
    """Which of them to begin with; empty: the first of the settings."""


class SendKeys(Message, frozen=True, kw_only=True):
    """DTMF to whom the agent talks with. ``keys``: of ``0-9 * # A-D``, at most 32."""

    call: str
    keys: str


CallCommand = (
    GetTargets
    | TransferCall
    | StartConsult
    | SwitchConsult
    | CompleteConsult
    | CancelConsult
    | CallEmergency
    | SendKeys
)


class QueueTarget(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    waiting: int
    ready: int
    """Agents who could take a call of it now."""


class AgentTarget(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    state: AgentState
    since: float
    free: bool
    """Can be given a call, or asked, now."""
    role: Role = "operator"


class MenuTarget(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str


class Targets(Message, frozen=True, kw_only=True):
    """Whom a call can be given to. Agents: logged in, without oneself, the free ones first."""

    queues: tuple[QueueTarget, ...]
    agents: tuple[AgentTarget, ...]
    menus: tuple[MenuTarget, ...]
    emergency: str
    """Number of the emergency service; empty: none is set."""
    outside: bool
    """This person may call outside numbers (the emergency number: everybody)."""
