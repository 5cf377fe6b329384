"""The real softphone's measure of an echo, against paths whose delay and losses are known."""

from __future__ import annotations

import pytest

from ekc_console.client.voice.echo import EchoResult, EchoTest
from sip.link.client import Softphone
from sip.link.protocol import Start
from tests.support.echo_party import EchoParty
from tests.support.net import fresh_host

pytestmark = pytest.mark.asyncio(loop_scope="package")

OWN_MS = 100
"""Frames, packets and jitter buffers of the softphone itself: 25 to 65 ms on a quiet machine."""


async def measured(**path: float) -> EchoResult:
    host = fresh_host()
    party = await EchoParty(host, **path).start()
    phone = await Softphone.spawn(Start(host=host, silence_detection=False))
    test = EchoTest(phone, f"sip:echo@{host}:{party.port}")
    phone.on_event = test.take
    try:
        return await test.run()
    finally:
        await phone.stop()
        party.stop()


@pytest.mark.long
async def test_delay_and_losses_are_those_of_the_path() -> None:
    near = await measured()
    far = await measured(delay_s=0.4)
    lossy = await measured(delay_s=0.05, lose_every=10)
    assert near.returned == far.returned == near.sent
    assert near.round_trip_ms < OWN_MS
    assert 400 <= far.round_trip_ms < 400 + OWN_MS
    assert max(near.loss, far.loss) < 3
    assert 8 <= lossy.loss <= 12
