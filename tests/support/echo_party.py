"""A SIP server that answers any call and gives its sound back, late and with losses of the test's
choice: to measure what measures them."""

from __future__ import annotations

import asyncio

from tests.support.sip_party import Message, accepted, parse


class EchoParty:
    """``start``, then be called at ``port``. Every ``lose_every``-th packet does not come back
    (0: all do)."""

    def __init__(self, host: str, *, delay_s: float = 0.0, lose_every: int = 0) -> None:
        self._host = host
        self._delay_s = delay_s
        self._lose_every = lose_every
        self._packets = 0
        self.port = 0

    async def start(self) -> EchoParty:
        loop = asyncio.get_running_loop()
        self._sip, _ = await loop.create_datagram_endpoint(
            lambda: _Socket(self._request), local_addr=(self._host, 0)
        )
        self._media, _ = await loop.create_datagram_endpoint(
            lambda: _Socket(self._sound), local_addr=(self._host, 0)
        )
        self.port = self._sip.get_extra_info("sockname")[1]
        return self

    def stop(self) -> None:
        self._sip.close()
        self._media.close()

    def _request(self, data: bytes, address: tuple[str, int]) -> None:
        message = parse(data)
        if not message.status and message.method in ("INVITE", "BYE"):
            self._sip.sendto(self._answer(message), address)

    def _answer(self, request: Message) -> bytes:
        body = self._sdp() if request.method == "INVITE" else ""
        return accepted(request, f"sip:echo@{self._host}:{self.port}", "echo", body)

    def _sdp(self) -> str:
        port = self._media.get_extra_info("sockname")[1]
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self._host}\r\ns=-\r\nc=IN IP4 {self._host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
        )

    def _sound(self, data: bytes, address: tuple[str, int]) -> None:
        if 64 <= data[1] & 0x7F <= 95:  # RTCP, RFC 5761 section 4
            return
        self._packets += 1
        if self._lose_every and self._packets % self._lose_every == 0:
            return
        asyncio.get_running_loop().call_later(self._delay_s, self._send, data, address)

    def _send(self, data: bytes, address: tuple[str, int]) -> None:
        if not self._media.is_closing():
            self._media.sendto(data, address)


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, take) -> None:
        self._take = take

    def datagram_received(self, data: bytes, address) -> None:
        self._take(data, address)
