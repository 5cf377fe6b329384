"""What is told about calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId

EndedBy = Literal["caller", "agent", "system", "engine"]
"""Who ended a call. ``caller`` is the outside party of incoming and outgoing calls alike;
``engine`` means that the telephony engine died or lost the line."""


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller's INVITE came in over the trunk; the voice menu has the call."""

    call: CallId
    number: str | None
    """Caller's number in E.164 (``+7…``), None when withheld."""
    called: str
    """The number that was dialled, as the trunk gave it."""
    since: float | None = None
    """When the caller came, where the engine held the call because no server was there."""
    trunk: str = ""
    """Over which it came, by its name in the settings; empty: nobody told."""


@dataclass(frozen=True, slots=True)
class CallMissed:
    """A caller came and went while no server was there: known only from the engine's notes."""

    call: CallId
    number: str | None
    called: str
    since: float
    """When the caller came, in seconds since the epoch."""
    left: float | None = None
    """When the caller hung up; None when the line was lost with the engine."""


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
    """What is asked of the agent, each as ``domain.skills`` reads it: ``english``, ``english>=3``;
    with ``?`` at the end it is wished for and no more."""
    priority: int = 0
    """Higher goes first; one step outweighs ``QueueSettings.priority_step_s`` of waiting."""
    preferred: AgentId | None = None
    """Who talked with this person last; has the first claim for ``preferred_agent_s``."""


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """The caller asked, in a scenario, to be called back. Nothing comes of it when the number is
    withheld."""

    call: CallId
    queue: QueueId
    topic: str


@dataclass(frozen=True, slots=True)
class PlaceKept:
    """A caller who waits pressed the key for "call me back, I keep my place". The line is ended
    by us; the callback waits in the queue with the caller's own time."""

    call: CallId


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
    agent: AgentId | None = None
    """Who has the call and put it on hold. None: not known, of a journal that did not tell."""


@dataclass(frozen=True, slots=True)
class CallResumed:
    call: CallId
    agent: AgentId | None = None
    """As ``CallHeld.agent``."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call's line is gone, in whatever state it was."""

    call: CallId
    by: EndedBy
    cause: str = ""
    """Of a call out that nobody took as ``terms.dial_ends`` reads it."""
    at: float | None = None
    """When, if that was before it became known: nobody saw it. None: now."""
    trunk: str = ""
    """Of a call out that nobody answered: the one that was asked last."""


@dataclass(frozen=True, slots=True)
class CallPlaced:
    """An agent asked for an outgoing call; the agent counts as busy from here. ``about``: the call
    that is being wrapped up, for whose caller an emergency service is called."""

    call: CallId
    agent: AgentId
    number: str
    callback: CallbackId | None = None
    about: CallId | None = None


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The outside party of an outgoing call picked up."""

    call: CallId
    trunk: str = ""
    """That took the call."""


@dataclass(frozen=True, slots=True)
class ForwardAnswered:
    """The outside number of a ``Forward`` picked up and is joined with the caller."""

    call: CallId


@dataclass(frozen=True, slots=True)
class ForwardFailed:
    """The outside number of a ``Forward`` did not pick up; ``reason`` is as ``CallEnded.cause``."""

    call: CallId
    reason: str


CallFact = (
    CallArrived
    | CallMissed
    | CallStepEntered
    | CallQueued
    | CallbackAsked
    | PlaceKept
    | CallBridged
    | CallBridgeFailed
    | CallHeld
    | CallResumed
    | CallEnded
    | CallPlaced
    | CallAnswered
    | ForwardAnswered
    | ForwardFailed
)
