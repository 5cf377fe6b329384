"""An organisation's PBX over TLS: a registrar with one account, and a proxy that stays in the way.

Whoever is behind it is reached by the connection that they opened (RFC 5626 in spirit); RFC 3261,
section 16.6 for Record-Route and Via.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from pathlib import Path

from tests.support.net import fresh_host
from tests.support.pbx import registered, reply
from tests.support.secure_centre import make_certificate


class SecurePbx:
    """``start``, then ``stop``. ``secure`` False: the same in the clear, over TCP."""

    def __init__(self, folder: Path, *, secure: bool = True) -> None:
        self.host = fresh_host()
        self.port = 0
        make_certificate(folder, self.host)
        self.ca = folder / "ca.pem"
        self._context: ssl.SSLContext | None = None
        if secure:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
        self.tries = 0
        """REGISTER requests with a password."""
        self.sdp: list[str] = []
        """The offers and answers that went through, in their order."""
        self._described = asyncio.Event()
        self._contact = ""
        self._phone: asyncio.StreamWriter | None = None
        self._centre: asyncio.StreamWriter | None = None
        self._server: asyncio.Server
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    async def start(self) -> SecurePbx:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    async def until_described(self, count: int, limit_s: float = 10.0) -> None:
        """Wait for so many offers and answers since the beginning."""
        async with asyncio.timeout(limit_s):
            while len(self.sdp) < count:
                self._described.clear()
                await self._described.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lstrip(b"\r\n")
                if not head:
                    continue  # a softphone keeps its connection open
                length = re.search(rb"(?i)\nContent-Length:\s*(\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                if body:
                    self.sdp.append(body.decode())
                    self._described.set()
                self._take((head + body).decode(), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _take(self, text: str, source: asyncio.StreamWriter) -> None:
        if text.startswith("REGISTER"):
            self.tries += "response=" in text
            answer, contact = registered(text)
            if contact is not None:
                self._contact, self._phone = contact, source if contact else None
            source.write(answer.encode())
            return
        if source is not self._phone:
            self._centre = source
        other = self._centre if source is self._phone else self._phone
        if other is None:
            if not text.startswith(("ACK", "SIP/2.0")):
                source.write(reply(text, "480 Temporarily Unavailable").encode())
            return
        other.write((self._back(text) if text.startswith("SIP/2.0") else self._on(text)).encode())

    def _on(self, request: str) -> str:
        line, rest = request.split("\r\n", 1)
        method, uri, _ = line.split()
        branch = re.search(r"branch=([^;\s]+)", rest)
        assert branch
        mine = f"z9hG4bK-{hashlib.sha256(branch[1].encode()).hexdigest()[:16]}"
        added = f"Via: SIP/2.0/TLS {self.address};branch={mine}\r\n"
        if "tag=" not in (re.search(r"(?mi)^To:.*$", rest) or [""])[0]:
            uri = self._contact
            added += f"Record-Route: <sip:{self.address};transport=tls;lr>\r\n"
        rest = re.sub(rf"(?mi)^Route: *<sip:{self.address}[^>]*>\r\n", "", rest)
        return f"{method} {uri} SIP/2.0\r\n{added}{rest}"

    @staticmethod
    def _back(response: str) -> str:
        return re.sub(r"(?mi)^Via: [^\r]*\r\n", "", response, count=1)
