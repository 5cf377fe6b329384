"""A person who listens to another's talk, is heard in it, or takes it over.

``by`` is who listens; ``why`` is free text without personal data, for the journal and the audit.
"""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.terms.ids import AgentId, CallId, ListenMode
from ekc_console.domain.terms.rights import Reach


@dataclass(frozen=True, slots=True)
class ListeningBegun:
    """``by`` listens to the call in this mode from now on: to another call than before, or in
    another mode, or for the first time."""

    by: AgentId
    call: CallId
    mode: ListenMode
    why: str = ""
    whose: Reach = "centre"
    """As far as the right of ``by`` goes: no further does the listening follow the call."""


@dataclass(frozen=True, slots=True)
class ListeningStopped:
    by: AgentId


@dataclass(frozen=True, slots=True)
class ListeningFailed:
    """The engine could not do what a ``Listen`` names; ``by`` hears nobody."""

    by: AgentId
    call: CallId
    reason: str


@dataclass(frozen=True, slots=True)
class CallTakenOver:
    """``by``, who listens to the call, has it from now on; its agent is free."""

    by: AgentId
    call: CallId
    why: str = ""


ListeningFact = ListeningBegun | ListeningStopped | ListeningFailed | CallTakenOver
