"""Words that commands and events of the softphone share."""

from __future__ import annotations

from typing import Literal

import msgspec

EndReason = Literal[
    "normal",
    "busy",
    "rejected",
    "no_answer",
    "cancelled",
    "unauthorized",
    "not_found",
    "unreachable",
    "not_acceptable",
    "untrusted",
    "failed",
]
"""``untrusted``: the server's certificate is not signed by an authority that we were told to trust,
is out of date, or is for another name."""
Transport = Literal["udp", "tcp", "tls"]
Srtp = Literal["off", "optional", "required"]
AudioState = Literal["active", "local_hold", "remote_hold", "none"]
Side = Literal["microphone", "speaker", "ring"]
SYSTEM = ""
"""Device id: whatever the system takes by itself."""
SILENT_DBFS = -96.0
"""The level of no sound at all."""
NO_DEVICE = "off"
"""Device id of ``UseDevices.ring``: no ringing."""


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Base of all messages; the tag is the class name."""
