"""What all messages have in common."""

from __future__ import annotations

from typing import Literal

import msgspec

AgentState = Literal[
    "offline", "ready", "break", "offered", "connecting", "talking", "dialing", "consulting",
    "wrap_up", "not_responding",
]  # fmt: skip


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Base of all messages; the tag is the class name."""
