"""A line at a PBX, against the fake softphone: registration, which calls it answers by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import ANY

import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.client.voice.pbx_line import PbxAccess, PbxLine
from ekc_console.errors import EkcError
from ekc_console.wire.voice import PbxAccount
from sip.fake.softphone import FakeNetwork, FakePhone
from sip.link.phone import EventSink, Phone
from sip.link.protocol import Call, CallState, HangUp, Incoming, Mute, Registered, Start, Unhold
from tests.support.wire_server import Watch

ACCOUNT = PbxAccount(user="1007", domain="127.0.0.1:5070")
FAST = Timing(backoff=Backoff(0.001, 0.01), leg_s=2.0)


class Bench(Watch):
    def __init__(self) -> None:
        super().__init__()
        self.network = FakeNetwork()
        self.phones: list[FakePhone] = []
        self.code = 200
        self.stood_by: list[str] = []
        self.refusal: Refused | None = None
        self.untrusted = False
        self.password = "secret"
        self.wanted: list[bool] = []
        """Whether the one there was had been refused."""
        self.told: list[str] = []
        self.line = self.make()

    def make(self, **changes: Any) -> PbxLine:
        account = PbxAccount(**{"user": "1007", "domain": "127.0.0.1:5070", **changes})
        self.line = PbxLine(
            PbxAccess(account, "PEM"),
            self.stand_by,
            self.no_line,
            self.spawn,
            self.changed,
            timing=FAST,
            password=self.password,
            want_password=self.want_password,
            tell=self.told.append,
            again=Backoff(0.001, 0.01),
        )
        return self.line

    async def no_line(self) -> Any:
        raise AssertionError("the server's own account is not needed")

    async def stand_by(self, number: str) -> None:
        self.stood_by.append(number)
        if self.refusal:
            raise self.refusal

    def want_password(self, refused: bool) -> None:
        self.wanted.append(refused)
        self.changed()

    async def spawn(self, start: Start, *, on_event: EventSink | None = None) -> Phone:
        phone = await FakePhone.spawn(
            start,
            self.network,
            on_event=on_event,
            registration_code=503 if self.untrusted else self.code,
            untrusted=self.untrusted,
        )
        self.phones.append(phone)
        return phone

    async def up(self) -> None:
        self.line.start()
        await self.until(lambda: self.line.state.state == "up")

    async def call(self, user: str = "122") -> FakePhone:
        """The PBX brings a call."""
        caller = await FakePhone.spawn(Start(host="127.0.0.2", user=user), self.network)
        caller.send(Call(call="c", uri=self.phones[-1].uri))
        return caller


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.line.stop()


async def test_it_registers_and_tells_the_server_its_number(bench: Bench) -> None:
    await bench.up()
    start = bench.phones[0].start
    assert (start.user, start.password, start.registrar) == ("1007", "secret", "127.0.0.1:5070")
    assert bench.stood_by == ["1007"]
    assert bench.line.state.per_call


async def test_outside_of_a_shift_the_pbx_is_left_and_the_server_asked_no_more(
    bench: Bench,
) -> None:
    bench.refusal = Refused("wrong_state", "Смена окончена.")
    bench.line.start()
    await bench.until(lambda: bool(bench.stood_by) and bench.line.state.state == "off")
    assert bench.stood_by == ["1007"]
    assert bench.line.phone is None


async def test_only_a_call_that_is_needed_is_answered(bench: Bench) -> None:
    await bench.up()
    caller = await bench.call()
    await bench.phones[-1].wait_for(Incoming, 5)
    bench.line.set_needed(True)
    bench.line.set_talking(True)
    await caller.wait_for(CallState, 5, call="c", state="connected")
    await bench.until(lambda: bench.line.state.transmitting)
    bench.line.set_needed(False)
    ended = await caller.wait_for(CallState, 5, call="c", state="ended")
    assert ended.reason == "normal"
    await bench.until(lambda: not bench.line.leg)


async def test_a_second_call_hears_busy_and_the_talk_goes_on(bench: Bench) -> None:
    await bench.up()
    bench.line.set_needed(True)
    caller = await bench.call()
    await caller.wait_for(CallState, 5, call="c", state="connected")
    second = await bench.call()
    assert (await second.wait_for(CallState, 5, call="c", state="ended")).reason == "busy"
    assert "занято" in bench.told[0]
    assert "c" in caller.live_calls


@pytest.mark.parametrize("policy", ["busy", "reject"])
async def test_a_second_call_may_be_refused(bench: Bench, policy: str) -> None:
    bench.make(second=policy)
    await bench.up()
    bench.line.set_needed(True)
    await (await bench.call()).wait_for(CallState, 5, call="c", state="connected")
    second = await bench.call()
    ended = await second.wait_for(CallState, 5, call="c", state="ended")
    assert ended.reason == {"busy": "busy", "reject": "rejected"}[policy]


async def test_a_second_call_is_taken_held_and_ended_and_a_third_one_hears_busy(
    bench: Bench,
) -> None:
    bench.make(second="take")
    await bench.up()
    bench.line.set_needed(True)
    await (await bench.call()).wait_for(CallState, 5, call="c", state="connected")
    stranger = await bench.call("1008")
    await stranger.wait_for(CallState, 5, call="c", state="ringing")
    calls, phone = bench.line.second, bench.phones[-1]
    assert calls.current is not None
    assert (calls.current.number, calls.current.state) == ("1008", "ringing")
    third = await bench.call("1009")
    assert (await third.wait_for(CallState, 5, call="c", state="ended")).reason == "busy"

    calls.take(phone, muted=False)
    await stranger.wait_for(CallState, 5, call="c", state="connected")
    bench.line.mute(True)
    assert phone.commands[-1] == Mute(call=calls.current.call, on=True, seq=ANY)
    calls.hold(phone)
    assert calls.current.state == "held"
    calls.take(phone, muted=False)
    assert calls.current.state == "talking"
    assert any(isinstance(command, Unhold) for command in phone.commands)
    calls.end(phone)
    assert (await stranger.wait_for(CallState, 5, call="c", state="ended")).reason == "normal"
    await bench.until(lambda: calls.current is None)
    with pytest.raises(EkcError, match="Второго вызова нет"):
        calls.end(phone)


async def test_a_second_call_may_be_declined_or_given_up(bench: Bench) -> None:
    bench.make(second="take")
    await bench.up()
    bench.line.set_needed(True)
    await (await bench.call()).wait_for(CallState, 5, call="c", state="connected")
    calls = bench.line.second
    stranger = await bench.call("1008")
    await bench.until(lambda: calls.current is not None)
    calls.end(bench.phones[-1])
    assert (await stranger.wait_for(CallState, 5, call="c", state="ended")).reason == "rejected"
    await bench.until(lambda: calls.current is None)
    stranger = await bench.call("1008")
    await bench.until(lambda: calls.current is not None)
    stranger.send(HangUp(call="c"))
    await bench.until(lambda: calls.current is None)


async def test_a_second_call_may_ring(bench: Bench) -> None:
    bench.make(second="ring", caller="+7 (3452) 12-21-22")
    await bench.up()
    bench.line.set_needed(True)
    stranger = await bench.call("79000000101")
    await stranger.wait_for(CallState, 5, call="c", state="ringing")
    centre = await bench.call("83452122122")
    await centre.wait_for(CallState, 5, call="c", state="connected")
    stranger.send(HangUp(call="c"))
    await stranger.wait_for(CallState, 5, call="c", state="ended")


@pytest.mark.parametrize("code", [401, 403])
async def test_a_refused_password_is_not_tried_again_and_another_one_is(
    bench: Bench, code: int
) -> None:
    bench.code = code
    bench.line.start()
    await bench.until(lambda: bench.wanted == [True])
    assert "не приняла имя 1007 или пароль" in bench.line.state.detail
    assert len(bench.phones) == 1
    assert bench.stood_by == []
    bench.code = 200
    bench.line.give_password("right")
    await bench.until(lambda: bench.line.state.state == "up")
    assert bench.phones[-1].start.password == "right"


async def test_without_a_password_it_waits_for_one(bench: Bench) -> None:
    bench.password = ""
    bench.make().start()
    await bench.until(lambda: bench.wanted == [False])
    assert "ждёт пароля" in bench.line.state.detail
    assert not bench.phones
    bench.line.give_password("typed")
    await bench.until(lambda: bench.line.state.state == "up")


async def test_encryption_is_asked_for_and_open_sound_told(bench: Bench) -> None:
    bench.make(transport="tls", srtp="required")
    await bench.up()
    start = bench.phones[0].start
    assert (start.transport, start.srtp, start.authorities) == ("tls", "required", "PEM")
    bench.line.set_needed(True)
    bench.phones[0].tell(Incoming(call="in1", from_uri="<sip:122@127.0.0.2>"))
    assert "открытым звуком" in bench.told[-1]
    assert not bench.line.leg


async def test_a_certificate_that_does_not_pass_is_told_with_the_remedy(bench: Bench) -> None:
    bench.untrusted = True
    bench.make(transport="tls").start()
    await bench.until(lambda: bench.line.state.state == "failed")
    for words in ("Сертификат АТС", "tls.trunk_ca", "EKC_PBX_CA"):
        assert words in bench.line.state.detail


@pytest.mark.parametrize(("code", "words"), [(503, "не отвечает"), (404, "не знает номера 1007")])
async def test_a_pbx_that_is_away_is_tried_again(bench: Bench, code: int, words: str) -> None:
    bench.code = code
    bench.line.start()
    await bench.until(lambda: bench.line.state.state == "failed")
    assert words in bench.line.state.detail
    await bench.until(lambda: len(bench.phones) > 2)
    bench.code = 200
    await bench.until(lambda: bench.line.state.state == "up")


async def test_a_lost_registration_comes_back_after_the_talk(bench: Bench) -> None:
    await bench.up()
    bench.line.set_needed(True)
    caller = await bench.call()
    await caller.wait_for(CallState, 5, call="c", state="connected")
    bench.phones[-1].tell(Registered(ok=False, code=408))
    assert "c" in caller.live_calls
    caller.send(HangUp(call="c"))
    await bench.until(lambda: len(bench.phones) == 2)
    await bench.until(lambda: bench.line.state.state == "up")


async def test_a_softphone_that_died_is_replaced(bench: Bench) -> None:
    await bench.up()
    bench.phones[-1].die()
    await bench.until(lambda: len(bench.stood_by) == 2)


async def test_it_registers_anew_when_the_server_could_not_reach_it(bench: Bench) -> None:
    await bench.up()
    bench.line.redial()
    await bench.until(lambda: len(bench.stood_by) == 2)
    assert len(bench.phones) == 2


async def test_a_machine_in_another_network_is_known_from_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.up()

    async def elsewhere(host: str) -> str:
        return "127.0.0.9"

    monkeypatch.setattr("ekc_console.client.voice.line.own_address_towards", elsewhere)
    monkeypatch.setattr("ekc_console.client.voice.access.own_address_towards", elsewhere)
    monkeypatch.setattr("ekc_console.client.voice.pbx_line.own_address_towards", elsewhere)
    await bench.line.look_at_network()
    await bench.until(lambda: len(bench.phones) == 2 and bench.line.state.state == "up")
    assert bench.phones[1].start.host == "127.0.0.9"
