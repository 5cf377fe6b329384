"""What is told about agents and offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallId, OfferId, QueueId

RefusalReason = Literal["rejected", "unreachable"]


@dataclass(frozen=True, slots=True)
class AgentLoggedIn:
    agent: AgentId
    queues: tuple[QueueId, ...]
    skills: tuple[str, ...] = ()
    """Each ``english`` (level 1) or ``english=4``."""
    tiers: tuple[tuple[QueueId, int], ...] = ()
    """Tier in a queue, 1 (asked first) where none is named; see ``QueueSettings.tier_wait_s``."""


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
    limit_s: float = 0.0
    """The break should not last longer; 0: no limit. Overrun is told, not enforced."""


@dataclass(frozen=True, slots=True)
class AgentLegUp:
    """The agent can be heard: the standing leg is answered, or one comes with each call (then
    ``Connect`` waits for it)."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AgentLegDown:
    """The leg is gone, or did not come with its call. An open offer is given back; a talk goes
    back to the head of its queue with the original time."""

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


@dataclass(frozen=True, slots=True)
class CallPicked:
    """The agent took a waiting call out of the queue by hand: joined without an offer."""

    agent: AgentId
    call: CallId
    ordered: bool = False
    """By a right to take calls of others: of any queue, whoever it is assigned to."""


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
    | CallPicked
)
