"""The server is behind NAT: callers outside are told its public address and the operators inside
its own one, in signalling and in SDP, and they hear each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.protocol import Account, CallerArrived, LegAnswered, OperatorArrived
from tests.interop.nat import RTP_FIRST, RTP_LAST, SIP_PORT, Nat
from tests.support.engine import AsteriskWorld, asterisk_program
from tests.support.sip_party import SipParty

CALLER_HZ, OPERATOR_HZ = 700, 1100


@pytest.fixture
async def nat(tmp_path: Path) -> AsyncIterator[Nat]:
    nat = Nat(tmp_path)
    try:
        yield await nat.start()
    finally:
        await nat.stop()


@pytest.fixture(params=["one address", "any address"])
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, nat: Nat
) -> AsyncIterator[AsteriskWorld]:
    world = AsteriskWorld(tmp_path, asterisk_program())
    world.settings = replace(
        world.settings,
        host=nat.server if request.param == "one address" else "0.0.0.0",
        public_host=nat.public,
        sip_port=SIP_PORT,
        rtp_first=RTP_FIRST,
        rtp_last=RTP_LAST,
        trunks=(Trunk("town", addresses=(f"{nat.caller}/32",), outbound=f"{nat.caller}:5060"),),
    )
    world.engine = AsteriskEngine(world.settings, world.program)
    yield await world.open()
    await world.close()


async def outsider(world: AsteriskWorld, nat: Nat) -> SipParty:
    with nat.outside():
        return await world.phone("79001112233", tone=CALLER_HZ, host=nat.caller)


async def insider(world: AsteriskWorld, nat: Nat) -> SipParty:
    """An operator's telephone with its standing leg in a bridge."""
    await world.engine.put_account(Account("op-anna", "secret"))
    phone = await world.phone("op-anna", tone=OPERATOR_HZ, password="secret", host=nat.operator)
    phone.call("standing", world.engine.sip_address(reached=nat.server))
    leg = (await world.events.get(OperatorArrived)).leg
    await world.engine.answer(leg)
    await world.engine.make_bridge("talk")
    await world.engine.join("talk", leg)
    await phone.until("connected")
    return phone


async def test_a_call_from_outside(world: AsteriskWorld, nat: Nat) -> None:
    operator = await insider(world, nat)
    caller = await outsider(world, nat)
    caller.call("122", world.engine.sip_address(reached=nat.caller))
    leg = (await world.events.get(CallerArrived)).leg
    await world.engine.answer(leg)
    await world.engine.join("talk", leg)
    await caller.until_hears({OPERATOR_HZ})
    await operator.until_hears({CALLER_HZ})
    assert (caller.told_contact, caller.told_sound) == (nat.public, nat.public)
    assert (operator.told_contact, operator.told_sound) == (nat.server, nat.server)


async def test_a_call_to_outside(world: AsteriskWorld, nat: Nat) -> None:
    operator = await insider(world, nat)
    callee = await outsider(world, nat)
    await world.engine.dial("out", world.outside_number, caller_id="122", timeout_s=5)
    await world.events.get(LegAnswered, leg="out")
    await world.engine.join("talk", "out")
    await callee.until_hears({OPERATOR_HZ})
    await operator.until_hears({CALLER_HZ})
    assert (callee.told_contact, callee.told_sound) == (nat.public, nat.public)
    await world.engine.hang_up("out")
    await callee.until("ended")
