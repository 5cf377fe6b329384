"""What an agent does with a call beside talking: transfers, consultations, conferences.

``agent`` is who has the call. A transfer is blind: the agent is free at once. In a consultation
the agent keeps the call, asks another operator or an outside party about it, and then completes
(the caller goes on with the one who was asked) or cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallId, QueueId

ReturnReason = Literal[
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
"""Why somebody who was called for a caller is not with the caller; ``engine``: the engine lost all
of them."""

Heard = Literal["party", "caller", "all"]
"""Whom the consulting agent talks with: the one who was asked, the caller, or both at once (a
conference of three)."""


@dataclass(frozen=True, slots=True)
class TransferredToQueue:
    call: CallId
    agent: AgentId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class TransferredToAgent:
    """Offered to that operator alone; it comes back to ``agent`` if it is not taken."""

    call: CallId
    agent: AgentId
    to: AgentId


@dataclass(frozen=True, slots=True)
class TransferredOutside:
    """``party`` names the line to the outside number; it gets a record of its own."""

    call: CallId
    agent: AgentId
    party: CallId
    number: str


@dataclass(frozen=True, slots=True)
class ReturnedToMenu:
    """The caller goes on in an automatic scenario."""

    call: CallId
    agent: AgentId
    scenario: str


@dataclass(frozen=True, slots=True)
class ConsultAsked:
    """``agent`` asks the operator ``adviser`` about the call; the caller is on hold."""

    call: CallId
    agent: AgentId
    adviser: AgentId


@dataclass(frozen=True, slots=True)
class ConsultDialled:
    """``agent`` asks an outside number about the call; ``party`` as in TransferredOutside."""

    call: CallId
    agent: AgentId
    party: CallId
    number: str


@dataclass(frozen=True, slots=True)
class EmergencyCalled:
    """``agent`` has the emergency service called and talks on with the caller; whoever was asked
    about the call, or another service, is let go. ``lines``: numbers, each with the name of the
    line to it (as ``party`` above), called one after the other until one answers; then all three
    hear each other."""

    call: CallId
    agent: AgentId
    lines: tuple[tuple[CallId, str], ...]


@dataclass(frozen=True, slots=True)
class ConsultAccepted:
    call: CallId
    adviser: AgentId


@dataclass(frozen=True, slots=True)
class ConsultLeft:
    """The adviser does not take the question, or leaves the consultation."""

    call: CallId
    adviser: AgentId


@dataclass(frozen=True, slots=True)
class ConsultSwitched:
    call: CallId
    agent: AgentId
    heard: Heard


@dataclass(frozen=True, slots=True)
class ConsultCompleted:
    """The caller goes on with the one who was asked; ``agent`` is free. Out of a conference: the
    agent leaves it."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ConsultCancelled:
    """The one who was asked is let go; ``agent`` is with the caller alone."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class JoinFailed:
    """The engine could not join those whom a ``Consult`` or a ``Link`` names."""

    call: CallId
    reason: str


TransferFact = (
    TransferredToQueue
    | TransferredToAgent
    | TransferredOutside
    | ReturnedToMenu
    | ConsultAsked
    | ConsultDialled
    | EmergencyCalled
    | ConsultAccepted
    | ConsultLeft
    | ConsultSwitched
    | ConsultCompleted
    | ConsultCancelled
    | JoinFailed
)
