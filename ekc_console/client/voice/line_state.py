"""What a line of the operator's voice is to others: its state, and what it is made with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from ekc_console.client.voice.quality import LineQuality
from ekc_console.wire import messages
from sip.link.client import EventSink, Phone
from sip.link.protocol import Start

Sound = Literal["device", "null"]
MOST_KEYS = 12
APART_S = 2.0
"""Keys that follow each other later than that are two answers."""


class PhoneFactory(Protocol):
    """Brings up a softphone process: ``Softphone.spawn``. Raises SoftphoneError."""

    def __call__(self, start: Start, *, on_event: EventSink | None) -> Awaitable[Phone]: ...


OpenLine = Callable[[], Awaitable[messages.Line]]
"""Asks the server for the shift's SIP credentials."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What an automatic operator says and keeps instead of a microphone and a loudspeaker."""

    play_file: str = ""
    """WAV, repeated while a call is talked."""
    tone_hz: float = 0.0
    record: str = ""
    """WAV with what is heard on the leg; a redialled leg writes ``<stem>-2.wav`` and so on."""


@dataclass(frozen=True, slots=True)
class LineState:
    state: Literal["off", "connecting", "up", "failed"]
    """``failed``: the last try did not succeed, the next one comes by itself."""
    detail: str = ""
    """For people: why not up, or what is wrong with the sound."""
    sound: Sound = "null"
    muted: bool = False
    """By the operator's own wish."""
    transmitting: bool = False
    """The microphone is open now."""
    per_call: bool = False
    """The leg comes with each call; ``up`` without one means that it has been proved."""
    quality: LineQuality | None = None
    """Of the last seconds of a talk; None when there is none, or too little came."""
    keys: str = ""
    """Pressed in this talk by whom one talks with, the last ones, ``1 11``: they are not heard."""
    key_at: float = 0.0
    """When the last one was, seconds of the softphone's clock."""

    def with_key(self, key: str, at: float) -> LineState:
        apart = " " if self.keys and at - self.key_at > APART_S else ""
        keys = (self.keys + apart + key)[-MOST_KEYS:].strip()
        return replace(self, keys=keys, key_at=at)
