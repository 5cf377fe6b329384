"""Broken SIP from a known and from an unknown address: nothing of it stops the next real call."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.interop.centre import Centre
from tests.interop.operators import QuickOperator
from tests.interop.sipp import Callers
from tests.interop.test_sipp import check, served, trunk
from tests.support.net import fresh_host

ROUNDS = 20
GOOD_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)
BAD_SDP = (
    "v=0\r\nthis is no session description\r\n",
    "v=0\r\no=- x y IN IP4\r\nm=audio -5 RTP/AVP 999999999999\r\n",
    "m=" * 3000,
    GOOD_SDP.replace("c=IN IP4 {host}", "c=IN IP4 999.1.2.3.4"),
    GOOD_SDP.replace("RTP/AVP 8", "RTP/AVP 3").replace("8 PCMA", "3 GSM"),
    "\x00\x01\x02" * 40,
)


async def test_a_burst_of_broken_messages(open_centre: Any, tmp_path: Path) -> None:
    network, stranger = fresh_host(), fresh_host()
    centre: Centre = await open_centre([trunk(network)])
    operator = QuickOperator(await centre.operator("anna"), 1.0)
    engine = centre.engine_pid()

    for host in (network, stranger):
        await asyncio.to_thread(send, host, (centre.host, centre.sip_port))

    callers = Callers(
        host=network, target=centre.sip_address, calls=2, per_s=1, together=1, keys="10"
    )
    result = await served([operator], callers, tmp_path / "sipp")
    assert (result.placed, result.successful, result.failed) == (2, 2, 0), result.text
    check(await centre.settled(2), 2, ended_by="agent")
    assert centre.runs
    assert centre.engine_pid() == engine


def send(host: str, address: tuple[str, int]) -> None:
    """A burst over UDP; once over TCP too, each message in a connection that is then cut."""
    source = random.Random(122)
    messages = [message for n in range(ROUNDS) for message in broken(host, address, source, n)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((host, 0))
        for message in messages:
            udp.sendto(message[:60000], address)
    for message in broken(host, address, source, ROUNDS):
        with socket.create_connection(address, timeout=5, source_address=(host, 0)) as tcp:
            tcp.sendall(message)


def broken(
    host: str, address: tuple[str, int], source: random.Random, number: int
) -> Iterator[bytes]:
    good = invite(host, address, GOOD_SDP.format(host=host), f"{number}-good")
    yield source.randbytes(source.randrange(1, 1400))
    yield b"\r\n" * 50
    yield good[: source.randrange(20, good.index(b"Call-ID"))]
    for index, sdp in enumerate(BAD_SDP):
        yield invite(host, address, sdp.format(host=host), f"{number}-sdp{index}")
    for index, (line, other) in enumerate(
        (
            (b"CSeq: 1 INVITE", b"CSeq: one INVITE"),
            (b"CSeq: 1 INVITE", b"CSeq: 99999999999999999999 BYE"),
            (b"Max-Forwards: 70", b"Max-Forwards: -1"),
            (b"SIP/2.0\r\n", b"SIP/9.9\r\n"),
            (b"Content-Type: application/sdp", b'Content-Type: application/sdp;;;="'),
            (b"Via: ", b"Vai: "),
            (b"Contact: <", b"Contact: <<<<"),
            (b"From: <sip:", b"From: <sip:%%%\xff\xfe"),
            (b"INVITE sip:122@", b"INVITE sip:" + b"~" * 5000 + b"@"),
            (b"Content-Length: ", b"Content-Length: -"),
        )
    ):
        message = invite(host, address, GOOD_SDP.format(host=host), f"{number}-line{index}")
        assert line in message
        yield message.replace(line, other)


def invite(host: str, address: tuple[str, int], body: str, name: str) -> bytes:
    """A call with this body, for which the rest is as it should be."""
    lines = (
        f"INVITE sip:122@{address[0]}:{address[1]} SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:5070;branch=z9hG4bK-{name}",
        f"From: <sip:+79000000666@{host}>;tag={name}",
        f"To: <sip:122@{address[0]}>",
        f"Call-ID: {name}@{host}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:+79000000666@{host}:5070>",
        "Max-Forwards: 70",
        "Content-Type: application/sdp",
        f"Content-Length: {len(body.encode())}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
