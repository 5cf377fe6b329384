"""The echo test against the fake softphone, in virtual time, and what its figures mean."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from ekc_console.client.voice.echo import ECHO_CALL, EchoResult, EchoTest, _loss, findings
from ekc_console.client.voice.sound import SoundDesk
from ekc_console.errors import EkcError
from ekc_console.wire.messages import Line
from sip.fake.softphone import BUSY, ECHOES, SILENT, Behaviour, FakeNetwork, FakePhone
from sip.link.protocol import HangUp, Quality, Start
from tests.support import virtual_time

HOST = "127.0.0.2"
URI = f"sip:echo@{HOST}:5060"
HANGS_UP = Behaviour(((0.0, 200),), echoes=True, hang_up_after_s=1.0)
GOOD = EchoResult(sent=8, returned=8, round_trip_ms=60.0, loss=0.0, jitter_ms=2.0, codec="PCMA")


async def there(behaviour: Behaviour) -> FakeNetwork:
    network = FakeNetwork()
    engine = await FakePhone.spawn(Start(host=HOST, port=5060), network=network)
    engine.on_incoming = behaviour
    return network


def on_phone(story: Callable[[EchoTest, FakePhone], Awaitable[None]], behaviour: Behaviour) -> None:
    async def main() -> None:
        phone = await FakePhone.spawn(Start(), network=await there(behaviour))
        test = EchoTest(phone, URI)
        phone.on_event = test.take
        await story(test, phone)

    virtual_time.run(main)


def test_what_comes_back_is_measured_and_the_call_stands() -> None:
    async def story(test: EchoTest, phone: FakePhone) -> None:
        result = await test.run()
        assert (result.sent, result.returned, result.loss) == (8, 8, 0.0)
        assert 0 <= result.round_trip_ms <= 40
        assert phone.live_calls == {ECHO_CALL}
        test.end()
        test.end()
        await asyncio.sleep(0.1)
        assert not phone.live_calls
        assert sum(isinstance(command, HangUp) for command in phone.commands) == 1

    on_phone(story, ECHOES)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (BUSY, "занят"),
        (SILENT, "не отвечает"),
        (HANGS_UP, "закончил вызов"),
        (Behaviour(((0.0, 404),)), "нет проверки эхом"),
    ],
)
def test_where_the_way_is_broken(behaviour: Behaviour, words: str) -> None:
    async def story(test: EchoTest, phone: FakePhone) -> None:
        with pytest.raises(EkcError, match=words) as caught:
            await test.run()
        assert caught.value.remedy
        assert test.over

    on_phone(story, behaviour)


def test_a_softphone_that_dies() -> None:
    async def story(test: EchoTest, phone: FakePhone) -> None:
        asyncio.get_running_loop().call_later(2.0, phone.die)
        with pytest.raises(EkcError):
            await test.run()

    on_phone(story, ECHOES)


def test_no_sound_comes_back() -> None:
    async def story(test: EchoTest, phone: FakePhone) -> None:
        result = await test.run()
        assert result.returned == 0
        assert findings(result, transport="tcp", srtp=False)[0].state == "fault"

    on_phone(story, Behaviour(((0.0, 200),)))


def states(result: EchoResult) -> dict[str, str]:
    found = findings(result, transport="tls", srtp=True)
    for finding in found:
        assert bool(finding.remedy) == (finding.state != "ok"), finding
    return {finding.check.removeprefix("voice."): finding.state for finding in found}


@pytest.mark.parametrize(
    ("changes", "bad"),
    [
        ({}, {}),
        ({"round_trip_ms": 299.0}, {}),
        ({"round_trip_ms": 300.0}, {"delay": "warning"}),
        ({"round_trip_ms": 800.0}, {"delay": "fault", "mos": "fault"}),
        ({"loss": 1.0}, {"loss": "warning"}),
        ({"loss": 10.0}, {"loss": "fault", "mos": "fault"}),
        ({"returned": 7}, {"loss": "warning"}),
        ({"returned": 6}, {"loss": "fault"}),
        ({"jitter_ms": 30.0}, {"jitter": "warning"}),
        ({"jitter_ms": 60.0}, {"jitter": "fault"}),
        ({"returned": 0}, {"delay": "fault", "loss": "fault", "mos": "fault"}),
    ],
)
def test_what_the_figures_mean(changes: dict[str, float], bad: dict[str, str]) -> None:
    found = states(replace(GOOD, **changes))
    assert {check: state for check, state in found.items() if state != "ok"} == bad


def test_the_codec_and_the_encryption_are_named() -> None:
    codec = findings(GOOD, transport="tls", srtp=True)[-1]
    assert codec.found == "A-law, TLS, SRTP"
    assert findings(GOOD, transport="udp", srtp=False)[-1].found == "A-law, UDP, звук не шифруется"


def report(packets_in: int, packets_out: int, lost_in: int = 0) -> Quality:
    return Quality(
        call=ECHO_CALL,
        codec="PCMA",
        packets_in=packets_in,
        packets_out=packets_out,
        lost_in=lost_in,
        jitter_ms=1.0,
        round_trip_ms=0.0,
    )


@pytest.mark.parametrize(
    ("after", "loss"),
    [
        (report(240, 250), 0.0),
        (report(238, 250), 0.0),
        (report(242, 250), 0.0),
        (report(235, 250, 5), 2.5),
        (report(220, 250), 10.0),
        (report(220, 250, 12), 10.0),
        (report(40, 50), 0.0),
    ],
)
def test_losses_of_both_ways(after: Quality, loss: float) -> None:
    assert _loss(report(40, 50), after) == loss


# -- at the operator's desk ------------------------------------------------------------


class Desk:
    def __init__(self, network: FakeNetwork) -> None:
        self.network = network
        self.phones: list[FakePhone] = []
        self.line_phone: FakePhone | None = None
        self.fault: EkcError | None = None
        self.sound = SoundDesk(
            lambda: self.line_phone, self._spawn, lambda: None, lambda *_: None, self._open
        )

    async def _spawn(self, start: Start, *, on_event: object) -> FakePhone:
        phone = await FakePhone.spawn(start, network=self.network, on_event=on_event)
        self.phones.append(phone)
        return phone

    async def _open(self) -> Line:
        if self.fault is not None:
            raise self.fault
        return Line(uri=URI, user="echo-anna", password="p", domain=HOST, transport="udp")


def at_desk(story: Callable[[Desk], Awaitable[None]], behaviour: Behaviour = ECHOES) -> None:
    async def main() -> None:
        desk = Desk(await there(behaviour))
        await story(desk)
        await desk.sound.close_check()

    virtual_time.run(main)


def test_before_the_shift_the_check_has_an_account_of_its_own() -> None:
    async def story(desk: Desk) -> None:
        await desk.sound.open_check()
        await desk.sound.test_echo()
        assert desk.sound.echo.state == "hearing"
        assert {finding.state for finding in desk.sound.echo.findings} == {"ok"}
        without, with_account = desk.phones
        assert without.exit_code == 0
        assert with_account.start.user == "echo-anna"
        assert not with_account.start.silence_detection
        desk.sound.end_echo()
        assert desk.sound.echo.state == "off"
        assert desk.sound.echo.findings

    at_desk(story)


def test_in_the_shift_the_lines_softphone_is_used() -> None:
    async def story(desk: Desk) -> None:
        desk.line_phone = await FakePhone.spawn(
            Start(sound="device"), network=desk.network, on_event=desk.sound.on_event
        )
        await desk.sound.open_check()
        await desk.sound.test_echo()
        assert desk.sound.echo.state == "hearing"
        assert not desk.phones
        assert desk.line_phone.live_calls == {ECHO_CALL}
        await desk.sound.close_check()
        await asyncio.sleep(0.1)
        assert not desk.line_phone.live_calls
        await desk.line_phone.stop()

    at_desk(story)


def test_a_server_that_refuses_is_told_with_its_remedy() -> None:
    async def story(desk: Desk) -> None:
        desk.fault = EkcError("Идёт вызов.", "После разговора.")
        await desk.sound.open_check()
        await desk.sound.test_echo()
        assert (desk.sound.echo.state, desk.sound.echo.fault) == ("failed", desk.fault)
        desk.fault = None
        await desk.sound.test_echo()
        assert desk.sound.echo.state == "hearing"

    at_desk(story)


def test_the_screen_is_closed_while_it_is_measured() -> None:
    async def story(desk: Desk) -> None:
        await desk.sound.open_check()
        test = asyncio.create_task(desk.sound.test_echo())
        await asyncio.sleep(2.0)
        assert desk.sound.echo.state == "measuring"
        await desk.sound.close_check()
        await test
        assert desk.sound.echo.state == "off"
        assert all(phone.exit_code == 0 for phone in desk.phones)

    at_desk(story)


def test_a_server_that_ends_the_echo() -> None:
    async def story(desk: Desk) -> None:
        await desk.sound.open_check()
        await desk.sound.test_echo()
        await asyncio.sleep(4.0)
        assert desk.sound.echo.state == "off"

    at_desk(story, Behaviour(((0.0, 200),), echoes=True, hang_up_after_s=8.0))
