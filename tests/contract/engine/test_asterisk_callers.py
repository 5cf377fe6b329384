"""Asterisk alone: who is let in as what, and callers for whom no server is there."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.protocol import (
    Account,
    CallerArrived,
    EngineUp,
    LegEnded,
    OperatorArrived,
)
from sip.link.client import Softphone
from sip.link.protocol import Start
from tests.contract.engine.test_asterisk_process import node_of
from tests.support.engine import (
    MUSIC,
    AsteriskWorld,
    Events,
    asterisk_program,
    put_caller,
    put_operator,
    until,
)
from tests.support.net import fresh_host
from tests.support.sip_party import SipParty

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="town")
async def _town(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[AsteriskWorld, SipParty]]:
    """An engine whose first trunk is one network, so that there are strangers, and whose second
    registers at a provider."""
    world = AsteriskWorld(tmp_path_factory.mktemp("town"), asterisk_program())
    provider = await SipParty(fresh_host(), "79002223344").open()
    trunks = (
        replace(world.settings.trunks[0], addresses=("127.64.0.0/10", "127.128.0.0/9")),
        Trunk(
            "provider",
            mode="register",
            registrar=f"{provider.host}:5060",
            user="4950000122",
            password="p=a#s's\\word",
        ),
    )
    world.settings = replace(world.settings, trunks=trunks)
    world.engine = AsteriskEngine(world.settings, world.program)
    yield await world.open(), provider
    await world.close()
    await provider.close()


@pytest_asyncio.fixture(loop_scope="session", name="world")
async def _world(town: tuple[AsteriskWorld, SipParty]) -> AsyncIterator[AsteriskWorld]:
    yield town[0]
    await town[0].clean()


async def test_a_stranger_is_refused_whatever_its_name(world: AsteriskWorld) -> None:
    for number, name in enumerate(("79001112233", "trunk-town", "anonymous", "standing"), 1):
        phone = await world.phone(name, tone=0, host=f"127.9.{os.getpid() % 255}.{number}")
        phone.call("122", world.engine.sip_address())
        await phone.until("ended")
        assert phone.code == 401
    assert world.events.of(CallerArrived) == []


async def test_a_trunk_caller_named_like_an_operator_gets_nothing(world: AsteriskWorld) -> None:
    await world.engine.put_account(Account("op-anna", "secret"))
    for called in ("standing", "122"):
        phone = await world.phone("op-anna", tone=0)
        phone.call(called, world.engine.sip_address())
        await phone.until("ended")
        assert phone.code == 401
    assert world.events.of(OperatorArrived) == world.events.of(CallerArrived) == []


async def test_a_trunk_caller_cannot_reach_the_operators_entry(world: AsteriskWorld) -> None:
    phone = await world.phone("79001112233", tone=0)
    phone.call("standing", world.engine.sip_address())
    await phone.until("ended")
    assert phone.code == 404


async def test_an_operator_cannot_reach_the_callers_entry(world: AsteriskWorld) -> None:
    await world.engine.put_account(Account("op-anna", "secret"))
    phone = await world.phone("op-anna", tone=0, password="secret")
    phone.call("122", world.engine.sip_address())
    await phone.until("ended")
    assert phone.code == 404


@pytest.mark.parametrize(
    ("called", "seen"), [("122", "122"), ("+74951234567", "+74951234567"), ("*12#", "*12#")]
)
async def test_called_numbers_reach_us(world: AsteriskWorld, called: str, seen: str) -> None:
    phone = await world.phone("79001112233", tone=0)
    phone.call(called, world.engine.sip_address())
    assert (await world.events.get(CallerArrived)).called == seen


@pytest.mark.parametrize(("how", "code"), [({"busy": True}, 486), ({"forbidden": True}, 403)])
async def test_a_refusal_is_told_to_the_caller(
    world: AsteriskWorld, how: dict[str, bool], code: int
) -> None:
    caller = await world.caller()
    await world.engine.hang_up(caller.leg, **how)
    await caller.until_over()
    assert world._phones[-1].code == code


async def test_a_trunk_that_registers_is_called_from(
    world: AsteriskWorld, town: tuple[AsteriskWorld, SipParty]
) -> None:
    provider = town[1]
    await until(lambda: provider.registered == "4950000122", "REGISTER")
    provider.call("122", world.engine.sip_address())
    arrived = await world.events.get(CallerArrived)
    await world.engine.hang_up(arrived.leg)
    await provider.until("ended")


async def test_the_called_party_sees_our_number(world: AsteriskWorld) -> None:
    await world.outside("answer")
    await world.engine.dial("out-shown", "79005556677", caller_id="", timeout_s=5)
    phone = world._phones[-1]
    await phone.until("connected")
    assert (phone.dialled, phone.shown) == ("79005556677", "122")


async def test_an_operator_calls_in_over_tcp(world: AsteriskWorld) -> None:
    await world.engine.put_account(Account("op-tcp", "secret"))
    phone = await Softphone.spawn(
        Start(host=fresh_host(), user="op-tcp", password="secret", transport="tcp")
    )
    try:
        uri = f"sip:standing@{world.engine.sip_address('tcp')};transport=tcp"
        calling = asyncio.create_task(phone.call(uri, timeout=5))
        arrived = await world.events.get(OperatorArrived)
        assert arrived.account == "op-tcp"
        await world.engine.answer(arrived.leg)
        await calling
    finally:
        await phone.stop()
    await world.events.get(LegEnded, leg=arrived.leg)


async def test_callers_without_a_server_hear_the_prompt_and_music_and_are_taken(
    world: AsteriskWorld,
) -> None:
    await world.engine.stop(hang_up=False)
    phone = await world.phone("79001112233", tone=700)
    called_at = time.time()
    phone.call("122", f"{world.settings.host}:5060")
    await phone.until("connected")
    await phone.until_hears({900})
    await phone.until_hears({MUSIC})

    world.engine = AsteriskEngine(world.settings, world.program)
    world.events = Events()
    await world.engine.start(world.events)
    arrived = await world.events.get(CallerArrived)
    assert replace(arrived, since=None) == CallerArrived(
        arrived.leg, "79001112233", "122", answered=True, trunk="town"
    )
    assert arrived.since is not None
    assert called_at - 0.001 <= arrived.since < called_at + 1  # noted in milliseconds
    assert [up.legs for up in world.events.of(EngineUp)] == [()]
    operator = await put_operator(world)
    await world.engine.make_bridge("taken")
    await world.engine.join("taken", operator.leg)
    await world.engine.join("taken", arrived.leg)
    await phone.until_hears({1100})
    await operator.until_hears({700})


@pytest.mark.parametrize("hang_up", [False, True], ids=["calls go on", "calls are ended"])
async def test_callers_who_come_while_the_server_leaves_are_held_and_taken_later(
    world: AsteriskWorld, monkeypatch: pytest.MonkeyPatch, hang_up: bool
) -> None:
    """Asterisk still has the application, and nobody reads its events any more. One that somebody
    else runs lives on when the server ends its own calls."""
    if hang_up:
        node = node_of(world)
        await world.engine.stop(hang_up=False)
        world.engine = AsteriskEngine(node)
        await world.engine.start(world.events)
    ari = world.engine._link.ari
    phones = [await world.phone(f"7900111223{n}", tone=700) for n in range(2)]
    close_stream = ari.close_stream

    async def close_as_callers_come() -> None:
        monkeypatch.undo()
        for phone in phones:
            phone.call("122", f"{world.settings.host}:5060")
        inside = 0
        while inside < len(phones):
            inside = sum(one.dialplan.app_name == "Stasis" for one in await ari.channels())
        await close_stream()

    monkeypatch.setattr(ari, "close_stream", close_as_callers_come)
    await world.engine.stop(hang_up=hang_up)
    for phone in phones:
        await phone.until_hears({900})
    world.engine, world.events = AsteriskEngine(world.settings, world.program), Events()
    await world.engine.start(world.events)
    await until(lambda: len(world.events.of(CallerArrived)) == len(phones), "CallerArrived")
    assert all(arrived.answered for arrived in world.events.of(CallerArrived))
    assert [up.legs for up in world.events.of(EngineUp)] == [()]


async def test_a_held_caller_may_hang_up(world: AsteriskWorld) -> None:
    await world.engine.stop(hang_up=False)
    phone = await world.phone("79001112233", tone=700)
    phone.call("122", f"{world.settings.host}:5060")
    await phone.until_hears({900})
    phone.hang_up()
    await phone.until("ended")
    up = await world.restart_server()
    assert up.legs == ()
    await put_caller(world)
    assert len(world.events.of(CallerArrived)) == 1
    left = [note for note in await world.engine.noted_callers() if note.left_at]
    assert [note.number for note in left] == ["79001112233"]


async def test_a_number_that_is_text_for_the_dialplan_is_text_in_the_notes(
    world: AsteriskWorld,
) -> None:
    before = await world.engine.noted_callers()
    for user in (
        "a%2Cb%24%7BEPOCH%7D",
        "%24%7BSHELL(id)%7D",
        "x%0Acame%2Cekc-1.1%2C1790000000.000%2C1%2C7",
    ):
        await world.caller(user)
    noted = (await world.engine.noted_callers())[len(before) :]
    assert [(note.number, note.called) for note in noted] == [(None, "122")] * 3


async def test_callers_who_come_together_do_not_write_over_one_another(
    world: AsteriskWorld,
) -> None:
    before = {note.leg for note in await world.engine.noted_callers()}
    phones = [await world.phone(f"7900{number:07}", tone=0) for number in range(40)]
    for phone in phones:
        phone.call("122", world.engine.sip_address())
    await until(lambda: len(world.events.of(CallerArrived)) == len(phones), "all calls")
    numbers = {note.number for note in await world.engine.noted_callers() if note.leg not in before}
    assert numbers == {f"7900{number:07}" for number in range(40)}
