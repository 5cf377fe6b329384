"""The life of sound devices; the driver is a stand-in, since a build machine has no devices."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sip.link.protocol import (
    Device,
    Devices,
    Event,
    Ring,
    SoundState,
    TestTone,
    UseDevices,
)
from sip.sound import keeper
from sip.sound.devices import NoSound
from sip.sound.keeper import Lost, Opened, Sound, Stream

HEADSET = Device(id="p:Headset", name="Headset", inputs=1, outputs=1)
BUILT_IN = Device(
    id="p:Built-in",
    name="Built-in",
    inputs=1,
    outputs=1,
    default_input=True,
    default_output=True,
)


class OpenDevice:
    """A running device: its clock is turned by the test."""

    def __init__(self, name: str, block: Callable[[], bytes | None]) -> None:
        self.name = name
        self.block = block
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


class StandIn:
    """A machine's sound system."""

    def __init__(self, *devices: Device) -> None:
        self.plugged = list(devices)
        self.broken: set[str] = set()
        self.open: list[OpenDevice] = []

    def devices(self) -> list[Device]:
        return list(self.plugged)

    def open_input(self, device: str, take: Callable[[bytes], None]) -> OpenDevice:
        return self._opened("in", device, lambda: take(bytes(320)))

    def open_output(self, device: str, give: Callable[[int], bytes]) -> OpenDevice:
        return self._opened("out", device, lambda: give(160))

    def _opened(self, way: str, device: str, block: Callable[[], bytes | None]) -> OpenDevice:
        if device in self.broken:
            raise NoSound("it is broken")
        opened = OpenDevice(f"{way} {device}", block)
        self.open.append(opened)
        return opened

    def running(self, name: str) -> OpenDevice | None:
        return next(
            (one for one in self.open if one.name == name and not one.closed.is_set()), None
        )


class Bench:
    def __init__(self, *devices: Device) -> None:
        self.driver = StandIn(*devices)
        self.events: list[Event] = []
        self.sound = Sound(self.driver, self.events.append)
        self.sound.start()

    def until(self, done: Callable[[], Any]) -> None:
        """Poll as the softphone does; the devices that are plugged in go on."""
        pause, deadline = threading.Event(), time.monotonic() + 5
        while not done():
            assert time.monotonic() < deadline, self.events
            self.sound.poll()
            pause.wait(0.002)

    def use(self, **devices: str) -> None:
        self.sound.do(UseDevices(**devices))

    def state(self, side: str) -> SoundState | None:
        told = [e for e in self.events if isinstance(e, SoundState) and e.side == side]
        return told[-1] if told else None

    def is_(self, side: str, state: str, name: str = "") -> Callable[[], bool]:
        def check() -> bool:
            told = self.state(side)
            return told is not None and (told.state, told.name) == (state, name)

        return check


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "LIST_EVERY_S", 0.02)


def stream_with(start: Callable[[Callable[[], None]], Any]) -> Stream:
    return Stream("p:Headset", start)


def wait_for_change(stream: Stream) -> Opened | Lost:
    pause = threading.Event()
    for _ in range(500):
        change = stream.poll()
        if change is not None:
            return change
        pause.wait(0.01)
    raise AssertionError("nothing changed")


def device() -> OpenDevice:
    return OpenDevice("", lambda: None)


# -- one device ----------------------------------------------------------------


def test_a_device_that_opens_and_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "SILENT_LIMIT_S", 0.1)
    opened = device()
    stream = stream_with(lambda alive: opened)
    stream.open()
    assert wait_for_change(stream) == Opened()
    for _ in range(keeper.STEADY_AFTER):
        stream.alive()
    assert isinstance(wait_for_change(stream), Lost)
    assert opened.closed.wait(5)
    assert stream.poll() is None


def test_a_device_that_never_asks_for_audio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FIRST_AUDIO_LIMIT_S", 0.1)
    monkeypatch.setattr(keeper, "OPEN_LIMIT_S", 0.5)
    stream = stream_with(lambda alive: device())
    stream.open()
    assert wait_for_change(stream) == Opened()
    assert isinstance(wait_for_change(stream), Lost)


def test_no_device() -> None:
    def start(alive: Callable[[], None]) -> OpenDevice:
        raise NoSound("there is no sound device")

    stream = stream_with(start)
    stream.open()
    assert wait_for_change(stream) == Lost("there is no sound device")
    assert stream.poll() is None


def test_a_device_that_opens_too_late_is_closed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "OPEN_LIMIT_S", 0.05)
    release, opened = threading.Event(), device()

    def start(alive: Callable[[], None]) -> OpenDevice:
        release.wait(5)
        return opened

    stream = stream_with(start)
    stream.open()
    assert isinstance(wait_for_change(stream), Lost)
    release.set()
    assert opened.closed.wait(5)


def test_close_gives_the_device_back() -> None:
    opened = device()
    stream = stream_with(lambda alive: opened)
    stream.open()
    wait_for_change(stream)
    stream.close()
    assert opened.closed.wait(5)
    assert stream.poll() is None


# -- all sides -----------------------------------------------------------------


def test_the_systems_own_devices_at_first() -> None:
    bench = Bench(BUILT_IN, HEADSET)
    bench.until(lambda: bench.sound.settled)
    assert bench.sound.heard
    assert bench.is_("microphone", "chosen", "Built-in")()
    assert bench.is_("speaker", "chosen", "Built-in")()
    microphone = bench.driver.running("in ")
    assert microphone is not None
    microphone.block()
    assert bench.sound.mixer.capture.filling == 160


def test_without_any_device_all_is_silent_and_waits() -> None:
    bench = Bench()
    bench.until(lambda: bench.sound.settled)
    assert not bench.sound.heard
    bench.driver.plugged = [BUILT_IN]
    bench.until(bench.is_("microphone", "chosen", "Built-in"))


def test_a_headset_that_is_chosen_lost_and_comes_back() -> None:
    bench = Bench(BUILT_IN, HEADSET)
    bench.use(microphone=HEADSET.id, speaker=HEADSET.id)
    bench.until(bench.is_("speaker", "chosen", "Headset"))
    bench.until(bench.is_("microphone", "chosen", "Headset"))
    bench.driver.plugged = [BUILT_IN]
    bench.until(bench.is_("speaker", "fallback", "Built-in"))
    bench.until(bench.is_("microphone", "fallback", "Built-in"))
    assert bench.driver.running("out p:Headset") is None
    assert any(isinstance(event, Devices) for event in bench.events)
    bench.driver.plugged = [BUILT_IN, HEADSET]
    bench.until(bench.is_("speaker", "chosen", "Headset"))
    bench.until(bench.is_("microphone", "chosen", "Headset"))
    bench.until(lambda: bench.driver.running("out ") is None)


def test_a_device_that_stops_while_it_is_plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FIRST_AUDIO_LIMIT_S", 0.05)
    monkeypatch.setattr(keeper, "OPEN_LIMIT_S", 0.05)
    bench = Bench(HEADSET)
    bench.use(microphone=HEADSET.id)
    bench.until(lambda: bench.state("microphone"))
    bench.until(
        lambda: any(
            isinstance(e, SoundState) and e.detail == "the device stopped" for e in bench.events
        )
    )


def test_a_broken_device_leaves_the_systems_own_in_use() -> None:
    bench = Bench(BUILT_IN, HEADSET)
    bench.until(bench.is_("speaker", "chosen", "Built-in"))
    in_use = bench.driver.running("out ")
    bench.driver.broken.add(HEADSET.id)
    bench.use(speaker=HEADSET.id)
    bench.until(bench.is_("speaker", "fallback", "Built-in"))
    told = bench.state("speaker")
    assert told is not None
    assert told.detail == "it is broken"
    assert bench.driver.running("out ") is in_use, "the sound was interrupted for nothing"


def test_the_ring_device_is_open_only_while_it_rings() -> None:
    bench = Bench(BUILT_IN, HEADSET)
    bench.until(lambda: bench.sound.settled)
    bench.sound.do(Ring())
    bench.use(ring=BUILT_IN.id)
    bench.until(bench.is_("ring", "chosen", "Built-in"))
    bench.until(lambda: bench.driver.running("out p:Built-in"))
    ringing = bench.driver.running("out p:Built-in")
    assert ringing is not None
    assert any(ringing.block() or b"")
    bench.sound.do(Ring(on=False))
    bench.until(ringing.closed.is_set)


def test_ringing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RING_ONCE_S", 0.1)
    bench = Bench(BUILT_IN)
    bench.use(ring=BUILT_IN.id)
    bench.until(lambda: bench.sound.settled)
    bench.sound.do(TestTone(side="ring"))
    bench.until(lambda: bench.driver.running("out p:Built-in"))
    bench.until(lambda: bench.driver.running("out p:Built-in") is None)


def test_close_gives_all_devices_back() -> None:
    bench = Bench(BUILT_IN)
    bench.until(lambda: bench.sound.heard)
    bench.until(lambda: len(bench.driver.open) == 2)
    bench.sound.close()
    assert all(one.closed.wait(5) for one in bench.driver.open)


def test_a_list_that_fails_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(BUILT_IN)

    def broken() -> list[Device]:
        raise OSError("no sound server")

    monkeypatch.setattr(bench.driver, "devices", broken)
    bench.until(bench.is_("speaker", "none"))
