"""Identifiers of the core. All are opaque strings made outside or numbered by the core."""

from typing import Literal, NewType

CallId = NewType("CallId", str)
"""One caller's (or one outgoing call's) line; equals the engine's leg id."""

AgentId = NewType("AgentId", str)
"""Login of an operator."""

QueueId = NewType("QueueId", str)
OfferId = NewType("OfferId", str)
"""Made by the core: ``o1``, ``o2``, … in order of creation."""

CallbackId = NewType("CallbackId", str)
"""Made by the core: ``cb1``, ``cb2``, … in order of creation."""

Role = Literal[
    "operator",
    "volunteer",
    "medic",
    "supervisor",
    "trainer",
    "trainee",
    "author",
    "analyst",
    "clinic",
    "admin",
]
"""Of a person who works here; what each may do: :mod:`ekc_console.domain.terms.rights`."""

ListenMode = Literal["listen", "whisper", "barge"]
"""Whether who listens to a talk is heard: by nobody, by the agent listened to alone, or by
everybody whom that one's voice reaches."""
