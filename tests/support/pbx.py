"""An organisation's PBX: a registrar with one account, and a stateless proxy to where it is.

RFC 3261, sections 10.3 (registrar) and 16.11 (stateless proxy), over UDP; sound goes past it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import cast

from tests.support.net import free_port, fresh_host

USER, PASSWORD = "1007", "spoken-at-the-office"
REALM, NONCE = "pbx", "n1"
Address = tuple[str, int]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def reply(request: str, status: str, header: str = "") -> str:
    lines = re.findall(r"(?mi)^((?:Via|From|To|Call-ID|CSeq):.*?)\r?$", request)
    lines = [f"{line};tag=r" if line.lower().startswith("to:") else line for line in lines]
    head = [f"SIP/2.0 {status}", *lines, *filter(None, [header]), "Content-Length: 0"]
    return "\r\n".join(head) + "\r\n\r\n"


def registered(request: str) -> tuple[str, str | None]:
    """The answer to a REGISTER, and the contact that is known from then on: empty after an
    unregistration, None when nothing changes."""
    given = re.search(r"(?mi)^Authorization: .*$", request)
    fields = dict(re.findall(r'(\w+)="([^"]*)"', given[0] if given else ""))
    secret = _md5(f"{USER}:{REALM}:{PASSWORD}")
    wanted = fields and _md5(f"{secret}:{NONCE}:{_md5('REGISTER:' + fields['uri'])}")
    if not fields or fields["response"] != wanted:
        challenge = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}"'
        return reply(request, "401 Unauthorized", challenge), None
    contact = re.search(r"(?mi)^Contact: *<([^>]*)>", request)
    lifetime = re.search(r"(?mi)^Expires: *(\d+)", request)
    assert contact
    assert lifetime
    if not int(lifetime[1]):
        return reply(request, "200 OK"), ""
    kept = f"Contact: <{contact[1]}>;expires={lifetime[1]}"
    return reply(request, "200 OK", kept), contact[1]


class Pbx(asyncio.DatagramProtocol):
    """``start``; then ``stop`` and ``start`` again as often as wanted."""

    def __init__(self) -> None:
        self.host = fresh_host()
        self.port = free_port(self.host)
        self.tries = 0
        """REGISTER requests with a password."""
        self._contact = ""
        self._sources: dict[str, Address] = {}
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    async def start(self) -> Pbx:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))
        return self

    async def stop(self) -> None:
        """Registrations are forgotten, as by a PBX that is switched off."""
        if self._transport:
            self._transport.close()
        self._transport, self._contact = None, ""
        await asyncio.sleep(0)  # the socket is closed in the next turn of the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, source: Address) -> None:
        text = data.decode()
        if not text.strip():
            return  # a softphone keeps its NAT open
        if text.startswith("SIP/2.0"):
            self._back(text)
        elif text.startswith("REGISTER"):
            self._register(text, source)
        elif self._contact:
            self._on(text, source)
        elif not text.startswith("ACK"):
            self._send(reply(text, "480 Temporarily Unavailable"), source)

    def _register(self, request: str, source: Address) -> None:
        self.tries += "response=" in request
        answer, contact = registered(request)
        self._contact = self._contact if contact is None else contact
        self._send(answer, source)

    def _on(self, request: str, source: Address) -> None:
        """To where the account is: our Via on top, derived from the one below it."""
        branch = re.search(r"branch=([^;\s]+)", request)
        assert branch
        mine = f"z9hG4bK-{_md5(branch[1])}"
        self._sources[mine] = source
        line, rest = request.split("\r\n", 1)
        method = line.split()[0]
        via = f"Via: SIP/2.0/UDP {self.address};branch={mine}"
        host, port = re.findall(r"@([\d.]+):(\d+)", self._contact)[0]
        self._send(f"{method} {self._contact} SIP/2.0\r\n{via}\r\n{rest}", (host, int(port)))

    def _back(self, response: str) -> None:
        mine = re.search(r"(?mi)^Via: [^\r]*branch=(z9hG4bK-\w+)[^\r]*\r\n", response)
        if mine and (source := self._sources.get(mine[1])):
            self._send(response.replace(mine[0], "", 1), source)

    def _send(self, text: str, to: Address) -> None:
        if self._transport:
            self._transport.sendto(text.encode(), to)
