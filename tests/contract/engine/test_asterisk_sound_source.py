"""A caller's sound that comes from another port than before, as when a NAT has forgotten the old
one in the middle of the call; and a stranger's that comes beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.engine import AsteriskWorld, asterisk_program, put_caller, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOCKED_S = 6.0
"""For 5 s of sound Asterisk learns where it comes from."""


@pytest.mark.parametrize(
    ("after_s", "follow", "heard"),
    [
        (1.0, False, True),
        pytest.param(LOCKED_S, False, False, marks=pytest.mark.long),
        pytest.param(LOCKED_S, True, True, marks=pytest.mark.long),
    ],
)
async def test_sound_from_a_new_port(
    tmp_path: Path, after_s: float, follow: bool, heard: bool
) -> None:
    """A port that is not followed is as good as a stranger's."""
    world = await AsteriskWorld(tmp_path, asterisk_program(), follow_sound=follow).open()
    try:
        caller, operator = await put_caller(world), await put_operator(world)
        await world.engine.make_bridge("talk")
        for party in (caller, operator):
            await world.engine.join("talk", party.leg)
        await operator.until_hears({700})
        await caller.until_hears({1100})
        await asyncio.sleep(after_s)
        await caller.phone.move_sound()
        await asyncio.sleep(1)
        await operator.until_hears({700} if heard else set())
        await caller.until_hears({1100} if heard else set())
    finally:
        await world.close()
