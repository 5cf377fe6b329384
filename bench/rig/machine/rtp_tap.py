"""RTP packets on loopback, as they pass: who sent one to whom, and when."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from typing import NamedTuple

_ETH_P_IP = 0x0800
_UDP = 17
_POLL_S = 0.2


class Packet(NamedTuple):
    t: float
    """``time.monotonic()``"""
    source: str
    target: str


def can_tap() -> bool:
    """A raw socket needs Linux and root."""
    return hasattr(socket, "AF_PACKET") and os.geteuid() == 0


class RtpTap:
    """``with`` it; ``packets`` are those since the last ``clear``."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_IP))
        self._socket.bind(("lo", _ETH_P_IP))
        self._socket.settimeout(_POLL_S)
        self._on = True
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> RtpTap:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._on = False
        self._thread.join()
        self._socket.close()

    def clear(self) -> None:
        self.packets = []

    def _run(self) -> None:
        while self._on:
            try:
                data, address = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            now = time.monotonic()
            if address[2] == socket.PACKET_HOST and _is_rtp(data):
                self.packets.append(
                    Packet(now, socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20]))
                )


def _is_rtp(data: bytes) -> bool:
    """An IPv4 datagram with RTP version 2 and one of the two G.711 (RFC 3551)."""
    start = (data[0] & 15) * 4 + 8
    if data[9] != _UDP or len(data) < start + 12:
        return False
    version, kind = struct.unpack_from("!BB", data, start)
    return version >> 6 == 2 and kind & 0x7F in (0, 8)
