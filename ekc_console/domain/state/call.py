"""A call: its states, and the record around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.facts.transfers import Heard, ReturnReason
from ekc_console.domain.state.opening import TO_ALL, Opening
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.terms.settings import Destination, OverflowReason

Direction = Literal["in", "out"]

Outcome = Literal[
    "answered",
    "abandoned_menu",
    "abandoned_queue",
    "short_abandoned",
    "served_by_menu",
    "flowed_out",
    "forwarded",
    "refused",
    "no_answer",
    "busy",
    "cancelled",
    "moved",
    "no_way",
    "failed",
]
"""What became of a call, known when it has ended.

``answered``: an agent talked with the person (whatever happened later). Incoming calls without a
talk: ``abandoned_menu``; ``abandoned_queue``, or ``short_abandoned`` if sooner than
``QueueSettings.short_abandon_s`` after it was queued; ``served_by_menu`` (the scenario ended it);
``flowed_out`` (the system ended it while it waited, a promise to call back included);
``forwarded`` (joined with an outside number); ``refused`` (blocked, or too many calls of one
number); ``failed`` (the engine lost it). Outgoing
calls without a talk: ``no_answer``, ``busy``, ``cancelled`` (broken off by us), ``moved`` (the
number points to another one), ``no_way`` (no trunk took the call), ``failed``.
"""

OfferResult = Literal[
    "accepted",
    "taken",
    "rejected",
    "timeout",
    "caller_gone",
    "unreachable",
    "paused",
    "withdrawn",
]
"""How an offer ended; ``taken``: another agent accepted the call first; ``withdrawn``: a
supervisor sent the call elsewhere."""

OFFERS_KEPT = 100
"""So many settled offers of a call are kept in its record; the journal has all of them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An open offer of a call to an agent."""

    id: OfferId
    agent: AgentId
    made_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class SettledOffer:
    offer: OfferId
    agent: AgentId
    made_at: float
    ended_at: float
    result: OfferResult


@dataclass(frozen=True, slots=True)
class InMenu:
    """A scenario (voice menu or voice consultant) has the call."""

    since: float
    step_at: float | None = None
    """When it came to its present step; None: to none yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """In ``Call.queue``, offered to nobody."""

    since: float


@dataclass(frozen=True, slots=True)
class Offered:
    """Still waiting, while at least one agent is asked to take it."""

    since: float
    offers: tuple[Offer, ...]
    """In the order in which they were made; several only for the ring-… strategies."""
    next_ring: float | None
    """When ring-progressively asks one more agent."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """The engine joins the call and the leg of ``Call.agent``."""

    since: float


@dataclass(frozen=True, slots=True)
class Talking:
    since: float


@dataclass(frozen=True, slots=True)
class OnHold:
    since: float


@dataclass(frozen=True, slots=True)
class Consulting:
    """``Call.agent`` asks somebody about the call: an operator or an outside party."""

    since: float
    """Of the present stretch: a change of ``heard`` begins a new one."""
    heard: Heard
    """``party``: the caller is on hold."""
    adviser: AgentId | None
    party: CallId | None
    """The outside party's own record. Exactly one of the two is there."""
    open: bool = False
    """The one who is asked is on the line."""
    remade: bool = False
    """The path between agent and caller failed once, and was made again."""
    agent_awaited: bool = False
    """The agent, who came back to the caller, does not stand with the caller yet."""


@dataclass(frozen=True, slots=True)
class Transferring:
    """A blind transfer to an outside number that rings; nobody has the caller."""

    since: float
    party: CallId


@dataclass(frozen=True, slots=True)
class Linked:
    """The caller and an outside party talk, with no agent; both records are in this state."""

    since: float
    other: CallId
    handed: bool = False
    """The agent who was with both of them gave the caller away."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """An outside party of the call ``Call.party_of`` who has not picked up."""

    since: float


@dataclass(frozen=True, slots=True)
class Advising:
    """An outside party of the call ``Call.party_of`` who is on the line of a consultation."""

    since: float


@dataclass(frozen=True, slots=True)
class Dialing:
    """Outgoing: the outside party has not picked up."""

    since: float


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Left its queue by overflow: an outside number is being called for the caller."""

    since: float
    number: str
    rest: tuple[Destination, ...]
    """What is tried next if the number does not pick up; after that the caller waits on."""
    when: OverflowReason
    """The rule that sent it there."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The caller talks with an outside number; no agent takes part."""

    since: float


@dataclass(frozen=True, slots=True)
class Ending:
    """We asked the engine to hang up; no agent is bound to the call any more."""

    since: float
    outcome: Outcome | None = None
    """What the call came to, where that is decided already."""
    asked: int = 1
    """So many times we asked."""


@dataclass(frozen=True, slots=True)
class Ended:
    by: str
    """An ``EndedBy``."""
    cause: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Somebody whom the call was to go to, and who did not take it."""

    who: str
    """A number, or the login of an operator."""
    why: ReturnReason


ServiceEnd = Literal["", "service", "operator", "caller", "engine"]
"""Who ended the line of an emergency service; ``caller``: it ended with the caller's line."""


@dataclass(frozen=True, slots=True)
class Service:
    """An emergency service that was called for the caller."""

    line: CallId
    number: str
    answered_at: float | None = None
    cancelled_at: float | None = None
    """When the agent called it off before it answered."""
    handed_at: float | None = None
    """When the agent had given the caller to it, and the two were joined. None again when the
    caller comes back because it did not take the call."""
    ended_at: float | None = None
    """When its line ended, answered or not."""
    ended_by: ServiceEnd = ""


CallState = (
    InMenu
    | Waiting
    | Offered
    | Connecting
    | Talking
    | OnHold
    | Consulting
    | Transferring
    | Linked
    | Dialing
    | Ringing
    | Advising
    | Forwarding
    | Forwarded
    | Ending
    | Ended
)


@dataclass(frozen=True, slots=True)
class Call:
    """What outlives the states of a call. Times in seconds since the epoch, ``…_s`` in seconds."""

    id: CallId
    direction: Direction
    number: str | None
    """The outside party; None when withheld."""
    called: str
    seq: int
    """Order of arrival at the centre, over all calls."""
    arrived_at: float
    state: CallState
    topic: str = ""
    queue: QueueId | None = None
    """For an outgoing call the agent's first queue, whose settings rule its wrap-up."""
    skills: tuple[str, ...] = ()
    """What is asked of the agent, as ``domain.skills`` reads it."""
    priority: int = 0
    preferred: AgentId | None = None
    """Who talked with this person last."""
    assigned: AgentId | None = None
    """To whom a supervisor gave it while it waits."""
    opening: Opening = TO_ALL
    """To whom it is open while it waits."""
    scenario: str = ""
    scenario_version: str = ""
    step: str = ""
    """Where the scenario stands (last ``CallStepEntered``)."""
    queued_at: float | None = None
    """When the call first came into a queue; never moved. Of a virtual call: the time by which it
    stands among the callers."""
    entered_at: float | None = None
    """When it came into its present queue."""
    predicted_s: float | None = None
    """Expected wait (``domain.wait``) as it was told when the call first came into a queue."""
    answered_at: float | None = None
    """When the first talk began."""
    forwarded_at: float | None = None
    """When an outside number picked up for the caller."""
    ended_at: float | None = None
    agent: AgentId | None = None
    """Who has the call, or had it last."""
    trunk: str = ""
    """Over which it came, or went; of a call out known when it is answered or ends."""
    talk_s: float = 0.0
    """Talk of finished stretches, hold not included."""
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    """Work after the call; added when the wrap-up ends, while the record is still kept."""
    outcome: Outcome | None = None
    callback: CallbackId | None = None
    """Outgoing: the callback it serves, or the one that is owed since its talk was cut off.
    Incoming: the callback that was asked for in it, or is owed for it."""
    virtual: bool = False
    """A callback that stands in the queue for its person: there is no line before an agent takes
    it and the number is dialled."""
    left: tuple[QueueId, ...] = ()
    """Queues that it left by overflow; it does not come back to them that way."""
    overflow_at: float | None = None
    """Next rule for the time waited."""
    overflow_due: bool = False
    """``overflow_at`` came while the call was on offer: it is acted on if the offer fails."""
    interrupted: bool = False
    """Its talk was cut on our side, or the callback is urgent: it stands at the head of its
    queue."""
    party_of: CallId | None = None
    """This is the line to an outside party, dialled for a consultation about that call or for its
    transfer. Its time counts in no figure of talks: the agent's is that of the call itself."""
    returns_to: AgentId | None = None
    """A blind transfer to one party is under way; who made it gets the call back if it fails."""
    about: CallId | None = None
    """Outgoing: this is a call to an emergency service for the caller of that one, who had hung
    up."""
    emergency: tuple[tuple[CallId, str], ...] | None = None
    """An emergency service is called for the caller: lines and numbers that are left if this one
    does not answer. None: no such call is under way."""
    not_taken: tuple[NotTaken, ...] = ()
    """Of the last transfer to one party, or call for an emergency service: who did not take it. An
    emergency in which no service came is not forgotten by the next transfer."""
    services: tuple[Service, ...] = ()
    """In the order in which they were called."""
    announce_at: float | None = None
    """Next announcement of the position."""
    resting: tuple[tuple[AgentId, float], ...] = ()
    """Agents who refused the call, each with the time until which it is not offered there."""
    kept_for: tuple[AgentId, float] | None = None
    """The agent whose leg went down in the midst of the talk, and until when the call is offered
    to nobody else."""
    offers: tuple[SettledOffer, ...] = ()

    @property
    def listed(self) -> bool:
        """Of the list of callbacks, whose turn alternates with that of callers on the line; an
        urgent one comes before all."""
        return self.virtual and not self.interrupted

    def ordered_to(self, agent: AgentId) -> bool:
        """A supervisor has given it to this agent, who takes calls: it is the agent's next one."""
        return self.opening.only == agent == self.assigned

    @property
    def awaits_help(self) -> bool:
        """An emergency service is called for the caller, has not answered, and no agent is
        there."""
        return self.emergency is not None and isinstance(self.state, Transferring)

    @property
    def alone_with_help(self) -> bool:
        """An emergency service and the caller, whom nobody handed over, talk without an agent: the
        caller may need the agent again at any moment."""
        return (
            self.emergency is not None and isinstance(self.state, Linked) and not self.state.handed
        )

    @property
    def in_emergency(self) -> bool:
        """An emergency service is called for the caller or has the caller, or none came."""
        return self.emergency is not None or bool(self.in_vain)

    @property
    def in_vain(self) -> tuple[NotTaken, ...]:
        """The emergency services among those who did not take the caller."""
        return tuple(one for one in self.not_taken if kind_of(one.who) == "emergency")

    def rests_at(self, agent: AgentId) -> bool:
        """The call is not to be offered to this agent now."""
        kept = self.kept_for is not None and self.kept_for[0] != agent
        return kept or any(who == agent for who, _ in self.resting)
