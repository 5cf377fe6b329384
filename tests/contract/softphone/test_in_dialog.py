"""What a peer asks within a call, as the real softphone answers it: the call lives on, and nobody
makes it dial."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sip.link.client import Softphone
from sip.link.protocol import CallState, Start
from tests.support.net import fresh_host
from tests.support.sip_party import SipParty
from tests.support.softphone import WAIT_S

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def phone() -> AsyncIterator[Softphone]:
    phone = await Softphone.spawn(Start(host=fresh_host(), auto_answer=True))
    yield phone
    await phone.stop()


@pytest_asyncio.fixture(loop_scope="package")
async def peer(phone: Softphone) -> AsyncIterator[SipParty]:
    peer = await SipParty(fresh_host(), "peer").open()
    peer.call("phone", phone.uri.removeprefix("sip:").split("@")[-1].split(";")[0])
    await peer.until("connected")
    await phone.wait_for(CallState, WAIT_S, state="connected")
    yield peer
    await peer.close()


IN_DIALOG = [
    ("OPTIONS", "", "", 200),
    ("INFO", "", "", 200),
    ("INFO", "application/x-unknown", "x", 415),
    ("MESSAGE", "text/plain", "hello", 200),
    ("NOTIFY", "", "", 489),
    ("SUBSCRIBE", "", "", 489),
    ("PUBLISH", "", "", 489),
    ("DANCE", "", "", 501),
]


@pytest.mark.parametrize(("method", "kind", "body", "status"), IN_DIALOG)
async def test_a_request_within_the_call_is_answered_and_the_call_lives(
    phone: Softphone, peer: SipParty, method: str, kind: str, body: str, status: int
) -> None:
    answer = await peer.ask(method, kind, body)
    assert answer == status
    assert await peer.ask("OPTIONS") == 200
    assert len(phone.live_calls) == 1


async def test_a_peer_makes_nobody_dial(phone: Softphone, peer: SipParty) -> None:
    stranger = await SipParty(fresh_host(), "dear").open()
    refer = f"Refer-To: <sip:dear@{stranger.host}:5060>\r\n"
    assert await peer.ask("REFER", headers=refer) == 603
    assert await peer.ask("OPTIONS") == 200
    assert (stranger.invited, len(phone.live_calls)) == (0, 1)
    await stranger.close()


async def test_a_peer_cannot_tell_of_a_transfer_that_nobody_asked_for(
    phone: Softphone, peer: SipParty
) -> None:
    news = "Event: refer\r\nSubscription-State: active\r\n"
    answer = await peer.ask("NOTIFY", "message/sipfrag", "SIP/2.0 200 OK", headers=news)
    assert answer in (481, 500)
    assert len(phone.live_calls) == 1


@pytest.mark.long
async def test_a_stranger_takes_nobodys_place(phone: Softphone, peer: SipParty) -> None:
    stranger = await SipParty(fresh_host(), "stranger").open()
    stranger.call("phone", f"{peer._peer[0]}:{peer._peer[1]}", replaces=peer.replacing)
    await stranger.until("ended")
    assert stranger.code == 603
    assert peer.state == "connected"
    assert await peer.ask("OPTIONS") == 200
    await stranger.close()
