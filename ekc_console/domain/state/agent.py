"""An agent (operator): states, the record around them, and the table of transitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallId, ListenMode, OfferId, QueueId
from ekc_console.domain.terms.rights import Reach
from ekc_console.domain.terms.state_table import IGNORED, START, STAY, Rule, StateTable

LOGIN_BREAK = "login"
"""Reason of the break that a login begins with: nobody gets a call before ``AgentReady``."""

NotRespondingReason = Literal["no_answer", "rejected", "unreachable"]


@dataclass(frozen=True, slots=True)
class Offline:
    pass


@dataclass(frozen=True, slots=True)
class Ready:
    """Wants calls; gets them while the leg is up and the console is there."""

    since: float


@dataclass(frozen=True, slots=True)
class OnBreak:
    reason: str
    since: float
    until: float | None = None
    """The break should be over by then; None: it has no limit."""
    overrun: bool = False
    """It lasts longer than that, and this has been told."""
    began_at: float | None = None
    """When it began, if a call has interrupted it since then."""


@dataclass(frozen=True, slots=True)
class Offered:
    offer: OfferId
    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class Connecting:
    """Took a call (or the dialled party picked up); the voice path is being made."""

    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class Dialing:
    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class Talking:
    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class Holding:
    """Has the call on hold."""

    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class Consulting:
    """Has the call, and asks somebody about it."""

    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Another agent wants to consult about a call."""

    call: CallId
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Advising:
    """Consulted by the agent who has the call."""

    call: CallId
    since: float


@dataclass(frozen=True, slots=True)
class WrapUp:
    call: CallId
    since: float
    until: float | None
    """When it ends by itself; None when only the agent ends it."""


@dataclass(frozen=True, slots=True)
class NotResponding:
    """Taken out by the system; back by ``AgentReady``."""

    reason: NotRespondingReason
    since: float


AgentState = (
    Offline
    | Ready
    | OnBreak
    | Offered
    | Connecting
    | Dialing
    | Talking
    | Holding
    | Consulting
    | Asked
    | Advising
    | WrapUp
    | NotResponding
)
OnCall = Connecting | Dialing | Talking | Holding | Consulting


def lasts_from(state: AgentState) -> float:
    """When the state began, for who is told how long it lasts; 0 of who is offline. A break that a
    call interrupted is the same one; its ``since`` is the present stretch."""
    if isinstance(state, OnBreak) and state.began_at is not None:
        return state.began_at
    return 0.0 if isinstance(state, Offline) else state.since


@dataclass(frozen=True, slots=True)
class Agent:
    """What outlives the states of an agent. Counters and ``…_s`` run since the login."""

    id: AgentId
    state: AgentState
    queues: tuple[QueueId, ...] = ()
    skills: tuple[str, ...] = ()
    """With levels, as ``domain.skills`` reads them."""
    tiers: tuple[tuple[QueueId, int], ...] = ()
    """Only those other than 1."""
    had_queues: bool = False
    """Since the login: without any now, they were taken by an order."""
    login_seq: int = 0
    """Order of logins; the order of the linear strategies."""
    logged_in_at: float = 0.0
    has_leg: bool = False
    present: bool = True
    """The console is connected."""
    away_since: float | None = None
    """When the console went away; None while it is there."""
    missing: bool = False
    """It has been away for long enough to count: its agent is no staff."""
    pending_break: str | None = None
    """Break that begins when the present call and its wrap-up are over."""
    pending_limit_s: float = 0.0
    """How long that break should last at most; 0: no limit."""
    pending_began_at: float | None = None
    """When that break began, if the present call has interrupted it."""
    pending_logout: bool = False
    """A supervisor ended the shift; it is over when the present call and its wrap-up are, and no
    transfer under way can bring the caller back."""
    right_lost: bool = False
    """``pending_logout`` is for want of the right to a shift, and no order: it goes with that."""
    pending_wrap_up: CallId | None = None
    """Call whose wrap-up was interrupted by an outgoing call; it goes on if that call fails."""
    idle_since: float = 0.0
    """Waiting for a call since; an offer that ends through no act of the agent keeps it."""
    calls: int = 0
    """Talks begun, in and out."""
    talk_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    unanswered: int = 0
    """Offers in a row that ran out."""
    rejected: int = 0
    """Offers rejected since the last one accepted."""
    last_turn: int = 0
    """Number of the latest offer made to this agent; round-robin goes by it."""
    callers_owed: float = 0.0
    """As ``limits.Turn.callers_owed``, of what this agent is given from all queues; less than 2."""

    @property
    def available(self) -> bool:
        """May be offered a call now (queue and skills apart)."""
        # For a caller who may come back; then the break begins, or the shift ends.
        waits = self.pending_break is not None or self.pending_logout
        return self.has_leg and self.present and isinstance(self.state, Ready) and not waits

    @property
    def staffs(self) -> tuple[QueueId, ...]:
        """The queues whose callers may count on this agent."""
        at_work = self._begun and not self.missing and not isinstance(self.state, Offline)
        return self.queues if at_work else ()

    @property
    def _begun(self) -> bool:
        """Was ready since the login, or is on another break than that of the login."""
        return not isinstance(self.state, OnBreak) or self.state.reason != LOGIN_BREAK

    @property
    def serves(self) -> bool:
        """Callers of some queue, or would but for an order."""
        return self.had_queues or bool(self.queues)

    @property
    def only_listens(self) -> bool:
        """Has come to listen to talks, and is on no shift."""
        return not self.serves and not self._begun

    def tier_in(self, queue: QueueId) -> int:
        """1 is asked first."""
        return dict(self.tiers).get(queue, 1) if self.tiers else 1


@dataclass(frozen=True, slots=True)
class Listening:
    """An agent on a break who listens to another's talk."""

    id: AgentId
    call: CallId
    mode: ListenMode
    since: float
    """In this mode."""
    ear: AgentId | None
    """At whose leg; None while no agent has the call."""
    why: str = ""
    """In the words of who listens."""
    whose: Reach = "centre"
    """To whose talks it may follow the call."""


_IDLE = (Ready, OnBreak, WrapUp, NotResponding)
_ON_CALL = (Connecting, Dialing, Talking, Holding, Consulting)
_IN_TALK = (Talking, Holding)
_TRANSFERS = ("TransferredToQueue", "TransferredToAgent", "TransferredOutside", "ReturnedToMenu")
_LOGGED_IN = (*_IDLE, Offered, *_ON_CALL, Asked, Advising)
_AT_WORK = tuple(state for state in _LOGGED_IN if state is not NotResponding)

AGENT_TABLE = StateTable(
    "Agent",
    (
        Rule((*START, Offline), "AgentLoggedIn", (OnBreak,)),
        Rule(_IDLE, "AgentLoggedOut", (Offline,)),
        Rule((Offline,), "AgentLoggedOut", IGNORED),
        Rule((OnBreak, NotResponding), "AgentReady", (Ready,)),
        Rule((WrapUp,), "AgentReady", (Ready, Offline)),  # offline: a supervisor ended the shift
        Rule((Offered, Asked), "AgentReady", IGNORED),
        Rule((Ready, *_ON_CALL, Advising), "AgentReady", STAY),  # takes a pending break back
        # Offline: a supervisor ended the shift, which waited for a caller who might come back.
        Rule((Ready, Offered), "AgentPaused", (OnBreak, Offline)),
        Rule((OnBreak, NotResponding, Asked), "AgentPaused", (OnBreak,)),
        Rule((*_ON_CALL, Advising, WrapUp), "AgentPaused", STAY),  # the break is pending
        Rule((NotResponding,), "AgentLegUp", (NotResponding, Ready, OnBreak)),
        # A leg without a login is dropped.
        Rule((Offline, *_AT_WORK), "AgentLegUp", STAY),
        Rule(_IDLE, "AgentLegDown", STAY),
        Rule((Offered,), "AgentLegDown", (Ready, Offline)),
        Rule((Asked,), "AgentLegDown", (Ready,)),
        Rule((*_ON_CALL, Advising), "AgentLegDown", (NotResponding, OnBreak, Offline)),
        Rule((Offline,), "AgentLegDown", IGNORED),
        Rule((*_IDLE, *_ON_CALL, Advising), "AgentVanished", STAY),
        Rule((Offered,), "AgentVanished", (Ready, Offline)),
        Rule((Asked,), "AgentVanished", (Ready,)),
        Rule((Offline,), "AgentVanished", IGNORED),
        Rule((NotResponding,), "AgentReturned", (NotResponding, Ready, OnBreak)),
        Rule(_AT_WORK, "AgentReturned", STAY),
        Rule((Ready,), "offer made", (Offered,)),
        Rule((Offered,), "offer over", (Ready, Offline)),
        Rule((Offered,), "offer timeout", (Ready, NotResponding, Offline)),
        Rule((Offered,), "OfferAccepted", (Connecting, Dialing)),
        Rule((Offered,), "OfferRefused", (Ready, NotResponding, Offline)),
        Rule((Ready, OnBreak, WrapUp), "CallPlaced", (Dialing,)),
        Rule((Dialing,), "CallAnswered", (Connecting,)),
        Rule((Connecting,), "CallBridged", (Talking,)),
        Rule((Connecting,), "CallBridgeFailed", (Ready, OnBreak, WrapUp, NotResponding, Offline)),
        Rule((Talking,), "CallHeld", (Holding,)),
        Rule((Holding,), "CallResumed", (Talking,)),
        *(Rule(_IN_TALK, event, (WrapUp, Ready, OnBreak, Offline)) for event in _TRANSFERS),
        Rule(_IN_TALK, "ConsultAsked", (Consulting,)),
        Rule((Ready,), "ConsultAsked", (Asked,)),
        Rule(_IN_TALK, "ConsultDialled", (Consulting,)),
        Rule((*_IN_TALK, Consulting), "EmergencyCalled", (Consulting,)),
        Rule((Consulting,), "next number", (Consulting,)),
        Rule((Ready,), "agent back", (Consulting,)),
        Rule((Ready,), "break waited", (OnBreak,)),
        Rule((Ready,), "shift waited", (Offline,)),
        Rule((Asked,), "ConsultAccepted", (Advising,)),
        Rule((Consulting,), "ConsultSwitched", (Consulting,)),
        Rule((Consulting,), "ConsultCompleted", (WrapUp, Ready, OnBreak, Offline)),
        Rule((Advising,), "ConsultCompleted", (Connecting,)),
        Rule((Consulting,), "consult over", (Talking,)),
        Rule((Consulting,), "caller gone", (Connecting,)),
        Rule((Asked, Advising), "consult over", (Ready, OnBreak, Offline)),
        Rule(_IN_TALK, "CallTakenOver", (WrapUp, Ready, OnBreak, Offline)),
        Rule((OnBreak,), "CallTakenOver", (Connecting,)),
        Rule((Connecting,), "AgentHungUp", (Ready, OnBreak, WrapUp, Offline)),
        Rule((Connecting,), "join overdue", (Ready, OnBreak, WrapUp, Offline)),
        Rule((Dialing,), "dial overdue", (Ready, OnBreak, WrapUp, Offline)),
        Rule(_ON_CALL, "CallEnded", (WrapUp, Ready, OnBreak, Offline)),
        Rule((WrapUp,), "WrapUpFinished", (Ready, OnBreak, Offline)),
        # The card was saved after the wrap-up had ended, maybe in the midst of the next call.
        Rule(
            (Offline, Ready, OnBreak, Offered, NotResponding, *_ON_CALL, Asked, Advising),
            "WrapUpFinished",
            IGNORED,
        ),
        Rule((WrapUp,), "wrap-up over", (Ready, OnBreak, Offline)),
        Rule((OnBreak,), "break overrun", STAY),
        Rule((OnBreak,), "listening over", (Offline,)),  # its console is gone
        Rule((*_IDLE, *_ON_CALL, Advising), "console missing", STAY),
        Rule(_IDLE, "away too long", (Offline,)),
        Rule((Ready, OnBreak, WrapUp, Offered), "CallPicked", (Connecting, Dialing)),
        Rule((Ready, OnBreak, NotResponding), "AgentForced", (Ready, OnBreak, Offline)),
        Rule((Offered,), "AgentForced", (Offered, OnBreak, Offline)),
        Rule((Asked,), "AgentForced", (Asked, OnBreak, Offline)),
        Rule((WrapUp,), "AgentForced", (WrapUp, Ready, Offline)),
        Rule(_LOGGED_IN, "DutyChanged", STAY),
        Rule((*_ON_CALL, Advising), "AgentForced", STAY),  # break or end of the shift are pending
    ),
)
