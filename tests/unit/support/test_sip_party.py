"""The telephone with which the engine is tried."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.support.net import fresh_host
from tests.support.sip_party import SipParty, parse

pytestmark = pytest.mark.asyncio

_MORE = "Max-Forwards: 70\r\nFrom: <sip:122@x>;tag=1\r\nTo: <sip:7@x>\r\n"


async def test_what_ends_another_call_does_not_end_this_one() -> None:
    """Such a request is left over from a telephone that had this address before."""
    phone = await SipParty(fresh_host(), "79005556677", behaviour="ring").open()
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((fresh_host(), 0))
    wire.setblocking(False)

    async def ask(method: str, call: str) -> int:
        request = (
            f"{method} sip:7@x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK{call}{method}\r\n"
            f"{_MORE}Call-ID: {call}\r\nCSeq: 1 {method}\r\nContact: <sip:122@x>\r\n\r\n"
        )
        loop = asyncio.get_running_loop()
        await loop.sock_sendto(wire, request.encode(), (phone.host, 5060))
        async with asyncio.timeout(5):
            return parse(await loop.sock_recv(wire, 4000)).status

    assert await ask("INVITE", "this") == 100
    await phone.until("ringing")
    async with asyncio.timeout(5):
        assert parse(await asyncio.get_running_loop().sock_recv(wire, 4000)).status == 180
    for method in ("CANCEL", "BYE"):
        assert await ask(method, "another") == 481
        assert phone.state == "ringing"
    assert await ask("CANCEL", "this") == 200
    assert phone.state == "ended"
    await phone.close()
    wire.close()
