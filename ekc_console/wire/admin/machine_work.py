"""The state of the machine for who keeps it: every part, since when, and in words what it is."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.words import Words

PartKind = Literal[
    "engine",
    "trunk",
    "disk",
    "certificate",
    "journal",
    "tables",
    "recordings",
    "clock",
    "faults",
    "version",
    "condition",
]
"""``tables``: what lists and reports are read from; ``faults``: what broke inside and was lived
with; ``condition``: what else is not in order."""
PartState = Literal["ok", "attention", "trouble"]
"""``attention``: it works, somebody has to do something; ``trouble``: it does not work."""


class MachinePart(msgspec.Struct, frozen=True, kw_only=True):
    kind: PartKind
    name: str = ""
    """Of the trunk, the folder, the condition; "" for what there is one of."""
    state: PartState
    words: Words
    since: float
    """Since when it is in this state, as far as is known: not before the server's start. Seconds
    since the epoch."""


class GetMachine(Message, frozen=True, kw_only=True):
    """Result: ``Machine``."""


class Machine(Message, frozen=True, kw_only=True):
    parts: tuple[MachinePart, ...]
    """In a fixed order, conditions last."""
