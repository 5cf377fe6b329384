"""The far end of an encrypted call, for tests: a SIP server over TLS that answers one INVITE with
SRTP keys of its own and keeps the datagrams that come; and RFC 3711 to read them with the keys.
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import ssl
import struct
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.support import g711
from tests.support.sip_party import Message, accepted, parse, tones_in

SUITE = "AES_CM_128_HMAC_SHA1_80"
_TAG_BYTES = 10
_RTP_HEADER = 12


class SecureParty:
    """``start``, then be called at ``port``; ``offer`` is the SDP that came, ``packets`` what was
    sent to us."""

    def __init__(self, host: str, certificate: Path, key: Path) -> None:
        self._host = host
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self.port = 0
        self.offer = ""
        self.packets: list[bytes] = []
        self._server: asyncio.Server
        self._media: asyncio.DatagramTransport
        self._came = asyncio.Event()

    async def start(self) -> SecureParty:
        loop = asyncio.get_running_loop()
        self._media, _ = await loop.create_datagram_endpoint(
            lambda: _Media(self._take), local_addr=(self._host, 0)
        )
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        self._media.close()
        self._server.close()
        await self._server.wait_closed()

    async def until_packets(self, count: int, limit_s: float = 5.0) -> None:
        async with asyncio.timeout(limit_s):
            while len(self.packets) < count:
                self._came.clear()
                await self._came.wait()

    def _take(self, data: bytes) -> None:
        self.packets.append(data)
        self._came.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"(?i)\nContent-Length:\s*(\d+)", head)[1])
                message = parse(head + await reader.readexactly(length))
                if message.method == "INVITE" and not message.status:
                    self.offer = message.body
                if not message.status and message.method != "ACK":
                    writer.write(self._answer(message))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, request: Message) -> bytes:
        body = self._sdp() if request.method == "INVITE" else ""
        return accepted(request, f"sip:far@{self._host}:{self.port};transport=tls", "far", body)

    def _sdp(self) -> str:
        port = self._media.get_extra_info("sockname")[1]
        tag, _ = offered_key(self.offer)
        key = base64.b64encode(secrets.token_bytes(30)).decode()
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self._host}\r\ns=-\r\nc=IN IP4 {self._host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/SAVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a=crypto:{tag} {SUITE} inline:{key}\r\na=sendrecv\r\n"
        )


class _Media(asyncio.DatagramProtocol):
    def __init__(self, take) -> None:
        self._took = take

    def datagram_received(self, data: bytes, address) -> None:
        if not 64 <= data[1] & 0x7F <= 95:  # RTCP, RFC 5761 section 4
            self._took(data)


def offered_key(sdp: str) -> tuple[str, bytes]:
    """Tag, and master key with salt, of the suite that we answer with."""
    found = re.search(rf"a=crypto:(\d+) {SUITE} inline:([A-Za-z0-9+/=]+)", sdp)
    assert found is not None, "no keys were offered"
    return found[1], base64.b64decode(found[2])


@dataclass
class SrtpReader:
    """Reads packets of one direction: AES-CM with a key derivation rate of 0 (RFC 3711, 4.1.1 and
    4.3), for a stream of fewer than 65536 packets."""

    master: bytes
    _key: bytes = field(init=False)
    _salt: int = field(init=False)

    def __post_init__(self) -> None:
        self._key = self._derive(0, 16)
        self._salt = int.from_bytes(self._derive(2, 14), "big")

    def payload(self, packet: bytes) -> bytes:
        sequence, _, ssrc = struct.unpack_from("!HII", packet, 2)
        counter = (self._salt << 16) ^ (ssrc << 64) ^ (sequence << 16)
        return _aes_ctr(self._key, counter, packet[_RTP_HEADER:-_TAG_BYTES])

    def _derive(self, label: int, length: int) -> bytes:
        salt = int.from_bytes(self.master[16:30], "big") ^ (label << 48)
        return _aes_ctr(self.master[:16], salt << 16, bytes(length))


def _aes_ctr(key: bytes, counter: int, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CTR(counter.to_bytes(16, "big"))).encryptor()
    return cipher.update(data) + cipher.finalize()


def sound(payload: bytes) -> frozenset[int]:
    """The tones in 20 ms of A-law."""
    return tones_in(g711.decode(payload, "alaw"))
