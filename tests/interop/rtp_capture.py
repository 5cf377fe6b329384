"""A capture file with one caller's media, for sipp's ``play_pcap_audio``: a tone, a key by RFC
4733, the tone again, all in one RTP stream with continuous sequence numbers and timestamps.

sipp takes the UDP payloads and their times from it; addresses and ports are its own.
"""

from __future__ import annotations

import io
import math
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

RATE_HZ = 8000
FRAME = 160
FRAME_S = FRAME / RATE_HZ
EVENT_TYPE = 101
"""Payload type of telephone-event; the SDP must say the same."""
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8}
_KEYS = "0123456789*#ABCD"
_EVENT_FRAMES = 8
_VOLUME = 10
_LEVEL = 0.25

Codec = Literal["PCMA", "PCMU"]


def write(
    path: Path, *, hz: float, key: str, key_at_s: float, seconds: float, codec: Codec
) -> None:
    """``seconds`` of a sine with ``key`` pressed at ``key_at_s``."""
    frames = round(seconds / FRAME_S)
    key_frame = round(key_at_s / FRAME_S)
    with path.open("wb") as file:
        # libpcap: magic, version 2.4, zone, accuracy, longest packet, Ethernet
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for at_s, rtp in _packets(frames, key_frame, hz, key, codec):
            packet = _ethernet(rtp)
            whole, part = int(at_s), round(at_s % 1 * 1_000_000)
            file.write(struct.pack("<IIII", whole, part, len(packet), len(packet)) + packet)


def _packets(
    frames: int, key_frame: int, hz: float, key: str, codec: Codec
) -> Iterator[tuple[float, bytes]]:
    ssrc = random.getrandbits(32)
    sound = _sound(frames, hz, codec)
    sequence = 0
    for frame in range(frames):
        since_key = frame - key_frame
        if 0 <= since_key < _EVENT_FRAMES:
            last = since_key == _EVENT_FRAMES - 1
            event = _event(key, since_key + 1, last)
            # The end is sent three times, for it may be lost (RFC 4733, 2.5.1.4).
            for _ in range(3 if last else 1):
                marker = 0x80 if since_key == 0 else 0
                yield frame * FRAME_S, _rtp(marker | EVENT_TYPE, sequence, key_frame, ssrc) + event
                sequence += 1
        else:
            kind = PAYLOAD_TYPES[codec] | (0x80 if frame == 0 else 0)
            yield (
                frame * FRAME_S,
                _rtp(kind, sequence, frame, ssrc) + sound[frame * FRAME :][:FRAME],
            )
            sequence += 1


def _rtp(kind: int, sequence: int, frame: int, ssrc: int) -> bytes:
    return struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, frame * FRAME, ssrc)


def _event(key: str, frames: int, last: bool) -> bytes:
    flags = (0x80 if last else 0) | _VOLUME
    return struct.pack("!BBH", _KEYS.index(key), flags, frames * FRAME)


def _sound(frames: int, hz: float, codec: Codec) -> bytes:
    """G.711 samples of a sine."""
    samples = _LEVEL * np.sin(2 * math.pi * hz * np.arange(frames * FRAME) / RATE_HZ)
    encoded = io.BytesIO()
    subtype = {"PCMA": "ALAW", "PCMU": "ULAW"}[codec]
    soundfile.write(encoded, samples, RATE_HZ, format="RAW", subtype=subtype)
    return encoded.getvalue()


def _ethernet(payload: bytes) -> bytes:
    """With IPv4 and UDP headers of which sipp reads the lengths only."""
    udp = struct.pack("!HHHH", 6000, 6000, 8 + len(payload), 0) + payload
    address = bytes((127, 0, 0, 1))
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, address, address)
    return bytes(12) + b"\x08\x00" + ip + udp
