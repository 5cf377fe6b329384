"""What is told about callbacks owed to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.ids import AgentId, CallbackId

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


CallbackFact = CallbackClosed | CallbackAssigned
