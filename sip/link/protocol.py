"""Messages between a console and its softphone process.

One JSON object a line, ``type`` tells which. Commands go in, events come out. A command that
fails is answered by :class:`Failed` with its ``seq``; success shows as the events named in each
command's docstring. ``t`` is CLOCK_MONOTONIC seconds, taken in the softphone's PJSIP thread, so
that latencies can be measured across processes of one machine.
"""

from __future__ import annotations

from typing import ClassVar, Literal

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


class _Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Base of all messages; the tag is the class name."""


# -- commands ------------------------------------------------------------------


class _Command(_Message, frozen=True, kw_only=True):
    seq: int = 0
    """Chosen by the sender; given back in ``Failed``."""


class Start(_Command, frozen=True, kw_only=True):
    """Must be the first command. Event: ``Started``.

    ``port`` 0 takes a free one. ``transport`` ``tls`` checks the server's certificate and the name
    in it, always. ``sound``: ``device`` opens the system's microphone and speaker
    and goes on in silence where there is none (``SoundState`` tells each), ``null`` runs without.
    """

    host: str = "127.0.0.1"
    port: int = 0
    rtp_port: int = 0
    transport: Transport = "udp"
    authorities: str = ""
    """With ``tls``: whose signature on a server's certificate is good, as PEM text; empty: the
    authorities that this system knows."""
    srtp: Srtp = "off"
    """``optional``: sound is encrypted (SDES, RFC 4568) where the other side does it too.
    ``required``: a call that would not be fails with ``not_acceptable``; with a ``registrar`` calls
    are then only taken. Needs ``tls``: the keys travel in the signalling."""
    user: str = "anonymous"
    display_name: str = ""
    domain: str = ""
    """Host part of our own SIP address; ``host`` when empty."""
    password: str = ""
    registrar: str = ""
    """``host:port`` to register at; empty: no registration. Event then: ``Registered``."""
    sound: Literal["device", "null"] = "null"
    silence_detection: bool = True
    """Stop sending while we are silent (VAD)."""
    auto_answer: bool = False
    log_file: str = ""


class Call(_Command, frozen=True, kw_only=True):
    """Call ``uri`` (``sip:standing@127.0.0.1:5060;transport=tcp``). Events: ``CallState`` …"""

    call: str
    """Our name for the call, used in everything that follows."""
    uri: str
    headers: dict[str, str] = {}
    from_user: str = ""
    """User part of the From header of this call; ``Start.user`` when empty."""


class Answer(_Command, frozen=True, kw_only=True):
    call: str
    code: int = 200
    """180 rings, 200 answers, 486/603 refuses."""


class HangUp(_Command, frozen=True, kw_only=True):
    call: str


class Hold(_Command, frozen=True, kw_only=True):
    """Event: ``Audio`` with ``local_hold``."""

    call: str


class Unhold(_Command, frozen=True, kw_only=True):
    """Event: ``Audio`` with ``active``."""

    call: str


class Mute(_Command, frozen=True, kw_only=True):
    """Microphone off or on; what plays from a file or tone is muted too."""

    call: str
    on: bool = True


class ExpectOther(_Command, frozen=True, kw_only=True):
    """Another party will be heard in the call from now on, through the same stream.

    Its RTP timestamps may begin anywhere (a server that moves calls into a standing leg forwards
    them unchanged); without this the first second of one that begins a little before the last
    party's end would be dropped as late audio. What is buffered is dropped.
    """

    call: str


class SendKeys(_Command, frozen=True, kw_only=True):
    """DTMF by RFC 4733: ``0-9 * # A-D``."""

    call: str
    keys: str


class Transfer(_Command, frozen=True, kw_only=True):
    """Blind transfer by REFER. Event: ``TransferState``."""

    call: str
    uri: str


class Play(_Command, frozen=True, kw_only=True):
    """Play a WAV (mono s16, 8 or 16 kHz) into the call instead of the microphone.
    Event: ``Played`` at the end (not when looped)."""

    call: str
    file: str
    loop: bool = False


class StopPlaying(_Command, frozen=True, kw_only=True):
    call: str


class Tone(_Command, frozen=True, kw_only=True):
    """Send a sine into the call instead of the microphone; ``hz`` 0 ends it."""

    call: str
    hz: float
    level_dbfs: float = -12.0


class Record(_Command, frozen=True, kw_only=True):
    """Write what we hear into a WAV (8 kHz mono s16) until the call's end; empty ends it."""

    call: str
    file: str


class Listen(_Command, frozen=True, kw_only=True):
    """Report tones heard: event ``Heard`` at every change. Empty ends it."""

    call: str
    tones_hz: list[float]
    threshold_dbfs: float = -40.0


class MeasureEcho(_Command, frozen=True, kw_only=True):
    """Say eight short chirps into a call whose other end gives back what it hears, instead of the
    microphone. Event: ``EchoMeasured`` after 5.3 s."""

    call: str


class Statistics(_Command, frozen=True, kw_only=True):
    """Event: ``Quality`` once."""

    call: str


class ListDevices(_Command, frozen=True, kw_only=True):
    """Event: ``Devices``."""


# The commands that follow need ``Start.sound`` = ``device``, else ``Failed`` with ``no_sound``.


class UseDevices(_Command, frozen=True, kw_only=True):
    """Microphone, speaker and ring device from now on, by ``Device.id``.

    A device that is not there is waited for, and the system's own serves meanwhile. Events:
    ``SoundState`` once for each side, and again at every change.
    """

    microphone: str = SYSTEM
    speaker: str = SYSTEM
    ring: str = NO_DEVICE


class SetVolume(_Command, frozen=True, kw_only=True):
    """Factors from 0 to 4; 1 leaves the sound as it is."""

    microphone: float = 1.0
    speaker: float = 1.0
    ring: float = 1.0


class Ring(_Command, frozen=True, kw_only=True):
    """Ring on the ring device until told to stop. Without one nothing is heard."""

    on: bool = True


class WatchLevels(_Command, frozen=True, kw_only=True):
    """Event: ``Levels`` ten times a second, until told to stop."""

    on: bool = True


class TestTone(_Command, frozen=True, kw_only=True):
    """A second of tone on the speaker, or one ring on the ring device."""

    __test__: ClassVar[bool] = False
    side: Literal["speaker", "ring"] = "speaker"


class HearYourself(_Command, frozen=True, kw_only=True):
    """Give the microphone to the speaker, half a second later, until told to stop."""

    on: bool = True


class Quit(_Command, frozen=True, kw_only=True):
    """Hang up all, end the process. Event: ``Stopped``."""


Command = (
    Start
    | Call
    | Answer
    | HangUp
    | Hold
    | Unhold
    | Mute
    | ExpectOther
    | SendKeys
    | Transfer
    | Play
    | StopPlaying
    | Tone
    | Record
    | Listen
    | MeasureEcho
    | Statistics
    | ListDevices
    | UseDevices
    | SetVolume
    | Ring
    | WatchLevels
    | TestTone
    | HearYourself
    | Quit
)


# -- events --------------------------------------------------------------------


class _Event(_Message, frozen=True, kw_only=True):
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
    headers: dict[str, str] = {}
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
