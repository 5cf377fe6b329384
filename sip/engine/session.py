"""One softphone's life: ``Start``, commands, ``Quit``; everything on the PJSIP thread."""

from __future__ import annotations

import logging
import threading
import time
from typing import Literal

from sip.engine.checks import FailureCode, check, failed
from sip.engine.commands import RunningCommand, perform
from sip.engine.endpoint import Endpoint
from sip.engine.logfile import log_to
from sip.link.channel import Channel
from sip.link.json_lines import MAX_LINE_BYTES, BadLine, decode_command
from sip.link.protocol import (
    Devices,
    Failed,
    HearYourself,
    ListDevices,
    Quit,
    Ring,
    SetVolume,
    Start,
    Started,
    Stopped,
    TestTone,
    UseDevices,
    WatchLevels,
)
from sip.sound.keeper import Sound, SoundCommand
from sip.sound.miniaudio_driver import MiniaudioDriver

log = logging.getLogger(__name__)


class Session:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._endpoint: Endpoint | None = None
        self._driver = MiniaudioDriver()
        self._sound: Sound | None = None
        self._told_started = False
        self._port = 0
        self.ended = False
        self.exit_code = 0

    def take(self, line: bytes | None) -> None:
        """Do one line of input; whatever is in it, the process goes on."""
        try:
            if line is None:
                raise BadLine(f"a line is longer than {MAX_LINE_BYTES} bytes")
            command = decode_command(line)
        except BadLine as error:
            self._fail("bad_value", error.detail, error.seq)
            return
        match command:
            case Start():
                self._begin(command)
            case Quit():
                self.quit()
            case ListDevices():
                threading.Thread(target=self._tell_devices, daemon=True).start()
            case UseDevices() | SetVolume() | Ring() | WatchLevels() | TestTone() | HearYourself():
                self._do_sound(command)
            case _:
                self._perform(command)

    def quit(self) -> None:
        self.ended = True

    def turn(self) -> None:
        """Wait a few milliseconds for traffic, then do what is due."""
        if self._endpoint is None:
            self._channel.wait(0.1)
        else:
            self._endpoint.turn()
            self._poll_sound()

    def close(self, grace_s: float) -> None:
        if self._sound is not None:
            self._sound.close()
        if self._endpoint is not None:
            self._endpoint.close(grace_s)
        self._channel.send(Stopped(t=time.monotonic()))

    def _begin(self, command: Start) -> None:
        if self._endpoint is not None:
            self._fail("bad_value", "the softphone has started already", command.seq)
            return
        try:
            log_to(command.log_file)
            self._endpoint = Endpoint(self._channel.send)
            self._port = self._endpoint.start(command)
        except Exception as error:
            self._tell_failure(error, command.seq)
            self.ended, self.exit_code = True, 1
            return
        if command.sound == "device":
            self._sound = Sound(self._driver, self._channel.send)
            self._endpoint.open_sound(self._sound.mixer)
            self._sound.start()
        else:
            self._tell_started("null")

    def _perform(self, command: RunningCommand) -> None:
        if self._endpoint is None:
            self._fail("bad_value", "the first command must be Start", command.seq)
            return
        try:
            perform(self._endpoint, command)
        except Exception as error:
            self._tell_failure(error, command.seq)

    def _do_sound(self, command: SoundCommand) -> None:
        if self._sound is None:
            detail = "there is no sound: see Start.sound"
            self._fail("no_sound", detail, command.seq)
            return
        try:
            check(command)
        except ValueError as error:
            self._tell_failure(error, command.seq)
            return
        self._sound.do(command)

    def _poll_sound(self) -> None:
        sound = self._sound
        if sound is None:
            return
        sound.poll()
        if sound.settled and not self._told_started:
            self._tell_started("device" if sound.heard else "null")

    def _tell_started(self, sound: Literal["device", "null"]) -> None:
        self._told_started = True
        self._channel.send(Started(port=self._port, sound=sound, t=time.monotonic()))

    def _tell_devices(self) -> None:
        self._channel.send(Devices(devices=self._driver.devices(), t=time.monotonic()))

    def _tell_failure(self, error: Exception, seq: int) -> None:
        event = failed(error, seq)
        if event is None:
            log.error("command %d", seq, exc_info=error)
            event = Failed(seq=seq, code="sip", detail=repr(error), t=time.monotonic())
        self._channel.send(event)

    def _fail(self, code: FailureCode, detail: str, seq: int) -> None:
        self._channel.send(Failed(seq=seq, code=code, detail=detail, t=time.monotonic()))
