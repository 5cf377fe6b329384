"""Signalling that every softphone, real or fake, must show."""

from __future__ import annotations

import asyncio
import time

import pytest

from sip.link.phone import CallFailed, SoftphoneError
from sip.link.protocol import (
    Answer,
    Audio,
    Call,
    CallState,
    Devices,
    Event,
    Failed,
    HangUp,
    Heard,
    Hold,
    Incoming,
    KeyHeard,
    ListDevices,
    Listen,
    Quality,
    Quit,
    SendKeys,
    Start,
    Statistics,
    Stopped,
    Tone,
    Transfer,
    TransferState,
    Unhold,
)
from tests.support.net import fresh_host
from tests.support.softphone import (
    WAIT_S,
    PhoneMaker,
    answer,
    connect,
    ends,
    ring,
    watch,
)

pytestmark = pytest.mark.asyncio(loop_scope="package")


def states(events: list[Event], call: str) -> list[str]:
    return [event.state for event in events if isinstance(event, CallState) and event.call == call]


async def test_start_tells_the_port_in_use(make: PhoneMaker) -> None:
    phone = await make()
    started = phone.started
    assert started is not None
    assert started.port > 0
    assert started.sound == "null"
    assert f":{started.port}" in phone.uri


async def test_a_port_in_use_is_an_error_with_its_code(make: PhoneMaker) -> None:
    phone = await make()
    assert phone.started is not None
    host = phone.uri.split("@")[1].split(":")[0]
    with pytest.raises(SoftphoneError) as error:
        await make(host=host, port=phone.started.port)
    assert error.value.code == "port_in_use"


async def test_a_bad_user_is_an_error_with_its_code(make: PhoneMaker) -> None:
    with pytest.raises(SoftphoneError) as error:
        await make(user="two words")
    assert error.value.code == "bad_value"
    assert "user" in error.value.detail


async def test_a_second_start_is_refused(make: PhoneMaker) -> None:
    phone = await make()
    seq = phone.send(Start())
    assert (await phone.wait_for(Failed, WAIT_S, seq=seq)).code == "bad_value"


async def test_call_ring_answer_and_hang_up(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    caller_saw, callee_saw = watch(caller), watch(callee)
    talk = await ring(caller, callee)
    callee.send(Answer(call=talk.inc, code=180))
    ringing = await caller.wait_for(CallState, WAIT_S, call="c1", state="ringing")
    assert ringing.code == 180
    await answer(talk)
    caller.send(HangUp(call="c1"))
    for phone, call in ((caller, talk.out), (callee, talk.inc)):
        ended = await ends(phone, call)
        assert (ended.code, ended.reason) == (200, "normal")
    assert states(caller_saw, talk.out) == ["calling", "ringing", "connected", "ended"]
    assert states(callee_saw, talk.inc) == ["ringing", "connected", "ended"]
    for saw in (caller_saw, callee_saw):
        kinds = [type(event).__name__ for event in saw]
        connected = next(
            index
            for index, event in enumerate(saw)
            if isinstance(event, CallState) and event.state == "connected"
        )
        assert kinds.index("Audio") < connected, "audio is told before connected"
        assert [event.t for event in saw] == sorted(event.t for event in saw)


async def test_the_callee_hangs_up(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    saw = watch(caller)
    talk = await connect(caller, callee)
    callee.send(HangUp(call=talk.inc))
    callee.send(HangUp(call=talk.inc))
    await ends(callee, talk.inc)
    assert (await ends(caller, talk.out)).reason == "normal"
    caller.send(HangUp(call=talk.out))
    await caller.wait_for(Failed, WAIT_S, code="unknown_call")
    assert states(saw, talk.out).count("ended") == 1


async def test_both_hang_up_at_once(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    saw = [watch(caller), watch(callee)]
    talk = await connect(caller, callee)
    caller.send(HangUp(call=talk.out))
    callee.send(HangUp(call=talk.inc))
    assert (await ends(caller, talk.out)).reason == "normal"
    assert (await ends(callee, talk.inc)).reason == "normal"
    await connect(caller, callee, "c2")
    assert states(saw[0], talk.out).count("ended") == 1
    assert states(saw[1], talk.inc).count("ended") == 1


async def test_from_user_and_headers_reach_the_callee(make: PhoneMaker) -> None:
    caller, callee = await make.pair(user="caller", display_name='Иван «И» "П"')
    caller.send(
        Call(
            call="c1",
            uri=callee.uri,
            headers={"X-EKC-Contact": "abc-1", "Subject": "s"},
            from_user="+79001234567",
        )
    )
    incoming = await callee.wait_for(Incoming, WAIT_S)
    assert "<sip:+79001234567@" in incoming.from_uri
    assert incoming.headers == {"X-EKC-Contact": "abc-1"}
    caller.send(Call(call="c2", uri=callee.uri))
    assert "sip:caller@" in (await callee.wait_for(Incoming, WAIT_S)).from_uri


@pytest.mark.parametrize(
    ("code", "reason"), [(486, "busy"), (603, "rejected"), (480, "no_answer"), (404, "not_found")]
)
async def test_a_refused_call(make: PhoneMaker, code: int, reason: str) -> None:
    caller, callee = await make.pair()
    talk = await ring(caller, callee)
    callee.send(Answer(call=talk.inc, code=180))
    callee.send(Answer(call=talk.inc, code=code))
    for phone, call in ((caller, talk.out), (callee, talk.inc)):
        ended = await ends(phone, call)
        assert (ended.code, ended.reason) == (code, reason)


async def test_hang_up_of_a_ringing_call_rejects_it(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talk = await ring(caller, callee)
    callee.send(HangUp(call=talk.inc))
    assert (await ends(caller, talk.out)).reason == "rejected"
    assert (await ends(callee, talk.inc)).reason == "rejected"


async def test_cancel_while_ringing(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talk = await ring(caller, callee)
    callee.send(Answer(call=talk.inc, code=180))
    await caller.wait_for(CallState, WAIT_S, state="ringing")
    caller.send(HangUp(call=talk.out))
    for phone, call in ((caller, talk.out), (callee, talk.inc)):
        ended = await ends(phone, call)
        assert (ended.code, ended.reason) == (487, "cancelled")


async def test_no_answer_is_given_up_by_the_caller(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    saw = watch(caller)
    with pytest.raises(CallFailed) as error:
        await caller.call(callee.uri, 0.2)
    assert error.value.reason == "no_answer"
    assert caller.live_calls == frozenset()
    assert [event.state for event in saw if isinstance(event, CallState)] == ["calling", "ended"]
    incoming = await callee.wait_for(Incoming, WAIT_S)
    await ends(callee, incoming.call)


async def test_call_and_hang_up_helpers(make: PhoneMaker) -> None:
    caller, callee = await asyncio.gather(make(), make(auto_answer=True))
    name = await caller.call(callee.uri, WAIT_S)
    assert caller.live_calls == {name}
    await caller.hang_up(name)
    await caller.hang_up(name)
    assert caller.live_calls == frozenset()
    incoming = await callee.wait_for(Incoming, WAIT_S)
    assert (await ends(callee, incoming.call)).reason == "normal"


async def test_a_call_that_is_refused_raises(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    calling = asyncio.create_task(caller.call(callee.uri, WAIT_S))
    incoming = await callee.wait_for(Incoming, WAIT_S)
    callee.send(Answer(call=incoming.call, code=486))
    with pytest.raises(CallFailed) as error:
        await calling
    assert (error.value.reason, error.value.code) == ("busy", 486)


async def test_calls_over_tcp(make: PhoneMaker) -> None:
    caller, callee = await make.pair(transport="tcp")
    assert callee.uri.endswith(";transport=tcp")
    talk = await connect(caller, callee)
    callee.send(Hold(call=talk.inc))
    await caller.wait_for(Audio, WAIT_S, call=talk.out, state="remote_hold")
    callee.send(HangUp(call=talk.inc))
    assert (await ends(caller, talk.out)).reason == "normal"


async def test_nobody_is_there(make: PhoneMaker) -> None:
    caller = await make(transport="tcp")
    with pytest.raises(CallFailed) as error:
        await caller.call(f"sip:nobody@{fresh_host()}:5060", WAIT_S)
    assert (error.value.reason, error.value.code) == ("unreachable", 503)


async def test_hold_and_unhold_are_told_to_both(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talk = await connect(caller, callee)
    caller.send(Hold(call=talk.out))
    await caller.wait_for(Audio, WAIT_S, call=talk.out, state="local_hold")
    await callee.wait_for(Audio, WAIT_S, call=talk.inc, state="remote_hold")
    caller.send(Unhold(call=talk.out))
    await caller.wait_for(Audio, WAIT_S, call=talk.out, state="active")
    await callee.wait_for(Audio, WAIT_S, call=talk.inc, state="active")


async def test_keys_go_both_ways(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talk = await connect(caller, callee)
    caller.send(SendKeys(call=talk.out, keys="19*"))
    callee.send(SendKeys(call=talk.inc, keys="#0D"))
    for phone, call, keys in ((callee, talk.inc, "19*"), (caller, talk.out, "#0D")):
        heard = [(await phone.wait_for(KeyHeard, WAIT_S, call=call)).key for _ in keys]
        assert "".join(heard) == keys


async def test_blind_transfer(make: PhoneMaker) -> None:
    caller, callee, third = await asyncio.gather(
        make(follows_transfers=True), make(), make(auto_answer=True)
    )
    talk = await connect(caller, callee)
    asked = time.monotonic()
    callee.send(Transfer(call=talk.inc, uri=third.uri))
    await third.wait_for(Incoming, WAIT_S)
    last = await callee.wait_for(TransferState, WAIT_S, call=talk.inc, final=True)
    assert last.code == 200
    calling = await caller.wait_for(CallState, WAIT_S, state="calling", after=asked)
    new = calling.call
    assert new.startswith("xfer")
    await caller.wait_for(CallState, WAIT_S, call=new, state="connected")
    assert (await ends(callee, talk.inc)).reason == "normal"
    assert (await ends(caller, talk.out)).reason == "normal"
    assert caller.live_calls == {new}
    await caller.hang_up(new)


async def test_a_transfer_that_fails_keeps_the_call(make: PhoneMaker) -> None:
    caller, callee, third = await asyncio.gather(make(follows_transfers=True), make(), make())
    talk = await connect(caller, callee)
    callee.send(Transfer(call=talk.inc, uri=third.uri))
    third.send(Answer(call=(await third.wait_for(Incoming, WAIT_S)).call, code=486))
    last = await callee.wait_for(TransferState, WAIT_S, call=talk.inc, final=True)
    assert last.code == 486
    ended = await caller.wait_for(CallState, WAIT_S, state="ended")
    assert (ended.call[:4], ended.reason) == ("xfer", "busy")
    assert callee.live_calls == {talk.inc}
    assert caller.live_calls == {talk.out}


async def test_nobody_is_called_because_the_other_side_says_so(make: PhoneMaker) -> None:
    caller, callee, third = await asyncio.gather(make(), make(), make())
    talk = await connect(caller, callee)
    callee.send(Transfer(call=talk.inc, uri=third.uri))
    last = await callee.wait_for(TransferState, WAIT_S, call=talk.inc, final=True)
    assert last.code == 603
    assert caller.live_calls == {talk.out}
    assert callee.live_calls == {talk.inc}
    assert third.live_calls == set()


async def test_statistics(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talk = await connect(caller, callee)
    callee.send(Tone(call=talk.inc, hz=440))
    caller.send(Listen(call=talk.out, tones_hz=[440]))
    await caller.wait_for(Heard, WAIT_S, tones_hz=[440.0])
    caller.send(Statistics(call=talk.out))
    quality = await caller.wait_for(Quality, WAIT_S, call=talk.out)
    assert quality.codec == "PCMA"
    assert quality.packets_out > 0
    assert quality.packets_in > 0
    assert quality.lost_in == 0


async def test_statistics_before_audio_fail(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talk = await ring(caller, callee)
    seq = caller.send(Statistics(call=talk.out))
    assert (await caller.wait_for(Failed, WAIT_S, seq=seq)).code == "sip"


@pytest.mark.parametrize(
    "command",
    [
        Answer(call="no"),
        HangUp(call="no"),
        Hold(call="no"),
        SendKeys(call="no", keys="1"),
        Statistics(call="no"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_an_unknown_call_fails(make: PhoneMaker, command: HangUp) -> None:
    phone = await make()
    seq = phone.send(command)
    assert (await phone.wait_for(Failed, WAIT_S, seq=seq)).code == "unknown_call"


async def test_bad_values_fail_and_the_phone_goes_on(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    for command in (
        Call(call="c1", uri="nonsense"),
        Call(call="c1", uri="sip:a@b\r\nEvil: 1"),
        Call(call="c1", uri=callee.uri, headers={"X-A": "a\r\nEvil: 1"}),
        Call(call="c1", uri=callee.uri, from_user="a b"),
        Call(call="", uri=callee.uri),
        Call(call="in1", uri=callee.uri),
    ):
        seq = caller.send(command)
        assert (await caller.wait_for(Failed, WAIT_S, seq=seq)).code == "bad_value", command
    talk = await connect(caller, callee)
    for keys in ("", "x", "1" * 33):
        seq = caller.send(SendKeys(call=talk.out, keys=keys))
        assert (await caller.wait_for(Failed, WAIT_S, seq=seq)).code == "bad_value"
    seq = callee.send(Answer(call=talk.inc, code=0))
    assert (await callee.wait_for(Failed, WAIT_S, seq=seq)).code == "bad_value"
    seq = callee.send(Answer(call=talk.inc, code=200))
    assert (await callee.wait_for(Failed, WAIT_S, seq=seq)).code == "sip"
    seq = caller.send(Call(call=talk.out, uri=callee.uri))
    assert (await caller.wait_for(Failed, WAIT_S, seq=seq)).code == "bad_value"


async def test_a_fifth_call_is_too_many(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    talks = [await ring(caller, callee, f"c{number}") for number in range(4)]
    seq = caller.send(Call(call="c4", uri=callee.uri))
    assert (await caller.wait_for(Failed, WAIT_S, seq=seq)).code == "too_many_calls"
    caller.send(HangUp(call="c0"))
    await ends(caller, "c0")
    await ends(callee, talks[0].inc)
    await connect(caller, callee, "c5")


async def test_a_fifth_incoming_call_is_busy(make: PhoneMaker) -> None:
    one, callee, two = await asyncio.gather(make(), make(), make())
    for number in range(4):
        await ring(one, callee, f"c{number}")
    with pytest.raises(CallFailed) as error:
        await two.call(callee.uri, WAIT_S)
    assert error.value.reason == "busy"


async def test_quit_ends_calls_and_the_phone(make: PhoneMaker) -> None:
    caller, callee = await make.pair()
    saw = watch(caller)
    talk = await connect(caller, callee)
    caller.send(Quit())
    await caller.wait_for(Stopped, WAIT_S)
    assert (await ends(callee, talk.inc)).reason == "normal"
    await caller.stop()
    assert caller.exit_code == 0
    assert states(saw, talk.out) == ["calling", "connected", "ended"]
    assert isinstance(saw[-1], Stopped)
    assert sum(isinstance(event, Stopped) for event in saw) == 1
    with pytest.raises(SoftphoneError):
        await caller.wait_for(Incoming, WAIT_S)


async def test_devices_are_listed(make: PhoneMaker) -> None:
    phone = await make()
    phone.send(ListDevices())
    devices = await phone.wait_for(Devices, WAIT_S)
    assert all(device.inputs or device.outputs for device in devices.devices)


async def test_events_can_be_iterated_to_the_end(make: PhoneMaker) -> None:
    caller, callee = await make.pair()

    async def collect() -> list[Event]:
        return [event async for event in callee.events()]

    collecting = asyncio.create_task(collect())
    await asyncio.sleep(0)
    talk = await connect(caller, callee)
    await callee.stop()
    async with asyncio.timeout(WAIT_S):
        events = await collecting
    assert states(events, talk.inc) == ["connected", "ended"]
    assert isinstance(events[-1], Stopped)
