"""At a real Asterisk, frame by frame: no gap and no click at any ear while a supervisor listens,
whispers and barges in by turns."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.contract.engine.test_listening import put_talk
from tests.contract.engine.test_recording import closed
from tests.support.engine import AsteriskWorld, World, tones_over_time
from tests.support.tape import Tape, click, gap_s, part, tones_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

GAP_S = 0.04
"""Two frames of 20 ms: one may hold the end of one mode and the beginning of the next."""


@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.long)])
async def test_no_switch_of_modes_is_a_gap_or_a_click(
    world: World, tmp_path: Path, rounds: int
) -> None:
    if not isinstance(world, AsteriskWorld):
        pytest.skip("sound in frames is Asterisk's")
    caller, operator, supervisor = await put_talk(world, "frames")
    tapes: dict[str, Tape] = {"caller": [], "operator": [], "supervisor": []}
    for name, party in zip(tapes, (caller, operator, supervisor), strict=True):
        party.phone.tape = tapes[name]
    clock = asyncio.get_running_loop().time
    await world.engine.start_recording(caller.leg, tmp_path / "frames")
    begun = clock()
    await world.engine.listen(supervisor.leg, operator.leg, "listen")
    await supervisor.until_hears({700, 1100})
    listens = clock()
    spells: dict[str, list[tuple[float, float]]] = {"listen": [], "whisper": [], "barge": []}
    for mode in ("listen", "whisper", "barge", "whisper", "listen", "barge", "listen") * rounds:
        await world.engine.listen(supervisor.leg, operator.leg, mode)
        since = clock()
        await asyncio.sleep(0.3)
        spells[mode].append((since, clock()))
    over = clock()
    await world.engine.stop_recording(caller.leg)
    await closed(tmp_path / "frames")

    at_caller = part(tapes["caller"], begun, over)
    at_operator = part(tapes["operator"], begun, over)
    at_supervisor = part(tapes["supervisor"], listens, over)
    assert gap_s(at_caller, 1100) <= GAP_S
    assert gap_s(at_operator, 700) <= GAP_S
    assert gap_s(at_supervisor, 700) <= GAP_S
    assert gap_s(at_supervisor, 1100) <= GAP_S
    # What was said last in a mode may still be on its way when the next one begins.
    quiet_at_caller = [
        frame
        for mode in ("listen", "whisper")
        for since, until in spells[mode]
        for frame in part(at_caller, since + 0.12, until)
    ]
    assert tones_of(quiet_at_caller) == {1100}
    assert click(quiet_at_caller, 1100) < 0.1
    assert 1500 not in tones_of(at_supervisor)
    heard = {spell for spell in tones_over_time(tmp_path / "frames-out.wav") if spell}
    assert heard == {frozenset({1100}), frozenset({1100, 1500})}
