"""What the simulated engine has over the contract: loop time, determinism, its controls."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.server.engine.protocol import (
    CallerArrived,
    EngineDown,
    EngineError,
    EngineEvent,
    EngineUp,
    LegEnded,
    LegRinging,
    PlaybackEnded,
)
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.engine.simulated.sound import Heard
from tests.support.engine import samples_in, tones_over_time, write_tone


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 0.0

    def time(self) -> float:
        return self.now


class _Jumping(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self._loop.now += timeout
        return super().select(0)


def run(
    scenario: Callable[[SimulatedEngine, list[EngineEvent]], Awaitable[None]],
) -> list[EngineEvent]:
    events: list[EngineEvent] = []

    async def main() -> None:
        engine = SimulatedEngine()
        await engine.start(events.append)
        await scenario(engine, events)
        await engine.stop()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
    return events


def test_an_hour_of_prompts_takes_no_time(tmp_path: Path) -> None:
    write_tone(tmp_path / "minute.wav", 500, 60)

    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        leg = engine.caller_calls("7900")
        await engine.answer(leg)
        for _ in range(60):
            await engine.play(leg, [tmp_path / "minute.wav"])
        await asyncio.sleep(3599)
        assert len([one for one in events if isinstance(one, PlaybackEnded)]) == 59
        await asyncio.sleep(2)
        assert len([one for one in events if isinstance(one, PlaybackEnded)]) == 60

    run(scenario)


def test_the_same_scenario_gives_the_same_events(tmp_path: Path) -> None:
    write_tone(tmp_path / "a.wav", 500, 0.5)

    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        engine.outside_party("7901", "answer", ring_s=3)
        legs = [engine.caller_calls(f"790{number}") for number in range(5)]
        for leg in legs:
            await engine.answer(leg)
            await engine.play(leg, [tmp_path / "a.wav"])
        await engine.dial("o1", "7901", caller_id="122", timeout_s=10)
        await engine.dial("o2", "7902", caller_id="122", timeout_s=10)
        await asyncio.sleep(5)
        engine.caller_hangs_up(legs[2])
        await asyncio.sleep(1)

    assert run(scenario) == run(scenario)


def test_ringing_lasts_as_long_as_it_is_told() -> None:
    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        engine.outside_party("7901", "ring")
        await engine.dial("o1", "7901", caller_id="122", timeout_s=30)
        await asyncio.sleep(29.9)
        assert events[1:] == [LegRinging("o1")]
        await asyncio.sleep(0.2)
        assert events[2:] == [LegEnded("o1", "no_answer", trunk="town")]

    run(scenario)


def test_a_dialled_party_may_refuse() -> None:
    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        engine.outside_party("7901", "ring")
        await engine.dial("o1", "7901", caller_id="122", timeout_s=30)
        engine.caller_hangs_up("o1")
        await asyncio.sleep(0)
        assert events[-1] == LegEnded("o1", "rejected", trunk="town")

    run(scenario)


def test_who_hears_what_is_told(tmp_path: Path) -> None:
    write_tone(tmp_path / "a.wav", 500, 1)
    write_tone(tmp_path / "b.wav", 900, 1)

    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        one, two = engine.caller_calls("7900", tone=700), engine.caller_calls("7901", tone=1100)
        for leg in (one, two):
            await engine.answer(leg)
        await engine.make_bridge("b")
        await engine.join("b", one)
        await engine.join("b", two)
        assert engine.members("b") == {one, two}
        assert engine.heard(one) == Heard(tones=frozenset({1100}))
        await engine.play(one, [tmp_path / "a.wav", tmp_path / "b.wav"])
        assert engine.heard(one).file == tmp_path / "a.wav"
        assert engine.heard(two) == Heard()
        await asyncio.sleep(1.5)
        assert engine.heard(one).file == tmp_path / "b.wav"
        await asyncio.sleep(1)
        assert engine.heard(two) == Heard(tones=frozenset({700}))

    run(scenario)


def test_a_recording_is_as_long_as_the_time(tmp_path: Path) -> None:
    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        leg = engine.caller_calls("7900", tone=700)
        await engine.answer(leg)
        await engine.start_recording(leg, tmp_path / "x")
        await asyncio.sleep(2)
        await engine.start_music(leg)
        await asyncio.sleep(3)
        engine.caller_hangs_up(leg)

    run(scenario)
    for side in ("in", "out"):
        assert samples_in(tmp_path / f"x-{side}.wav") == pytest.approx(40000, abs=2)
    assert tones_over_time(tmp_path / "x-in.wav") == [{700}]
    assert tones_over_time(tmp_path / "x-out.wav") == [set(), {350}]


def test_a_held_caller_comes_answered() -> None:
    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        leg = engine.caller_calls(None, held=True)
        await asyncio.sleep(0)
        assert events[-1] == CallerArrived(leg, None, "122", answered=True, since=0.0, trunk="town")
        assert engine.heard(leg).music

    run(scenario)


def test_a_crash_ends_everything_at_once() -> None:
    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        leg = engine.caller_calls("7900")
        engine.crash("power cut")
        with pytest.raises(EngineError):
            await engine.answer(leg)
        engine.recover()
        await asyncio.sleep(0)
        assert events[-2:] == [EngineDown("power cut"), EngineUp()]
        assert engine.legs == {}

    run(scenario)


def test_a_prompt_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(b"not a wave file at all")

    async def scenario(engine: SimulatedEngine, events: list[EngineEvent]) -> None:
        leg = engine.caller_calls("7900")
        await engine.answer(leg)
        with pytest.raises(EngineError, match=r"noise\.wav"):
            await engine.play(leg, [tmp_path / "noise.wav"])

    run(scenario)
