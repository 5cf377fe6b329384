"""The sound devices of a fake softphone: plugged in and out by a test, never heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from sip.link.protocol import (
    SILENT_DBFS,
    Device,
    Devices,
    Event,
    HearYourself,
    Levels,
    Ring,
    SetVolume,
    Side,
    SoundState,
    TestTone,
    UseDevices,
    WatchLevels,
)
from sip.sound.devices import Choice

LEVELS_EVERY_S = 0.1
SoundCommand = UseDevices | SetVolume | Ring | WatchLevels | TestTone | HearYourself

HEADSET = Device(
    id="fake:Headset",
    name="Headset",
    inputs=1,
    outputs=1,
    default_input=True,
    default_output=True,
)


class FakeSound:
    """Chooses devices by the same rules as the real one, at once instead of soon."""

    def __init__(self, devices: Sequence[Device], tell: Callable[[Event], None]) -> None:
        self.devices = list(devices)
        self.ringing = False
        self.levels = (SILENT_DBFS, SILENT_DBFS)
        self._tell = tell
        self._choices: dict[Side, Choice] = {
            side: Choice(side) for side in ("microphone", "speaker", "ring")
        }
        self._told: dict[Side, SoundState] = {}
        self._watching = False

    def start(self) -> bool:
        """Tell the state of each side; whether there is anything to speak into or hear from."""
        self._look()
        return any(self._told[side].state != "none" for side in ("microphone", "speaker"))

    def plug(self, *devices: Device) -> None:
        """From now on these are there."""
        self.devices = list(devices)
        self._tell(Devices(devices=self.devices, t=time.monotonic()))
        self._look()

    def do(self, command: SoundCommand) -> None:
        match command:
            case UseDevices():
                for side, choice in self._choices.items():
                    choice.want(getattr(command, side))
                self._told.clear()
                self._look()
            case Ring():
                self.ringing = command.on
            case WatchLevels():
                began = command.on and not self._watching
                self._watching = command.on
                if began:
                    self._tell_levels()
            case SetVolume() | TestTone() | HearYourself():
                pass  # heard on no device

    def close(self) -> None:
        self._watching = False

    def _look(self) -> None:
        now = time.monotonic()
        for side, choice in self._choices.items():
            choice.see(self.devices)
            state = choice.told(choice.best(now), now)
            told = self._told.get(side)
            if told is None or (told.state, told.device) != (state.state, state.device):
                self._told[side] = state
                self._tell(state)

    def _tell_levels(self) -> None:
        if self._watching:
            microphone, speaker = self.levels
            self._tell(Levels(microphone_dbfs=microphone, speaker_dbfs=speaker, t=time.monotonic()))
            asyncio.get_running_loop().call_later(LEVELS_EVERY_S, self._tell_levels)
