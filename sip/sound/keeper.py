"""Microphone, speaker and ring device, kept alive while headsets come and go.

Opening and closing a device may take seconds or for ever (a sound server that does not answer), so
both happen on helper threads, and the owner asks :meth:`Sound.poll` what became of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sip.link.protocol import (
    Device,
    Devices,
    Event,
    HearYourself,
    Ring,
    SetVolume,
    Side,
    SoundState,
    TestTone,
    UseDevices,
    WatchLevels,
)
from sip.sound.devices import Choice, Driver, OpenDevice
from sip.sound.mixer import Mixer, ring_source

log = logging.getLogger(__name__)

OPEN_LIMIT_S = 3.0
FIRST_AUDIO_LIMIT_S = 5.0
"""A device that opened may take so long until it asks for audio steadily (PulseAudio: 2 s between
the first and the second time)."""
STEADY_AFTER = 3
"""Times that it must have asked before."""
SILENT_LIMIT_S = 1.0
"""A device that has not asked for audio again for so long has vanished."""
LIST_EVERY_S = 3.0
"""How often the machine is asked what is plugged in."""

SoundCommand = UseDevices | SetVolume | Ring | WatchLevels | TestTone | HearYourself


@dataclass(frozen=True)
class Opened:
    pass


@dataclass(frozen=True)
class Lost:
    """The device could not be opened, or was lost; told once."""

    detail: str


class Stream:
    """One device in use. Order: ``open``, ``poll`` …, ``close``. ``start`` opens it and gets the
    call to make for every block of audio; it runs on a helper thread."""

    def __init__(self, device: str, start: Callable[[Callable[[], None]], OpenDevice]) -> None:
        self.device = device
        self._start = start
        self._open: OpenDevice | None = None
        self._opened = False
        self._error = ""
        self._over = False
        self._lock = threading.Lock()
        self._deadline = 0.0
        self._blocks = 0
        self._silent_until = 0.0
        """When a device that stays silent counts as lost."""
        self._told: Opened | Lost | None = None

    def open(self) -> None:
        self._deadline = time.monotonic() + OPEN_LIMIT_S
        threading.Thread(target=self._run, name="sound-open", daemon=True).start()

    def poll(self) -> Opened | Lost | None:
        """What changed since the last time. After ``Lost`` there is nothing more to ask."""
        if self._over:
            return None
        now = time.monotonic()
        if self._error:
            return self._lost(self._error)
        if not self._opened:
            return self._lost("opening took too long") if now > self._deadline else None
        if now > self._silent_until:
            return self._lost("the device stopped")
        if self._told is None:
            self._told = Opened()
            return self._told
        return None

    def close(self) -> None:
        """Give the device back, on a helper thread: it may block."""
        with self._lock:
            self._over = True
            device, self._open = self._open, None
        if device is not None:
            threading.Thread(target=device.close, name="sound-close", daemon=True).start()

    def alive(self) -> None:
        """A block of audio went through."""
        self._blocks += 1
        limit_s = SILENT_LIMIT_S if self._blocks >= STEADY_AFTER else FIRST_AUDIO_LIMIT_S
        self._silent_until = time.monotonic() + limit_s

    def _lost(self, detail: str) -> Lost:
        self.close()
        return Lost(detail)

    def _run(self) -> None:
        self._silent_until = time.monotonic() + OPEN_LIMIT_S + FIRST_AUDIO_LIMIT_S
        try:
            device = self._start(self.alive)
        except Exception as error:  # miniaudio's errors, and whatever a driver's library raises
            self._error = str(error) or type(error).__name__
            return
        with self._lock:
            if not self._over:
                self._open = device
                self._opened = True
                return
        device.close()


class _End:
    """One side: the stream in use, and the one that shall take its place once it is open, so that
    a device that cannot be opened costs no sound."""

    def __init__(
        self, choice: Choice, make: Callable[[str], Stream], emit: Callable[[Event], None]
    ) -> None:
        self.choice = choice
        self.wanted = True
        """Whether it shall be open at all."""
        self.current: Stream | None = None
        self._pending: Stream | None = None
        self._make = make
        self._emit = emit
        self._told: SoundState | None = None
        self._detail = ""
        self.lost_one = False
        """A device was lost: what else there is, the next list has to tell."""

    @property
    def settled(self) -> bool:
        return self._told is not None

    def tell_again(self) -> None:
        self._told = None
        self._detail = ""

    def poll(self, now: float) -> None:
        self._take_pending(now)
        self._check_current(now)
        if self.lost_one:
            return
        best = self.choice.best(now) if self.wanted else None
        in_use = self.current.device if self.current is not None else None
        pending = self._pending.device if self._pending is not None else None
        if best is None and in_use is not None and (not self.wanted or self._unwanted(in_use)):
            self._drop_current()
        elif best is not None and best != (pending if pending is not None else in_use):
            self._drop_pending()
            if best != in_use:
                self._pending = self._make(best)
                self._pending.open()
        if self._pending is None:
            self._tell(now)

    def close(self) -> None:
        self._drop_pending()
        self._drop_current()

    def _take_pending(self, now: float) -> None:
        change = self._pending.poll() if self._pending is not None else None
        if self._pending is None or change is None:
            return
        if isinstance(change, Lost):
            self.choice.failed(self._pending.device, now)
            self._detail = change.detail
            self._pending = None
        else:
            self._drop_current()
            self.current, self._pending = self._pending, None

    def _check_current(self, now: float) -> None:
        current = self.current
        if current is None:
            return
        change = current.poll()
        if isinstance(change, Lost):
            self.choice.failed(current.device, now)
            self._detail = change.detail
            self.current = None
            self.lost_one = True
        elif not self.choice.present(current.device):
            # A sound server may have moved our stream to another device without a word.
            self._detail = "the device is gone"
            self._drop_current()

    def _unwanted(self, device: str) -> bool:
        return device not in (self.choice.wanted, "")

    def _drop_current(self) -> None:
        if self.current is not None:
            self.current.close()
            self.current = None

    def _drop_pending(self) -> None:
        if self._pending is not None:
            self._pending.close()
            self._pending = None

    def _tell(self, now: float) -> None:
        in_use = self.current.device if self.current is not None else None
        if self.choice.side == "ring" and not self.wanted:
            in_use = self.choice.best(now)
        state = self.choice.told(in_use, now, self._detail)
        if state.state == "chosen":
            state = self.choice.told(in_use, now)
        told = self._told
        if told is None or (told.state, told.device, told.wanted) != (
            state.state,
            state.device,
            state.wanted,
        ):
            self._told = state
            log.info("%s: %s %s", state.side, state.state, state.detail)
            self._emit(state)


class Sound:
    """``start``, then ``poll`` every few milliseconds on one thread; ``close`` at the end."""

    def __init__(self, driver: Driver, emit: Callable[[Event], None]) -> None:
        self.mixer = Mixer(emit)
        self._driver = driver
        self._emit = emit
        self._ends: dict[Side, _End] = {
            "microphone": _End(Choice("microphone"), self._input, emit),
            "speaker": _End(Choice("speaker"), self._output, emit),
            "ring": _End(Choice("ring"), self._ringing, emit),
        }
        self._ends["ring"].wanted = False
        self._lister = _Lister(driver)
        self._devices: list[Device] | None = None
        self._ring_ends_at = 0.0
        self._ring_on = False

    @property
    def settled(self) -> bool:
        """Microphone and speaker are open, or it is known that they are not."""
        return all(self._ends[side].settled for side in ("microphone", "speaker"))

    @property
    def heard(self) -> bool:
        """There is a microphone or a speaker."""
        return any(self._ends[side].current is not None for side in ("microphone", "speaker"))

    def start(self) -> None:
        self._lister.ask(time.monotonic())

    def poll(self) -> None:
        now = time.monotonic()
        self._take_list(self._lister.poll(now))
        if self._devices is None:
            return
        if self._ring_ends_at and now >= self._ring_ends_at:
            self._ring_ends_at = 0.0
        self._ends["ring"].wanted = self._ring_on or bool(self._ring_ends_at)
        for end in self._ends.values():
            end.poll(now)
        if any(end.lost_one for end in self._ends.values()):
            self._lister.ask(now)

    def do(self, command: SoundCommand) -> None:
        match command:
            case UseDevices():
                for side, end in self._ends.items():
                    end.choice.want(getattr(command, side))
                    end.tell_again()
            case SetVolume():
                self.mixer.set_volume(command)
            case Ring():
                self._ring_on = command.on
                self._ring_ends_at = 0.0
            case WatchLevels():
                self.mixer.watching = command.on
            case TestTone(side="ring"):
                self._ring_ends_at = time.monotonic() + RING_ONCE_S
            case TestTone():
                self.mixer.test_tone()
            case HearYourself():
                self.mixer.hear_yourself(command.on)

    def close(self) -> None:
        for end in self._ends.values():
            end.close()

    def _take_list(self, devices: list[Device] | None) -> None:
        if devices is None:
            return
        if self._devices is not None and devices != self._devices:
            self._emit(Devices(devices=devices, t=time.monotonic()))
        self._devices = devices
        for end in self._ends.values():
            end.choice.see(devices)
            end.lost_one = False

    def _input(self, device: str) -> Stream:
        def start(alive: Callable[[], None]) -> OpenDevice:
            def take(data: bytes) -> None:
                alive()
                self.mixer.capture.push(data)

            return self._driver.open_input(device, take)

        return Stream(device, start)

    def _output(self, device: str) -> Stream:
        return self._playing(device, self.mixer.playback.pull)

    def _ringing(self, device: str) -> Stream:
        return self._playing(device, ring_source(lambda: self.mixer.ring_volume))

    def _playing(self, device: str, give: Callable[[int], bytes]) -> Stream:
        def start(alive: Callable[[], None]) -> OpenDevice:
            def ask(count: int) -> bytes:
                alive()
                return give(count)

            return self._driver.open_output(device, ask)

        return Stream(device, start)


RING_ONCE_S = 2.0


class _Lister:
    """Asks what is plugged in, on a thread of its own; never twice at the same time."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._busy = False
        self._result: list[Device] | None = None
        self._next_at = 0.0

    def ask(self, now: float) -> None:
        """Soon, rather than at the usual time."""
        self._next_at = now

    def poll(self, now: float) -> list[Device] | None:
        """A fresh list, once."""
        result, self._result = self._result, None
        if now >= self._next_at and not self._busy:
            self._busy = True
            self._next_at = now + LIST_EVERY_S
            threading.Thread(target=self._run, name="sound-list", daemon=True).start()
        return result

    def _run(self) -> None:
        try:
            devices = self._driver.devices()
        except Exception:  # whatever a driver's library raises
            log.exception("list of sound devices")
            devices = []
        self._result = devices
        self._busy = False
