"""What a console asks of its softphone. Each docstring names the events that tell of success."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from sip.link.terms import NO_DEVICE, SYSTEM, Message, Srtp, Transport


class _Command(Message, frozen=True, kw_only=True):
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
    follows_transfers: bool = False
    """Call where a REFER of the other side points to; else it is declined (603)."""
    log_file: str = ""


class Call(_Command, frozen=True, kw_only=True):
    """Call ``uri`` (``sip:standing@127.0.0.1:5060;transport=tcp``). Events: ``CallState`` …"""

    call: str
    """Our name for the call, used in everything that follows."""
    uri: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
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
