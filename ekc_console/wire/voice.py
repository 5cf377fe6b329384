"""How an operator's voice gets to the centre: a property of the operator's account."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message

VoiceWay = Literal["standing", "dial-in", "phone", "pbx"]
"""One leg of the softphone for the shift; one for each call; a telephone that the server calls;
a number at an organisation's PBX, where the softphone registers."""
PbxTransport = Literal["udp", "tcp", "tls"]
PbxMedia = Literal["off", "optional", "required"]
SecondCallPolicy = Literal["busy", "reject", "ring", "take"]


class PbxAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account at a PBX. The password is no part of it and is never written to a file."""

    user: str
    domain: str
    server: str = ""
    """``host[:port]`` of the registrar where it is not the domain."""
    number: str = ""
    """By which the server calls the operator; empty: ``user``."""
    transport: PbxTransport = "udp"
    srtp: PbxMedia = "off"
    """Of the sound; more than ``off`` needs ``tls``, for the keys travel in the signalling."""
    caller: str = ""
    """As whom the PBX shows the centre's calls; empty: it is not looked at."""
    second: SecondCallPolicy = "busy"
    """What another call gets: busy or a refusal at once; ringing, for the PBX to forward it; or it
    is shown to the operator, who may take it while the first one is held."""

    @property
    def registrar(self) -> str:
        return self.server or self.domain

    @property
    def name(self) -> str:
        return f"{self.user}@{self.domain}"


class VoiceSetting(Message, frozen=True, kw_only=True):
    """``number`` belongs to ``phone`` and ``pbx`` to ``pbx``; elsewhere they are empty."""

    way: VoiceWay = "standing"
    number: str = ""
    pbx: PbxAccount | None = None


class GetVoice(Message, frozen=True, kw_only=True):
    """Result: ``VoiceSetting`` of who asks."""
