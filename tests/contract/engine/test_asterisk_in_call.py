"""What a caller's telephone or its network does in the middle of a call, as Asterisk takes it."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.server.engine.protocol import CallerArrived, KeyPressed, LegAnswered
from tests.support.engine import (
    MUSIC,
    AsteriskWorld,
    Party,
    put_caller,
    put_operator,
    until,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("shared_world", ["asterisk"], indirect=True, scope="session"),
]


async def waiting(world: AsteriskWorld, **traits: object) -> Party:
    """A caller with music in its ear; ``traits`` are its telephone's."""
    caller = await world.caller(**traits)
    await world.engine.answer(caller.leg)
    await world.engine.start_music(caller.leg)
    return caller


async def of_kind(world: AsteriskWorld, kind: str) -> Party:
    return await (put_caller(world) if kind == "caller" else put_operator(world))


@pytest.mark.parametrize("kind", ["caller", "operator"])
@pytest.mark.parametrize(
    ("method", "content", "body", "status"),
    [
        ("OPTIONS", "", "", 200),
        ("INFO", "", "", 200),
        ("UPDATE", "", "", 200),
        ("MESSAGE", "text/plain", "hello", 202),
        ("MESSAGE", "image/png", "x", 415),
    ],
)
async def test_a_request_within_the_call_is_answered_and_the_call_lives(
    world: AsteriskWorld, kind: str, method: str, content: str, body: str, status: int
) -> None:
    party = await of_kind(world, kind)
    assert await party.phone.ask(method, content, body) == status
    await world.engine.start_music(party.leg)
    await party.until_hears({MUSIC})


@pytest.mark.parametrize(
    ("content", "body"),
    [("application/dtmf-relay", "Signal={}\r\nDuration=160\r\n"), ("application/dtmf", "{}")],
)
async def test_keys_that_come_by_info_are_heard(
    world: AsteriskWorld, content: str, body: str
) -> None:
    caller = await waiting(world)
    for key in "50*#":
        assert await caller.phone.ask("INFO", content, body.format(key)) == 200
    await world.events.get(KeyPressed, leg=caller.leg, key="#")
    assert [event.key for event in world.events.of(KeyPressed, leg=caller.leg)] == list("50*#")


async def test_keys_in_the_sound_are_heard_where_no_telephone_event_is_offered(
    world: AsteriskWorld,
) -> None:
    caller = await waiting(world, keys_as="tones")
    caller.press("159*0#")
    await world.events.get(KeyPressed, leg=caller.leg, key="#")
    assert [event.key for event in world.events.of(KeyPressed)] == list("159*0#")


async def test_a_text_message_outside_a_call_is_no_caller(world: AsteriskWorld) -> None:
    caller = await put_caller(world)
    phone = caller.phone
    phone._call_id, phone._to = "another", f"<{phone._uri}>"
    assert await phone.ask("MESSAGE", "text/plain", "hello") == 404
    assert len(world.events.of(CallerArrived)) == 1


@pytest.mark.parametrize("kind", ["caller", "operator"])
async def test_nobody_is_called_or_let_in_by_a_request_within_a_call(
    world: AsteriskWorld, kind: str
) -> None:
    party = await of_kind(world, kind)
    dear = await world.outside("answer")
    refer = f"Refer-To: <sip:{world.outside_number}@{dear.phone.host}>\r\n"
    asked = asyncio.create_task(party.phone.ask("REFER", headers=refer))
    assert await party.phone.ask("OPTIONS") == 200
    asked.cancel()
    assert (dear.phone.invited, party.phone.state) == (0, "connected")


async def test_who_wants_to_replace_a_talk_is_one_more_caller(world: AsteriskWorld) -> None:
    """With res_pjsip_refer it would take the caller's place, whatever ``allow_transfer`` says."""
    caller = await put_caller(world)
    stranger = await world.phone("79000000000", tone=900)
    stranger.call("122", world.engine.sip_address(), replaces=caller.phone.replacing)
    await until(lambda: len(world.events.of(CallerArrived)) == 2, "the stranger as a caller")
    assert await caller.phone.ask("OPTIONS") == 200
    assert caller.phone.state == "connected"


async def test_a_caller_that_knows_no_session_timers_is_asked_whether_it_lives(
    world: AsteriskWorld,
) -> None:
    caller = await put_caller(world)
    assert caller.phone.session_expires == "600;refresher=uas"


async def test_a_provider_that_wants_longer_sessions_gets_them(world: AsteriskWorld) -> None:
    callee = await world.outside("answer")
    callee.phone.shortest_session_s = 1800
    await world.engine.dial("out", world.outside_number, caller_id="", timeout_s=5)
    await world.events.get(LegAnswered, leg="out")
    assert callee.phone.session_expires == "1800"
