"""What the core wants done: plain data, carried out in order by the server.

The ``…Changed`` effects name what a screen or a read model must look at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.facts.transfers import Heard, ReturnReason
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, ListenMode, OfferId, QueueId

WithdrawReason = Literal[
    "accepted", "rejected", "timeout", "caller_gone", "unreachable", "paused", "withdrawn"
]


@dataclass(frozen=True, slots=True)
class OfferCall:
    """Show the call at the agent's console."""

    offer: OfferId
    call: CallId
    agent: AgentId
    expires_at: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    offer: OfferId
    call: CallId
    agent: AgentId
    reason: WithdrawReason


@dataclass(frozen=True, slots=True)
class Connect:
    """Join the call to the agent's standing leg; answer with ``CallBridged``, ``CallBridgeFailed``
    or ``CallEnded``."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """The call waits in a queue: music on (also after a failed join)."""

    call: CallId
    cut: bool = False
    """The talk broke off on our side: say so, and that the caller is not forgotten."""
    help_comes: bool = False
    """An emergency service is called for the caller: say so."""


@dataclass(frozen=True, slots=True)
class AnnouncePosition:
    call: CallId
    position: int
    """1 is the next to be served."""
    expected_s: float | None = None
    """Wait that nine in ten of such callers do not exceed; None: not known or not to be told."""


@dataclass(frozen=True, slots=True)
class HoldCall:
    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ResumeCall:
    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class HangUp:
    call: CallId
    reason: str


@dataclass(frozen=True, slots=True)
class DialOut:
    """Call ``number`` through the trunk and join the agent's leg; answer with ``CallAnswered``
    then ``CallBridged``, or ``CallEnded``."""

    call: CallId
    agent: AgentId
    number: str


@dataclass(frozen=True, slots=True)
class Forward:
    """Call an outside number for the caller and join the two, music meanwhile; answer with
    ``ForwardAnswered``, ``ForwardFailed`` or ``CallEnded``."""

    call: CallId
    number: str


@dataclass(frozen=True, slots=True)
class StopForward:
    """Give the outside number of a ``Forward`` up, whatever has become of it: nobody told in time.
    What follows for the caller comes after it."""

    call: CallId


@dataclass(frozen=True, slots=True)
class DialParty:
    """Call an outside number for a consultation or a blind transfer of ``call``; answer with
    ``CallAnswered`` or ``CallEnded`` of ``party``."""

    call: CallId
    party: CallId
    number: str


@dataclass(frozen=True, slots=True)
class Consult:
    """Bring the voice paths of a consultation about ``call`` into this state, whatever they were:
    in the agent's bridge stand those who are ``heard``, the others have music. Exactly one of
    ``adviser`` and ``party`` is given, once that one is on the line. ``JoinFailed`` on failure."""

    call: CallId
    agent: AgentId
    heard: Heard
    adviser: AgentId | None = None
    party: CallId | None = None


@dataclass(frozen=True, slots=True)
class Rejoin:
    """The caller, who waits for an emergency service, stands in the agent's bridge again as soon as
    the agent's leg is there: the agent is back. A service that answers before that is joined with
    the caller without waiting for the leg. ``CallBridged``, or ``JoinFailed`` on failure."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ReturnLeg:
    """The adviser's leg goes back into the adviser's own bridge, in order with what is done to
    ``call``."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class Link:
    """Join the caller and the outside party, with no agent; ``JoinFailed`` on failure."""

    call: CallId
    party: CallId


@dataclass(frozen=True, slots=True)
class Unlink:
    """The bridge of a ``Link`` is no longer needed."""

    call: CallId


@dataclass(frozen=True, slots=True)
class RunMenu:
    """The caller leaves the agent for an automatic scenario."""

    call: CallId
    scenario: str


@dataclass(frozen=True, slots=True)
class LeaveMenu:
    """The scenario has not gone on for too long: it is not to touch the caller any more."""

    call: CallId


@dataclass(frozen=True, slots=True)
class WayOut:
    """Calls out find no way any more, or (``open``) they do again."""

    open: bool


@dataclass(frozen=True, slots=True)
class PartyLost:
    """Tell the agent why a consultation or a transfer came to nothing. ``back``: the caller is
    with the agent, or offered to the agent, again."""

    call: CallId
    agent: AgentId
    why: ReturnReason
    back: bool
    emergency: bool = False
    """It was an emergency service."""
    stays: str = ""
    """Number of the service that is on the line with the agent all the same, the caller being
    gone."""


@dataclass(frozen=True, slots=True)
class PartyTook:
    """Tell the agent who gave the call away that somebody has it now. Exactly one of ``to``, an
    agent, and ``number`` is given."""

    call: CallId
    agent: AgentId
    to: AgentId | None = None
    number: str | None = None


ListeningEnd = Literal[
    "stopped",
    "call_over",
    "line_down",
    "shift_over",
    "other_work",
    "another",
    "taken_over",
    "failed",
    "other_team",
]
"""``line_down``: of who listened; ``other_work``: who listened is on no break any more;
``another``: listens to another call now; ``other_team``: the call went to an agent whom who
listened does not lead."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Let ``by`` hear the talk in this mode at the leg of ``ear``, whoever that was before; None:
    nobody for now, as no agent has the call. ``ListeningFailed`` on failure."""

    call: CallId
    by: AgentId
    mode: ListenMode
    ear: AgentId | None


@dataclass(frozen=True, slots=True)
class Listened:
    """A stretch of listening in one mode is over: for the record of the call."""

    call: CallId
    by: AgentId
    mode: ListenMode
    since: float
    why: str
    """In the words of who listened."""


@dataclass(frozen=True, slots=True)
class ListeningOver:
    """``by`` hears nobody any more and stands in the own bridge again, before what follows for the
    call."""

    call: CallId
    by: AgentId
    why: ListeningEnd


@dataclass(frozen=True, slots=True)
class UrgentCallbackFailed:
    """Nobody was reached by the tries of a callback that is owed to a caller who was cut off in an
    emergency. It stands in the list until a person decides; every supervisor is to know."""

    callback: CallbackId
    attempts: int


@dataclass(frozen=True, slots=True)
class EmergencyFailed:
    """An emergency service did not answer the caller whom ``agent`` has, or had. ``tried``: all
    that were called, in order, and why each came to nothing. ``calling`` is called now; None:
    nobody is left to call, or the caller has hung up (``caller_gone``) or was cut off (``engine``),
    and the agent and every supervisor are to know."""

    call: CallId
    agent: AgentId
    tried: tuple[tuple[str, ReturnReason], ...]
    calling: str | None
    alone: bool = False
    """No agent is with the caller: every supervisor is to know in any case."""
    answered: str = ""
    """Number of a service that has spoken with the caller before; empty: none has."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Say this to the caller, in order with what follows for the call."""

    call: CallId
    text: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """Say goodbye to the caller, then hang up. ``owed``: promise to call back."""

    call: CallId
    owed: bool


@dataclass(frozen=True, slots=True)
class RefuseCall:
    """Refuse the INVITE: 403 for a blocked number, 486 for too many calls of one number."""

    call: CallId
    reason: Literal["blocked", "too_many"]


@dataclass(frozen=True, slots=True)
class BreakOverrun:
    """The agent's break lasts longer than its limit."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """A supervisor ended the agent's shift: the console is to be let go."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """Opened, closed, paused, resumed."""

    queue: QueueId


@dataclass(frozen=True, slots=True)
class DropLeg:
    """End the agent's standing leg (shift over)."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class CallChanged:
    call: CallId


@dataclass(frozen=True, slots=True)
class AgentChanged:
    agent: AgentId


@dataclass(frozen=True, slots=True)
class CallbackChanged:
    callback: CallbackId


Effect = (
    OfferCall
    | WithdrawOffer
    | Connect
    | KeepWaiting
    | AnnouncePosition
    | HoldCall
    | ResumeCall
    | HangUp
    | DialOut
    | Forward
    | StopForward
    | DialParty
    | Consult
    | Rejoin
    | ReturnLeg
    | Link
    | Unlink
    | RunMenu
    | LeaveMenu
    | PartyLost
    | WayOut
    | PartyTook
    | Listen
    | Listened
    | ListeningOver
    | EmergencyFailed
    | UrgentCallbackFailed
    | Announce
    | LetGo
    | RefuseCall
    | BreakOverrun
    | ShiftEnded
    | QueueChanged
    | DropLeg
    | CallChanged
    | AgentChanged
    | CallbackChanged
)
