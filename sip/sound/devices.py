"""Which sound device serves one side. Pure: lists and times in, a choice out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol

from sip.link.protocol import NO_DEVICE, SYSTEM, Device, Side, SoundState

Direction = Literal["capture", "playback"]

RETRY_S = 1.0
"""A device that failed is tried again after so long, then twice as long, up to the limit."""
RETRY_LIMIT_S = 30.0


class NoSound(Exception):
    """No usable sound device; the text says why."""


class OpenDevice(Protocol):
    def close(self) -> None:
        """Give the device back; may block."""


class Driver(Protocol):
    """The machine's sound system. Every method may block; errors are of any kind."""

    def devices(self) -> list[Device]:
        """What is plugged in; none: an empty list."""

    def open_input(self, device: str, take: Callable[[bytes], None]) -> OpenDevice:
        """``take`` gets 8 kHz mono s16 samples on a thread of the driver's."""

    def open_output(self, device: str, give: Callable[[int], bytes]) -> OpenDevice:
        """``give`` is asked for a number of samples on a thread of the driver's."""


def named(found: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """Names with the mark of the default one; the second device of a name becomes ``name (2)``."""
    names: dict[str, bool] = {}
    for name, default in found:
        unique, number = name, 1
        while unique in names:
            number += 1
            unique = f"{name} ({number})"
        names[unique] = default
    return names


class Choice:
    """The device that one side should use: the wanted one, else the system's own, else none."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.wanted = NO_DEVICE if side == "ring" else SYSTEM
        self.devices: Sequence[Device] = ()
        self._failures: dict[str, tuple[int, float]] = {}

    def want(self, device: str) -> None:
        self.wanted = device
        self._failures.clear()

    def see(self, devices: Sequence[Device]) -> None:
        """A device that was away and is back deserves a fresh try."""
        came = {device.id for device in devices} - {device.id for device in self.devices}
        for device in came:
            self._failures.pop(device, None)
        if came:
            self._failures.pop(SYSTEM, None)
        self.devices = devices

    def failed(self, device: str, now: float) -> None:
        count = self._failures.get(device, (0, 0.0))[0]
        self._failures[device] = (count + 1, now + min(RETRY_S * 2**count, RETRY_LIMIT_S))

    def best(self, now: float) -> str | None:
        if self.wanted == NO_DEVICE:
            return None
        return next(
            (
                device
                for device in dict.fromkeys((self.wanted, SYSTEM))
                if self.present(device) and now >= self._failures.get(device, (0, 0.0))[1]
            ),
            None,
        )

    def present(self, device: str) -> bool:
        fitting = (known for known in self.devices if self._fits(known))
        return any(device in (SYSTEM, known.id) for known in fitting)

    def _fits(self, device: Device) -> bool:
        return bool(device.inputs if self.side == "microphone" else device.outputs)

    def told(self, in_use: str | None, now: float, detail: str = "") -> SoundState:
        """The event for what is in use."""
        if in_use is None:
            return SoundState(
                side=self.side, state="none", wanted=self.wanted, detail=detail, t=now
            )
        return SoundState(
            side=self.side,
            state="chosen" if in_use == self.wanted else "fallback",
            device=in_use,
            name=self._name(in_use),
            wanted=self.wanted,
            detail=detail,
            t=now,
        )

    def _name(self, device: str) -> str:
        for known in self.devices:
            default = known.default_input if self.side == "microphone" else known.default_output
            if known.id == device or (device == SYSTEM and default and self._fits(known)):
                return known.name
        return ""
