"""Commands about sound devices, on machines with and without any."""

from __future__ import annotations

import pytest

from sip.link.protocol import (
    Devices,
    Failed,
    HearYourself,
    Levels,
    ListDevices,
    Ring,
    SetVolume,
    SoundState,
    TestTone,
    UseDevices,
    WatchLevels,
)
from tests.support.softphone import WAIT_S, PhoneMaker

pytestmark = pytest.mark.asyncio(loop_scope="package")
COMMANDS = (UseDevices, SetVolume, Ring, WatchLevels, TestTone, HearYourself)


@pytest.mark.parametrize("command", COMMANDS)
async def test_without_sound_they_are_refused(make: PhoneMaker, command: type) -> None:
    phone = await make()
    seq = phone.send(command())
    assert (await phone.wait_for(Failed, WAIT_S, seq=seq)).code == "no_sound"


async def test_a_device_that_is_not_there_is_waited_for(make: PhoneMaker) -> None:
    phone = await make(sound="device")
    for side in ("microphone", "speaker", "ring"):
        await phone.wait_for(SoundState, WAIT_S, side=side, wanted="off" if side == "ring" else "")
    phone.send(UseDevices(microphone="x:none", speaker="x:none", ring="x:none"))
    for side in ("microphone", "speaker", "ring"):
        state = await phone.wait_for(SoundState, WAIT_S, side=side, wanted="x:none")
        assert state.state in ("fallback", "none")


async def test_levels_come_while_they_are_watched(make: PhoneMaker) -> None:
    phone = await make(sound="device")
    phone.send(WatchLevels())
    level = await phone.wait_for(Levels, WAIT_S)
    assert -96 <= level.microphone_dbfs <= 3
    await phone.wait_for(Levels, WAIT_S)
    phone.send(WatchLevels(on=False))
    phone.send(ListDevices())
    await phone.wait_for(Devices, WAIT_S)


@pytest.mark.parametrize("volume", [-0.1, 4.1])
async def test_a_volume_out_of_range(make: PhoneMaker, volume: float) -> None:
    phone = await make(sound="device")
    seq = phone.send(SetVolume(speaker=volume))
    failed = await phone.wait_for(Failed, WAIT_S, seq=seq)
    assert (failed.code, "speaker" in failed.detail) == ("bad_value", True)
