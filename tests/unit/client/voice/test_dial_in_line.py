"""A leg for each call, against the fake softphone and a fake telephony engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.dial_in_line import DialInLine
from sip.fake.softphone import SILENT
from sip.link.protocol import Call, HangUp
from tests.unit.client.voice.test_line import AT_ONCE, FAST
from tests.unit.client.voice.test_line import Bench as LineBench


class Bench(LineBench):
    """The engine lets go of a leg that comes while no call needs one, as the server does."""

    def __init__(self) -> None:
        self.stood_by = 0
        self.refusals: list[Refused] = []
        super().__init__()

    def make(self, timing: Timing = FAST) -> DialInLine:
        self.line: DialInLine = DialInLine(
            self.stand_by, self.open_line, self.spawn, self.on_change, timing=timing
        )
        return self.line

    async def stand_by(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.stood_by += 1
        assert self.engine
        if self.stood_by == 1:
            self.engine.send(HangUp(call=self.arrived[-1]))

    async def proved(self) -> None:
        self.line.start()
        await self.until(lambda: self.line.state.state == "up" and not self.line.leg)

    def calls(self) -> int:
        return sum(isinstance(c, Call) for c in self.phones[-1].commands)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.start_engine()
    yield bench
    await bench.line.stop()


async def test_the_way_is_proved_once_and_no_leg_stays(bench: Bench) -> None:
    await bench.proved()
    assert bench.stood_by == 1
    assert bench.line.state.per_call


async def test_each_call_brings_a_leg_that_ends_with_it(bench: Bench) -> None:
    await bench.proved()
    for call in (1, 2):
        bench.line.set_needed(True)
        bench.line.set_needed(True)
        bench.line.set_talking(True)
        await bench.until(lambda: bench.line.state.transmitting)
        bench.line.set_needed(False)
        bench.line.call_over()
        await bench.until(lambda: not bench.line.leg)
        assert bench.line.state.state == "up"
        assert bench.calls() == 1 + call


async def test_a_call_that_is_over_before_its_leg_is_there(bench: Bench) -> None:
    await bench.proved()
    assert bench.engine
    bench.engine.on_incoming = SILENT
    bench.line.set_needed(True)
    await bench.until(lambda: len(bench.arrived) == 2)
    bench.line.set_needed(False)
    await bench.until(lambda: not bench.line.leg)
    assert "failed" not in [state.state for state in bench.states]
    bench.engine.on_incoming = AT_ONCE
    bench.line.set_needed(True)
    await bench.until(lambda: len(bench.arrived) == 3)


async def test_a_server_that_forgot_us_is_called_again(bench: Bench) -> None:
    await bench.proved()
    bench.stood_by = 0
    bench.line.redial()
    await bench.until(lambda: bench.stood_by == 1)
    await bench.until(lambda: not bench.line.leg)
    assert bench.line.state.state == "up"


async def test_a_refusal_is_told_and_tried_again(bench: Bench) -> None:
    bench.refusals.append(Refused("engine_down", "Телефония не отвечает."))
    bench.line.start()
    await bench.until("failed")
    assert "не отвечает" in bench.line.state.detail
    await bench.until("up")


async def test_a_softphone_that_died_between_calls_is_replaced(bench: Bench) -> None:
    await bench.proved()
    bench.stood_by = 0
    bench.phones[-1].die()
    await bench.until(lambda: bench.stood_by == 1)
    assert len(bench.phones) == 2


async def test_a_machine_in_another_network_is_known_from_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.proved()

    async def elsewhere(host: str) -> str:
        return "127.0.0.9"

    monkeypatch.setattr("ekc_console.client.voice.line.own_address_towards", elsewhere)
    monkeypatch.setattr("ekc_console.client.voice.access.own_address_towards", elsewhere)
    await bench.line.look_at_network()
    await bench.until(lambda: len(bench.phones) == 2 and bench.line.state.state == "up")
    assert bench.phones[1].start.host == "127.0.0.9"
