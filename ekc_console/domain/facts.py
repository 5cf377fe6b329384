"""What the core is told: one frozen type per fact, named in the past tense.

A fact carries only ids and what the decision needs. Names and health data of
people never enter a fact (they live in cards), so the journal can be kept.
The moment of a fact is the ``now`` given with it: seconds since the Unix epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.settings import QueueSettings

EndedBy = Literal["caller", "agent", "system", "engine"]
"""Who ended a call. ``caller`` is the outside party of incoming and outgoing calls alike;
``engine`` means that the telephony engine died or lost the line."""

RefusalReason = Literal["rejected", "unreachable"]
CallbackResult = Literal["reached", "no_answer", "busy", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class QueuesConfigured:
    """The settings in force from now on; first fact of every journal."""

    queues: tuple[QueueSettings, ...]


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A deadline named by ``Router.next_deadline`` is due. Journalled like any fact."""


# -- calls -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller's INVITE came in over the trunk; the voice menu has the call."""

    call: CallId
    number: str | None
    """Caller's number in E.164 (``+7…``), None when withheld."""
    called: str
    """The number that was dialled, as the trunk gave it."""


@dataclass(frozen=True, slots=True)
class CallStepEntered:
    """The scenario that has the call entered a step (the path of the contact)."""

    call: CallId
    scenario: str
    version: str
    step: str


@dataclass(frozen=True, slots=True)
class CallQueued:
    """The scenario sent the call to a queue."""

    call: CallId
    queue: QueueId
    topic: str
    skills: tuple[str, ...] = ()
    """Every one of these is required of the agent."""
    priority: int = 0
    """Higher goes first; one step outweighs ``QueueSettings.priority_step`` seconds of waiting."""


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """The caller asked, in a scenario, to be called back. Nothing comes of it when the number is
    withheld."""

    call: CallId
    queue: QueueId
    topic: str


@dataclass(frozen=True, slots=True)
class CallBridged:
    """Both sides hear each other: the voice path between call and agent is open."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallBridgeFailed:
    """The engine could not join call and agent; the call goes back to its place."""

    call: CallId
    reason: str


@dataclass(frozen=True, slots=True)
class CallHeld:
    call: CallId


@dataclass(frozen=True, slots=True)
class CallResumed:
    call: CallId


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call's line is gone, in whatever state it was."""

    call: CallId
    by: EndedBy
    cause: str = ""


@dataclass(frozen=True, slots=True)
class CallPlaced:
    """An agent asked for an outgoing call; the agent counts as busy from here."""

    call: CallId
    agent: AgentId
    number: str
    callback: CallbackId | None = None


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The outside party of an outgoing call picked up."""

    call: CallId


# -- agents ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgentLoggedIn:
    agent: AgentId
    queues: tuple[QueueId, ...]
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentLoggedOut:
    """The shift is over. Illegal while a call is offered or talked."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AgentReady:
    """The agent wants calls: from break, wrap-up or not-responding."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AgentPaused:
    """Break asked for. While talking or in wrap-up it is kept and begins afterwards;
    an open offer is given back first."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class AgentLegUp:
    """The agent's standing leg is answered: a call can be joined to it at once."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AgentLegDown:
    """The standing leg is gone. An open offer is given back; a talk goes back to the head
    of its queue with the original time."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AgentVanished:
    """The agent's console is gone (lease ran out). No offers; a talk goes on."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AgentReturned:
    """The agent's console is back within the same login."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """Ignored when the offer is over already (it ran out while the key was pressed)."""

    offer: OfferId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferRefused:
    offer: OfferId
    agent: AgentId
    reason: RefusalReason = "rejected"


@dataclass(frozen=True, slots=True)
class AgentHungUp:
    """The agent ended the talk with the key; the core answers with ``HangUp``."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class WrapUpFinished:
    """The card is saved and the agent is done before the wrap-up time ran out."""

    agent: AgentId


# -- callbacks ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallbackClosed:
    """A planned call back is settled by hand, without a call."""

    callback: CallbackId
    result: CallbackResult
    by: AgentId | None = None


CallFact = (
    CallArrived
    | CallStepEntered
    | CallQueued
    | CallbackAsked
    | CallBridged
    | CallBridgeFailed
    | CallHeld
    | CallResumed
    | CallEnded
    | CallPlaced
    | CallAnswered
)
AgentFact = (
    AgentLoggedIn
    | AgentLoggedOut
    | AgentReady
    | AgentPaused
    | AgentLegUp
    | AgentLegDown
    | AgentVanished
    | AgentReturned
    | OfferAccepted
    | OfferRefused
    | AgentHungUp
    | WrapUpFinished
)
Fact = QueuesConfigured | TimePassed | CallFact | AgentFact | CallbackClosed

FACTS: dict[str, type] = {t.__name__: t for t in Fact.__args__}
"""Every fact by its name in the journal."""
