"""The sound card's life; the device itself is a stand-in, since a build machine has none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from sip import sound
from sip.sound import Lost, NoSound, Opened, SoundCard


class Device:
    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def card_with(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Any]) -> SoundCard:
    card = SoundCard()
    monkeypatch.setattr(card, "_start_device", start)
    return card


def wait_for_change(card: SoundCard) -> Opened | Lost:
    pause = threading.Event()
    for _ in range(500):
        change = card.poll()
        if change is not None:
            return change
        pause.wait(0.01)
    raise AssertionError("nothing changed")


def test_a_device_that_opens_and_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "SILENT_LIMIT_S", 0.1)
    device = Device()
    card = card_with(monkeypatch, lambda: device)
    card.open()
    assert wait_for_change(card) == Opened()
    stream = card._stream()
    next(stream)
    stream.send(bytearray(320))
    lost = wait_for_change(card)
    assert isinstance(lost, Lost)
    assert device.closed.wait(5)
    assert card.poll() is None


def test_a_device_that_never_asks_for_audio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "FIRST_AUDIO_LIMIT_S", 0.1)
    card = card_with(monkeypatch, Device)
    card.open()
    assert wait_for_change(card) == Opened()
    assert isinstance(wait_for_change(card), Lost)


def test_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    def start() -> Device:
        raise NoSound("there is no sound device")

    card = card_with(monkeypatch, start)
    card.open()
    assert wait_for_change(card) == Lost("there is no sound device")
    assert card.poll() is None


def test_a_device_that_opens_too_late_is_closed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "OPEN_LIMIT_S", 0.05)
    release, device = threading.Event(), Device()

    def start() -> Device:
        release.wait(5)
        return device

    card = card_with(monkeypatch, start)
    card.open()
    assert isinstance(wait_for_change(card), Lost)
    release.set()
    assert device.closed.wait(5)


def test_close_gives_the_device_back(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device()
    card = card_with(monkeypatch, lambda: device)
    card.open()
    wait_for_change(card)
    card.close()
    assert device.closed.wait(5)
    assert card.poll() is None


def test_microphone_and_speaker_meet_in_one_stream() -> None:
    card = SoundCard()
    stream = card._stream()
    next(stream)
    card.playback.push(b"\x01\x00" * 320)
    played = stream.send(bytearray(b"\x02\x00" * 320))
    assert played == b"\x01\x00" * 320
    assert card.capture.pull(320) == b"\x02\x00" * 320
