"""Registration with a digest password, against a registrar of twenty lines."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from typing import cast

import pytest

from sip.link.client import Softphone
from sip.link.protocol import Registered, Start
from tests.support.net import fresh_host
from tests.support.softphone import WAIT_S

USER, PASSWORD, REALM, NONCE = "operator1", "secret", "ekc", "n1"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Registrar(asyncio.DatagramProtocol):
    """Challenges each REGISTER and keeps the lifetimes of those with the right answer."""

    def __init__(self) -> None:
        self.lifetimes: asyncio.Queue[int] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        request = data.decode()
        if not request.startswith("REGISTER"):
            return
        if "Authorization:" not in request or not self._answers(request):
            challenge = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}"'
            self._reply(request, "401 Unauthorized", challenge, address)
        else:
            lifetime = re.search(r"(?mi)^Expires: *(\d+)", request)
            contact = re.search(r"(?mi)^Contact: *(<[^>]*>)", request)
            assert lifetime is not None
            seconds = int(lifetime[1])
            self.lifetimes.put_nowait(seconds)
            kept = f"Contact: {contact[1]};expires={seconds}" if contact and seconds else ""
            self._reply(request, "200 OK", kept, address)

    def _answers(self, request: str) -> bool:
        fields = dict(re.findall(r'(\w+)="([^"]*)"', request))
        secret = _md5(f"{USER}:{REALM}:{PASSWORD}")
        expected = _md5(f"{secret}:{NONCE}:{_md5('REGISTER:' + fields['uri'])}")
        return (fields["username"], fields["response"]) == (USER, expected)

    def _reply(self, request: str, status: str, header: str, address: tuple[str, int]) -> None:
        names = "Via|From|To|Call-ID|CSeq"
        lines = re.findall(rf"(?mi)^((?:{names}):.*?)\r?$", request)
        lines = [f"{line};tag=r" if line.lower().startswith("to:") else line for line in lines]
        head = [f"SIP/2.0 {status}", *lines, *filter(None, [header]), "Content-Length: 0"]
        self._transport.sendto(("\r\n".join(head) + "\r\n\r\n").encode(), address)


@pytest.fixture
async def registrar() -> AsyncIterator[tuple[Registrar, str]]:
    host = fresh_host()
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        Registrar, local_addr=(host, 0)
    )
    yield protocol, f"{host}:{transport.get_extra_info('sockname')[1]}"
    transport.close()


async def test_registration_and_its_end(registrar: tuple[Registrar, str]) -> None:
    server, address = registrar
    phone = await Softphone.spawn(
        Start(host=fresh_host(), user=USER, password=PASSWORD, registrar=address)
    )
    registered = await phone.wait_for(Registered, WAIT_S)
    assert (registered.ok, registered.code) == (True, 200)
    assert await server.lifetimes.get() > 0
    await phone.stop()
    assert phone.exit_code == 0
    async with asyncio.timeout(WAIT_S):
        assert await server.lifetimes.get() == 0


async def test_a_wrong_password(registrar: tuple[Registrar, str]) -> None:
    _, address = registrar
    phone = await Softphone.spawn(
        Start(host=fresh_host(), user=USER, password="wrong", registrar=address)
    )
    registered = await phone.wait_for(Registered, WAIT_S)
    assert (registered.ok, registered.code) == (False, 401)
    await phone.stop()
    assert phone.exit_code == 0
