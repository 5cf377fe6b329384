"""What is told about callbacks owed to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId

CallbackResult = Literal["reached", "no_answer", "busy", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class CallbackClosed:
    """A planned call back is settled by hand, without a call. ``by`` may be somebody who never was
    on a shift."""

    callback: CallbackId
    result: CallbackResult
    by: AgentId | None = None
    why: str = ""
    """In the words of who closed it."""


@dataclass(frozen=True, slots=True)
class CallbackAssigned:
    """It goes to this agent and to nobody else while the agent is at work, as ``CallAssigned``;
    None: to whoever comes first again."""

    callback: CallbackId
    agent: AgentId | None
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallbackPostponed:
    """The distribution offers it no earlier than ``until``; by hand it may be dialled at any time.
    None: now again."""

    callback: CallbackId
    until: float | None
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallbackReleased:
    """A person with the right has decided that this number, of a kind that the machine does not
    dial, may be dialled by the distribution for this callback; not ``released``: no more."""

    callback: CallbackId
    by: str
    released: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class ForgottenCall:
    """What stays known of a call whose record is kept no longer."""

    number: str | None
    placed_at: float
    queue: QueueId | None = None
    topic: str = ""
    callback: CallbackId | None = None
    """Which it served."""


@dataclass(frozen=True, slots=True)
class CallbackStillOwed:
    """The card of ``call`` says that the talk settled nothing: the person asked to be called later,
    or, ``in_vain``, we called and nobody could be spoken with. ``forgotten``: of a card that
    was filled in so late that the state has the call no more."""

    call: CallId
    by: AgentId
    in_vain: bool = False
    forgotten: ForgottenCall | None = None
    not_before: float | None = None
    """When the person wants to be called; None: after a usual while."""
    number: str | None = None
    """By which the person wants to be called, if the call showed no number."""
    anew: bool = False
    """The card tells another time since: it is promised though what was promised before is
    settled."""


CallbackFact = (
    CallbackClosed | CallbackAssigned | CallbackPostponed | CallbackReleased | CallbackStillOwed
)
