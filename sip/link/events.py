"""What a softphone tells its console."""

from __future__ import annotations

from typing import Literal

import msgspec

from sip.link.terms import SYSTEM, AudioState, EndReason, Message, Side


class _Event(Message, frozen=True, kw_only=True):
    t: float = 0.0


class Started(_Event, frozen=True, kw_only=True):
    port: int
    """The SIP port in use."""
    sound: Literal["device", "null"]


class Registered(_Event, frozen=True, kw_only=True):
    ok: bool
    code: int
    """SIP status."""
    reason: str = ""
    untrusted: bool = False
    """Refused by us: the registrar's certificate did not pass."""


class Incoming(_Event, frozen=True, kw_only=True):
    call: str
    """Name made by the softphone: ``in1``, ``in2``, …"""
    from_uri: str
    to_uri: str = ""
    """Whom the other side called, by its To header."""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    """``X-…`` headers only."""
    encrypted: bool = False
    """The sound would be (the offer says SRTP). Where ``Start.srtp`` asks for it, an open call is
    refused already: ``CallState`` ``ended`` follows."""


class CallState(_Event, frozen=True, kw_only=True):
    call: str
    state: Literal["calling", "ringing", "early", "connected", "ended"]
    """``early``: a provisional answer with audio. ``ended`` comes exactly once.

    A call made because the other side transferred us (REFER) is named ``xfer1``, ``xfer2``, …
    and starts with ``calling``."""
    code: int = 0
    reason: EndReason = "normal"
    """Only for ``ended``."""


class Audio(_Event, frozen=True, kw_only=True):
    call: str
    state: AudioState


class KeyHeard(_Event, frozen=True, kw_only=True):
    call: str
    key: str


class Played(_Event, frozen=True, kw_only=True):
    call: str
    file: str


class Heard(_Event, frozen=True, kw_only=True):
    """The set of tones now heard, ascending; ``t`` is when the change began."""

    call: str
    tones_hz: list[float]
    levels_dbfs: list[float]


class Quality(_Event, frozen=True, kw_only=True):
    call: str
    codec: str
    packets_in: int
    packets_out: int
    lost_in: int
    jitter_ms: float
    round_trip_ms: float


class EchoMeasured(_Event, frozen=True, kw_only=True):
    """``round_trip_ms``: from the frame that is said to the one in which it is heard, without the
    sound card; 0 when nothing ``returned``."""

    call: str
    sent: int
    returned: int
    round_trip_ms: float


class TransferState(_Event, frozen=True, kw_only=True):
    call: str
    code: int
    final: bool


class Device(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    inputs: int
    """Channels of its microphone; 0: it has none."""
    outputs: int
    default_input: bool = False
    default_output: bool = False


class Devices(_Event, frozen=True, kw_only=True):
    """Answers ``ListDevices``; comes by itself when a device was plugged in or out."""

    devices: list[Device]


class SoundState(_Event, frozen=True, kw_only=True):
    """What one side uses now. ``fallback``: the system's own device in place of the one asked for;
    ``none``: silence, until a device comes."""

    side: Side
    state: Literal["chosen", "fallback", "none"]
    device: str = SYSTEM
    """Id of the one in use."""
    name: str = ""
    """Its name where it is known."""
    wanted: str = SYSTEM
    detail: str = ""
    """For the log: why it is not the one asked for."""


class Levels(_Event, frozen=True, kw_only=True):
    """Mean levels of the last tenth of a second, after the volumes; -96 is silence."""

    microphone_dbfs: float
    speaker_dbfs: float


class Failed(_Event, frozen=True, kw_only=True):
    """A command could not be done; ``detail`` is for the log, ``code`` is stable."""

    seq: int
    code: Literal[
        "unknown_call", "bad_value", "no_file", "port_in_use", "sip", "too_many_calls", "no_sound"
    ]
    detail: str


class Stopped(_Event, frozen=True, kw_only=True):
    pass


Event = (
    Started
    | Registered
    | Incoming
    | CallState
    | Audio
    | KeyHeard
    | Played
    | Heard
    | Quality
    | EchoMeasured
    | TransferState
    | Devices
    | SoundState
    | Levels
    | Failed
    | Stopped
)
