"""At a real Asterisk, frame by frame: no gap and no click at any ear while a supervisor listens,
whispers and barges in by turns."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.domain.terms.ids import ListenMode
from tests.contract.engine.test_listening import put_talk
from tests.contract.engine.test_recording import closed
from tests.support.engine import AsteriskWorld, World, tones_over_time
from tests.support.tape import Tape, click, gap_s, longest_silence_s, part, tones_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

GAP_S = 0.04
"""Two frames of 20 ms: one may hold the end of one mode and the beginning of the next."""


@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.long)])
async def test_no_switch_of_modes_is_a_gap_or_a_click(
    world: World, tmp_path: Path, rounds: int
) -> None:
    """A machine that is too busy to send in time makes gaps, too, but not thrice."""
    if not isinstance(world, AsteriskWorld):
        pytest.skip("sound in frames is Asterisk's")
    caller, operator, supervisor = await put_talk(world, "frames")
    tapes: dict[str, Tape] = {"caller": [], "operator": [], "supervisor": []}
    for name, party in zip(tapes, (caller, operator, supervisor), strict=True):
        party.phone.tape = tapes[name]
    clock = asyncio.get_running_loop().time
    await world.engine.start_recording(caller.leg, tmp_path / "frames")
    for _ in range(3):
        begun = clock()
        await world.engine.listen(supervisor.leg, operator.leg, "listen")
        await supervisor.until_hears({700, 1100})
        listens = clock()
        unheard = await switches(world, supervisor.leg, operator.leg, rounds)
        over = clock()
        at_caller = part(tapes["caller"], begun, over)
        at_operator = part(tapes["operator"], begun, over)
        at_supervisor = part(tapes["supervisor"], listens, over)
        # What was said last in a mode may still be on its way when the next one begins.
        quiet = [f for since, until in unheard for f in part(at_caller, since + 0.12, until)]
        assert tones_of(quiet) == {1100}
        assert 1500 not in tones_of(at_supervisor)
        gaps = [
            gap_s(at_caller, 1100),
            gap_s(at_operator, 700),
            gap_s(at_supervisor, 700),
            gap_s(at_supervisor, 1100),
        ]
        if max(gaps) <= GAP_S and click(quiet, 1100) < 0.1:
            break
        await world.engine.stop_listening(supervisor.leg)
    else:
        raise AssertionError(f"gaps of {gaps} s, click of {click(quiet, 1100)}")
    await world.engine.stop_recording(caller.leg)
    await closed(tmp_path / "frames")
    heard = {spell for spell in tones_over_time(tmp_path / "frames-out.wav") if spell}
    assert heard == {frozenset({1100}), frozenset({1100, 1500})}


async def switches(
    world: World, supervisor: str, operator: str, rounds: int
) -> list[tuple[float, float]]:
    """Through all modes; from when to when the caller is not to hear the supervisor."""
    clock, unheard = asyncio.get_running_loop().time, []
    modes: tuple[ListenMode, ...] = (
        "listen", "whisper", "barge", "whisper", "listen", "barge", "listen",
    )  # fmt: skip
    for mode in modes * rounds:
        await world.engine.listen(supervisor, operator, mode)
        since = clock()
        await asyncio.sleep(0.3)
        if mode != "barge":
            unheard.append((since, clock()))
    return unheard


@pytest.mark.long
@pytest.mark.parametrize("mu_law", [False, True])
async def test_whoever_is_given_to_an_operator_who_is_spoken_to_is_heard_at_once(
    world: World, mu_law: bool
) -> None:
    """The silence that carries a voice to an operator who is alone must never cover a caller."""
    if not isinstance(world, AsteriskWorld):
        pytest.skip("the silence is Asterisk's")
    caller, operator, supervisor = await put_talk(world, "carried")
    await world.engine.listen(supervisor.leg, operator.leg, "whisper")
    for turn in range(12):
        if turn % 2:
            await world.engine.leave("carried", caller.leg)
        else:
            caller.hang_up()
            await caller.until_over()
            caller = await world.caller(tone=700, mu_law=mu_law)
            await world.engine.answer(caller.leg)
        await asyncio.sleep(turn * 0.02)  # in every moment of what follows the leaving
        await world.engine.join("carried", caller.leg)
        await operator.until_hears({700, 1500})
        await caller.until_hears({1100})


@pytest.mark.long
async def test_a_taking_over_is_no_gap_that_a_caller_would_notice(world: World) -> None:
    if not isinstance(world, AsteriskWorld):
        pytest.skip("sound in frames is Asterisk's")
    caller, operator, supervisor = await put_talk(world, "over")
    await world.engine.listen(supervisor.leg, operator.leg, "barge")
    await caller.until_hears({1100, 1500})
    tape: Tape = []
    caller.phone.tape = tape
    begun = asyncio.get_running_loop().time()
    await world.engine.join("over-own", supervisor.leg)
    await world.engine.join("over-own", caller.leg)
    await caller.until_hears({1500})
    silent = longest_silence_s(part(tape, begun, asyncio.get_running_loop().time()))
    assert silent < 0.15
