"""The standing leg against the fake softphone and a fake telephony engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.client.voice.line import Line
from ekc_console.client.voice.line_state import MOST_KEYS, LineState, Voice
from ekc_console.wire import messages
from ekc_console.wire.messages import RefusalCode
from sip.fake.softphone import SILENT, Behaviour, FakeNetwork, FakePhone
from sip.link.phone import CallFailed, EventSink, Phone, SoftphoneError
from sip.link.protocol import (
    Call,
    CallState,
    Event,
    ExpectOther,
    HangUp,
    Incoming,
    Mute,
    Play,
    Record,
    SendKeys,
    Start,
    StopPlaying,
    Tone,
)
from tests.support.wire_server import Watch

FAST = Timing(backoff=Backoff(0.001, 0.01), leg_s=2.0)
AT_ONCE = Behaviour(((0.0, 200),))
ENGINE = "127.0.0.2"


class Bench(Watch):
    """A line, its softphones, the server's answer to OpenLine, and the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.network = FakeNetwork()
        self.phones: list[FakePhone] = []
        self.spawn_errors: list[SoftphoneError] = []
        self.open_errors: list[Refused] = []
        self.accounts = 0
        self.engine: FakePhone | None = None
        self.arrived: list[str] = []
        self.states: list[LineState] = []
        self.line = self.make()

    def make(self, timing: Timing = FAST) -> Line:
        self.line = Line(self.open_line, self.spawn, self.on_change, timing=timing)
        return self.line

    async def open_line(self) -> messages.Line:
        if self.open_errors:
            raise self.open_errors.pop(0)
        self.accounts += 1
        return messages.Line(
            uri=f"sip:standing@{ENGINE}:5060;transport=tcp",
            user="anna",
            password=f"secret-{self.accounts}",
            domain=ENGINE,
            transport="tcp",
        )

    async def spawn(self, start: Start, *, on_event: EventSink | None = None) -> Phone:
        if self.spawn_errors:
            raise self.spawn_errors.pop(0)
        phone = await FakePhone.spawn(start, self.network, on_event=on_event)
        self.phones.append(phone)
        return phone

    def on_change(self) -> None:
        self.states.append(self.line.state)
        self.changed()

    async def start_engine(self, behaviour: Behaviour = AT_ONCE) -> FakePhone:
        def arrived(event: Event) -> None:
            if isinstance(event, Incoming):
                self.arrived.append(event.call)
            self.changed()

        start = Start(host=ENGINE, port=5060)
        self.engine = await FakePhone.spawn(
            start, self.network, on_event=arrived, on_incoming=behaviour
        )
        return self.engine

    async def until(self, condition: object, limit_s: float = 5.0) -> None:
        if isinstance(condition, str):
            await super().until(lambda: self.line.state.state == condition, limit_s)
        else:
            assert callable(condition)
            await super().until(condition, limit_s)

    def microphone(self) -> list[bool]:
        """The Mute commands of the newest leg: on is silent."""
        commands = self.phones[-1].commands
        return [c.on for c in commands if isinstance(c, Mute) and c.call == self.line.leg]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.line.stop()


async def test_it_comes_up_and_stays_silent(bench: Bench) -> None:
    await bench.start_engine()
    assert bench.line.state.state == "off"
    bench.line.start()
    bench.line.start()
    assert bench.line.state.state == "connecting"
    await bench.until("up")
    start = bench.phones[0].start
    assert (start.user, start.password, start.domain) == ("anna", "secret-1", ENGINE)
    assert (start.transport, start.sound, start.host) == ("tcp", "device", "127.0.0.1")
    first, second = bench.phones[0].commands[:2]
    assert isinstance(first, Call)
    assert first.uri == f"sip:standing@{ENGINE}:5060;transport=tcp"
    assert isinstance(second, Mute), "silent from its first packet"
    assert bench.microphone() == [True]
    assert bench.line.phone is bench.phones[0]
    assert not bench.line.state.transmitting


async def test_the_microphone_follows_the_call(bench: Bench) -> None:
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    bench.line.set_talking(True)
    assert bench.line.state.transmitting
    bench.line.mute(True)
    assert bench.line.state.muted
    assert not bench.line.state.transmitting
    bench.line.mute(False)
    bench.line.set_talking(True)
    bench.line.mute(True)
    bench.line.set_talking(False)
    bench.line.set_talking(True)
    assert bench.line.state.muted, "a call that was held is still muted"
    bench.line.call_over()
    assert not bench.line.state.muted, "the next call begins with an open microphone"
    assert bench.microphone() == [True, False, True, False, True]


async def test_keys_of_who_cannot_speak_are_seen_and_those_of_an_earlier_call_are_not(
    bench: Bench,
) -> None:
    engine = await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    bench.line.set_talking(True)
    engine.send(SendKeys(call=bench.arrived[-1], keys="1"))
    await bench.until(lambda: bench.line.state.keys == "1")
    bench.line.set_talking(False)
    bench.line.set_talking(True)
    assert bench.line.state.keys == "1", "a call that was held is the same call"
    bench.line.call_over()
    assert bench.line.state.keys == ""


def test_two_presses_at_once_are_one_answer_and_the_last_ones_stay() -> None:
    state = LineState("up")
    for at, key in ((10.0, "1"), (15.0, "1"), (15.6, "1")):
        state = state.with_key(key, at)
    assert state.keys == "1 11"
    for at in range(40):
        state = state.with_key("5", 20.0 + at)
    assert state.keys == "5" * MOST_KEYS


async def test_every_joined_call_is_announced_to_the_softphone(bench: Bench) -> None:
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    for _ in range(2):
        bench.line.set_talking(True)
        bench.line.call_over()
    told = [c for c in bench.phones[-1].commands if isinstance(c, ExpectOther)]
    assert [c.call for c in told] == [bench.line.leg] * 2


async def test_a_call_before_the_leg_opens_the_microphone_when_it_is_up(bench: Bench) -> None:
    bench.line.start()
    bench.line.set_talking(True)
    assert not bench.line.state.transmitting
    await bench.start_engine()
    await bench.until("up")
    assert bench.line.state.transmitting
    assert bench.microphone() == [True, False]


async def test_a_dropped_leg_is_dialled_again(bench: Bench) -> None:
    engine = await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    bench.line.set_talking(True)
    first = bench.line.leg
    engine.send(HangUp(call=bench.arrived[0]))
    await bench.until("connecting")
    assert "закончил вызов" in bench.line.state.detail
    assert not bench.line.state.transmitting
    await bench.until("up")
    assert bench.line.leg != first
    assert bench.microphone() == [True, False], "the talk goes on"
    assert len(bench.phones) == 1
    assert bench.accounts == 1


async def test_a_dead_softphone_is_replaced(bench: Bench) -> None:
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    bench.phones[0].die()
    await bench.until("connecting")
    assert bench.line.phone is None
    assert "запускается заново" in bench.line.state.detail
    await bench.until("up")
    assert len(bench.phones) == 2
    assert bench.phones[1].start.password == "secret-1", "the shift's account still holds"


async def test_no_engine_yet(bench: Bench) -> None:
    bench.line.start()
    await bench.until("failed")
    assert bench.line.state.detail == "Сервер телефонии недоступен."
    await bench.until(lambda: len(bench.phones) > 2)
    await bench.start_engine()
    await bench.until("up")
    assert bench.line.state.detail == ""
    tried = [state.state for state in bench.states]
    assert "connecting" not in tried[tried.index("failed") :], "no flicker between tries"


async def test_refused_credentials_are_asked_anew(bench: Bench) -> None:
    engine = await bench.start_engine(Behaviour(((0.0, 401),)))
    bench.line.start()
    await bench.until("failed")
    assert "учётные данные" in bench.line.state.detail
    engine.on_incoming = AT_ONCE
    await bench.until("up")
    assert bench.accounts >= 2
    assert bench.phones[-1].start.password == f"secret-{bench.accounts}"


async def test_an_engine_that_never_answers(bench: Bench) -> None:
    engine = await bench.start_engine(SILENT)
    line = bench.make(Timing(backoff=FAST.backoff, leg_s=0.03))
    line.start()
    await bench.until("failed")
    assert "не отвечает" in line.state.detail
    engine.on_incoming = AT_ONCE
    await bench.until("up")
    assert line.leg == f"line{len(bench.phones)}"


async def test_the_server_refuses_the_line(bench: Bench) -> None:
    await bench.start_engine()
    bench.open_errors = [Refused("engine_down", "Телефония не отвечает.")]
    bench.line.start()
    await bench.until("failed")
    assert bench.line.state.detail == "Телефония не отвечает."
    await bench.until("up")


@pytest.mark.parametrize(("code", "state"), [("not_allowed", "failed"), ("wrong_state", "off")])
async def test_a_line_that_nobody_will_have_is_asked_for_once(
    bench: Bench, code: RefusalCode, state: str
) -> None:
    await bench.start_engine()
    bench.open_errors = [Refused(code, "Смены не бывает.")]
    bench.line.start()
    await bench.until(state)
    await bench.until(lambda: bench.line._task is None)
    assert not bench.accounts
    bench.line.start()
    await bench.until("up")


async def test_a_softphone_that_does_not_start(bench: Bench) -> None:
    await bench.start_engine()
    bench.spawn_errors = [SoftphoneError("died", "the process ended with 1")]
    bench.line.start()
    await bench.until("failed")
    assert "не запустился" in bench.line.state.detail
    await bench.until("up")


async def test_an_engine_address_that_is_none(bench: Bench) -> None:
    account = await bench.open_line()
    host = "x" * 64  # longer than a label of a name may be: no resolver is asked

    async def broken() -> messages.Line:
        return messages.Line(
            uri=f"sip:standing@{host}:5060",
            user=account.user,
            password=account.password,
            domain="",
            transport="udp",
        )

    bench.line = Line(broken, bench.spawn, bench.on_change, timing=FAST)
    bench.line.start()
    await bench.until("failed")
    detail = bench.line.state.detail
    assert detail == f"Сервер телефонии {host} недоступен: имя узла не найдено."
    assert not bench.phones


async def test_lost_sound_is_shown(bench: Bench) -> None:
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    assert bench.line.state.sound == "device"
    bench.phones[0].plug()
    assert bench.line.state.sound == "null"
    assert bench.line.state.state == "up"


async def test_a_leg_that_only_we_believe_in_is_dialled_again(bench: Bench) -> None:
    bench.line.redial()
    engine = await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    first = bench.line.leg
    engine.die()
    assert bench.line.state.state == "up", "a killed engine says no goodbye"
    await bench.start_engine()
    bench.line.redial()
    await bench.until("connecting")
    await bench.until("up")
    assert bench.line.leg != first
    assert HangUp in [type(command) for command in bench.phones[0].commands]


async def test_a_machine_in_another_network_calls_in_from_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    await bench.line.look_at_network()
    assert len(bench.phones) == 1, "the address is the old one"

    async def elsewhere(host: str) -> str:
        return "127.0.0.9"

    monkeypatch.setattr("ekc_console.client.voice.line.own_address_towards", elsewhere)
    monkeypatch.setattr("ekc_console.client.voice.access.own_address_towards", elsewhere)
    await bench.line.look_at_network()
    await bench.until(lambda: len(bench.phones) == 2 and bench.line.state.state == "up")
    assert bench.phones[1].start.host == "127.0.0.9"


async def test_stop_drops_the_leg_and_ends_the_softphone(bench: Bench) -> None:
    engine = await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    await bench.line.stop()
    await bench.line.stop()
    assert bench.line.state.state == "off"
    assert bench.phones[0].exit_code == 0
    assert bench.line.phone is None
    await bench.until(lambda: not engine.live_calls)
    bench.line.start()
    await bench.until("up")
    assert bench.accounts == 2, "a new shift has new credentials"


async def test_events_of_a_replaced_softphone_are_ignored(bench: Bench) -> None:
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    old = bench.phones[0]
    old.die()
    await bench.until(lambda: len(bench.phones) == 2 and bench.line.state.state == "up")
    assert old.on_event is not None
    old.on_event(CallState(call=bench.line.leg, state="ended"))
    await asyncio.sleep(0)
    assert bench.line.state.state == "up"


async def test_an_automatic_operator_speaks_only_in_a_call(bench: Bench, tmp_path: Path) -> None:
    engine = await bench.start_engine()
    record, wav = tmp_path / "heard.wav", tmp_path / "hello.wav"
    bench.line.voice = Voice(tone_hz=440.0, play_file=str(wav), record=str(record))
    bench.line.start()
    await bench.until("up")

    def said() -> list[object]:
        commands = bench.phones[-1].commands
        return [c for c in commands if isinstance(c, Tone | Play | StopPlaying)]

    bench.line.set_talking(True)
    bench.line.set_talking(False)
    kinds = [type(command) for command in said()[-4:]]
    assert kinds == [Tone, Play, Tone, StopPlaying]
    tones = [c.hz for c in said() if isinstance(c, Tone)]
    assert tones[-2:] == [440.0, 0.0]
    engine.send(HangUp(call=bench.arrived[0]))
    await bench.until(lambda: len(bench.arrived) == 2 and bench.line.state.state == "up")
    files = [c.file for c in bench.phones[0].commands if isinstance(c, Record)]
    assert files == [str(record), str(tmp_path / "heard-2.wav")]


async def test_a_second_call_past_the_server_hears_busy(bench: Bench) -> None:
    """Whoever knows the telephone's own address disturbs neither the leg nor the talk."""
    await bench.start_engine()
    bench.line.start()
    await bench.until("up")
    bench.line.set_talking(True)
    stranger = await FakePhone.spawn(Start(), bench.network)
    with pytest.raises(CallFailed) as caught:
        await stranger.call(bench.phones[0].uri, 5.0)
    assert (caught.value.reason, caught.value.code) == ("busy", 486)
    assert bench.line.state.state == "up"
    assert bench.line.state.transmitting
