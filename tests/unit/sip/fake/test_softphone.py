"""Being outside of a console under test: behaviours, death, lost sound; and waiting for events."""

from __future__ import annotations

import asyncio

import pytest

from sip.fake.softphone import ANSWERS, BUSY, REJECTS, RINGS, Behaviour, FakeNetwork, FakePhone
from sip.fake.sound import HEADSET
from sip.link.phone import CallFailed, SoftphoneError
from sip.link.protocol import (
    CallState,
    Event,
    Failed,
    HangUp,
    Heard,
    Incoming,
    Levels,
    Listen,
    Registered,
    SoundState,
    Start,
    Started,
    Stopped,
    WatchLevels,
)


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


async def test_an_outside_that_answers_with_a_tone(network: FakeNetwork) -> None:
    behaviour = Behaviour(((0.0, 180), (0.01, 200)), tone_hz=440, hang_up_after_s=0.2)
    outside = await FakePhone.spawn(Start(user="100"), network, on_incoming=behaviour)
    phone = await FakePhone.spawn(Start(), network)
    name = await phone.call(outside.uri, 1)
    phone.send(Listen(call=name, tones_hz=[440]))
    await phone.wait_for(Heard, 1, tones_hz=[440.0])
    ended = await phone.wait_for(CallState, 1, state="ended")
    assert ended.reason == "normal"


@pytest.mark.parametrize(
    ("behaviour", "reason"), [(BUSY, "busy"), (REJECTS, "rejected"), (RINGS, "no_answer")]
)
async def test_an_outside_that_does_not_answer(
    network: FakeNetwork, behaviour: Behaviour, reason: str
) -> None:
    outside = await FakePhone.spawn(Start(), network, on_incoming=behaviour)
    phone = await FakePhone.spawn(Start(), network)
    with pytest.raises(CallFailed) as error:
        await phone.call(outside.uri, 0.1)
    assert error.value.reason == reason


async def test_a_caller_from_outside(network: FakeNetwork) -> None:
    outside = await FakePhone.spawn(Start(user="+79001234567"), network)
    phone = await FakePhone.spawn(Start(auto_answer=True), network)
    await outside.call(phone.uri, 1, headers={"X-A": "1", "Subject": "s"})
    incoming = await phone.wait_for(Incoming, 1)
    assert "+79001234567" in incoming.from_uri
    assert incoming.headers == {"X-A": "1"}


@pytest.mark.parametrize(("code", "ok"), [(200, True), (401, False)])
async def test_registration(network: FakeNetwork, code: int, ok: bool) -> None:
    phone = await FakePhone.spawn(
        Start(registrar="127.0.0.1:5060"), network, registration_code=code
    )
    registered = await phone.wait_for(Registered, 1)
    assert (registered.ok, registered.code) == (ok, code)


async def test_death_ends_calls_and_is_told_last(network: FakeNetwork) -> None:
    seen: list[Event] = []
    outside = await FakePhone.spawn(Start(), network, on_incoming=ANSWERS)
    phone = await FakePhone.spawn(Start(), network, on_event=seen.append)
    name = await phone.call(outside.uri, 1)
    phone.die(-11)
    assert phone.exit_code == -11
    assert isinstance(seen[0], Started)
    assert isinstance(seen[-2], CallState)
    assert (seen[-2].call, seen[-2].state, seen[-2].reason) == (name, "ended", "failed")
    assert isinstance(seen[-1], Stopped)
    with pytest.raises(SoftphoneError):
        await phone.call(outside.uri, 1)
    await phone.stop()
    assert phone.exit_code == -11
    await outside.stop()


async def test_sound_can_be_lost(network: FakeNetwork) -> None:
    phone = await FakePhone.spawn(Start(sound="device"), network)
    assert phone.started is not None
    assert phone.started.sound == "device"
    phone.plug()
    for side in ("microphone", "speaker"):
        await phone.wait_for(SoundState, 1, side=side, state="chosen")
        await phone.wait_for(SoundState, 1, side=side, state="none")
    phone.plug(HEADSET)
    assert (await phone.wait_for(SoundState, 1, side="speaker")).name == "Headset"


async def test_levels_are_told_until_told_to_stop(network: FakeNetwork) -> None:
    phone = await FakePhone.spawn(Start(sound="device"), network)
    assert phone.sound is not None
    phone.sound.levels = (-20.0, -30.0)
    phone.send(WatchLevels())
    assert (await phone.wait_for(Levels, 1)).microphone_dbfs == -20
    await phone.wait_for(Levels, 1)
    phone.send(WatchLevels(on=False))
    barrier = phone.send(HangUp(call="none"))
    await phone.wait_for(Failed, 1, seq=barrier)
    phone.forget_events()
    with pytest.raises(TimeoutError):
        await phone.wait_for(Levels, 0.15)


def tell(phone: FakePhone, detail: str) -> None:
    phone.tell(SoundState(side="speaker", state="none", detail=detail))


async def test_what_was_sent_can_be_looked_at(network: FakeNetwork) -> None:
    phone = await FakePhone.spawn(Start(), network)
    seq = phone.send(HangUp(call="c"))
    assert phone.commands == [HangUp(call="c", seq=seq)]


async def test_waiting_takes_an_event_once_and_in_order(network: FakeNetwork) -> None:
    phone = await FakePhone.spawn(Start(), network)
    tell(phone, "one")
    tell(phone, "two")
    assert (await phone.wait_for(SoundState, 1)).detail == "one"
    second = await phone.wait_for(SoundState, 1)
    assert second.detail == "two"
    with pytest.raises(TimeoutError, match="SoundState"):
        await phone.wait_for(SoundState, 0.01)
    tell(phone, "three")
    phone.forget_events()
    waiting = asyncio.create_task(phone.wait_for(SoundState, 1, detail="five"))
    await asyncio.sleep(0)
    tell(phone, "four")
    tell(phone, "five")
    assert (await waiting).detail == "five"
    assert (await phone.wait_for(SoundState, 1)).detail == "four"


async def test_the_end_wakes_whoever_waits(network: FakeNetwork) -> None:
    phone = await FakePhone.spawn(Start(), network)
    waiting = asyncio.create_task(phone.wait_for(Incoming, 10))
    calling = asyncio.create_task(phone.call("sip:nobody@127.0.0.1:1", 10))
    await asyncio.sleep(0)
    await phone.stop()
    with pytest.raises(SoftphoneError):
        await waiting
    with pytest.raises((CallFailed, SoftphoneError)):
        await calling


async def test_a_sink_that_raises_costs_nobody_an_event(network: FakeNetwork) -> None:
    problems: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))

    def broken(event: Event) -> None:
        raise RuntimeError("broken")

    phone = await FakePhone.spawn(Start(), network)
    phone.on_event = broken
    tell(phone, "one")
    await phone.wait_for(SoundState, 1)
    assert len(problems) == 1


async def test_a_cancelled_call_is_hung_up(network: FakeNetwork) -> None:
    outside = await FakePhone.spawn(Start(), network, on_incoming=RINGS)
    phone = await FakePhone.spawn(Start(), network)
    calling = asyncio.create_task(phone.call(outside.uri, 10))
    await phone.wait_for(CallState, 1, state="ringing")
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert (await phone.wait_for(CallState, 1, state="ended")).reason == "cancelled"
