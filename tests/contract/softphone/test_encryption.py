"""Encrypted calls of the real softphone: what a listener on the wire gets, and what is refused."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ekc_console.server.start import certificates
from sip.link.client import CallFailed, Softphone
from sip.link.protocol import Srtp, Start, Tone
from tests.support.net import fresh_host
from tests.support.secure_party import SecureParty, SrtpReader, offered_key, sound
from tests.support.softphone import WAIT_S

pytestmark = pytest.mark.asyncio(loop_scope="package")

HOST = fresh_host()
OTHER_HOST = fresh_host()
PACKETS = 25
"""Half a second."""


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our authority and certificate in ``.``, those of somebody else in ``other``."""
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.datetime.now(datetime.UTC)
    certificates.make(folder, [HOST], now)
    certificates.make(folder / "other", [HOST], now)
    return folder


@pytest_asyncio.fixture(loop_scope="package")
async def party(tls: Path) -> AsyncIterator[SecureParty]:
    party = await SecureParty(HOST, tls / "server.pem", tls / "server-key.pem").start()
    yield party
    await party.stop()


async def phone(authorities: str, *, srtp: Srtp = "required") -> Softphone:
    start = Start(
        host=HOST, transport="tls", srtp=srtp, authorities=authorities, silence_detection=False
    )
    return await Softphone.spawn(start)


async def test_the_sound_on_the_wire_is_readable_with_the_keys_only(
    tls: Path, party: SecureParty
) -> None:
    caller = await phone((tls / "ca.pem").read_text())
    try:
        call = await caller.call(f"sip:far@{HOST}:{party.port}", WAIT_S)
        caller.send(Tone(call=call, hz=700))
        await party.until_packets(2 * PACKETS)
        packets = party.packets[PACKETS : 2 * PACKETS]
    finally:
        await caller.stop()
    assert "RTP/SAVP " in party.offer
    assert "RTP/AVP " not in party.offer
    reader = SrtpReader(offered_key(party.offer)[1])
    assert [sound(reader.payload(packet)) for packet in packets] == [{700}] * PACKETS
    for packet in packets:
        assert packet[1] & 0x7F == 8
        assert len(packet) == 12 + 160 + 10
        assert sound(packet[12:172]) != {700}


@pytest.mark.parametrize("authorities", ["other/ca.pem", ""])
async def test_a_server_that_nobody_vouches_for_is_not_called(
    tls: Path, party: SecureParty, authorities: str
) -> None:
    caller = await phone((tls / authorities).read_text() if authorities else "")
    try:
        with pytest.raises(CallFailed) as caught:
            await caller.call(f"sip:far@{HOST}:{party.port}", WAIT_S)
    finally:
        await caller.stop()
    assert caught.value.reason == "untrusted"
    assert party.offer == ""


async def test_a_certificate_for_another_name_does_not_pass(tls: Path) -> None:
    party = await SecureParty(OTHER_HOST, tls / "server.pem", tls / "server-key.pem").start()
    caller = await phone((tls / "ca.pem").read_text())
    try:
        with pytest.raises(CallFailed) as caught:
            await caller.call(f"sip:far@{OTHER_HOST}:{party.port}", WAIT_S)
    finally:
        await caller.stop()
        await party.stop()
    assert caught.value.reason == "untrusted"
    assert party.offer == ""
