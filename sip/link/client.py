"""The softphone process, seen from its console."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Self

import msgspec

from sip.link.json_lines import LineSplitter, decode_event, encode
from sip.link.phone import BasePhone, CallFailed, EventSink, Phone, SoftphoneError
from sip.link.protocol import Command, Event, Failed, Quit, Start, Started

__all__ = ["CallFailed", "EventSink", "Phone", "Softphone", "SoftphoneError"]

START_LIMIT_S = 10.0
QUIT_LIMIT_S = 4.0
TERMINATE_LIMIT_S = 1.0

_RESOLVER = "no-aaaa timeout:1 attempts:2"
"""resolv.conf(5). PJSIP asks for the addresses of this machine's name as it starts: with a name
server that is dead it would be longer than the limit of a start."""

_ROOT = str(Path(__file__).resolve().parents[2])


class Softphone(BasePhone):
    """A running softphone process. Made by :meth:`spawn`, ended by :meth:`stop`.

    When the process ends by itself, every live call gets its ``ended`` (reason ``failed``), then
    ``Stopped`` comes, and ``exit_code`` is not 0.
    """

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_event: EventSink | None,
    ) -> None:
        super().__init__(on_event)
        self._process = process
        self._writer = writer
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def spawn(
        cls,
        start: Start,
        *,
        on_event: EventSink | None = None,
        timeout: float = START_LIMIT_S,  # noqa: ASYNC109 - part of the result's error
    ) -> Self:
        """Start a process and wait until it has its SIP port.

        Raises :class:`SoftphoneError` with the code of the failure (``port_in_use``,
        ``bad_value``, ``no_file``, ``sip``), ``timeout`` or ``died``; nothing is left running then.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await _start_process(theirs.fileno())
            except BaseException:
                ours.close()
                raise
        reader, writer = await asyncio.open_connection(sock=ours)
        phone = cls(process, reader, writer, on_event)
        try:
            started = await phone._begin(start, timeout)
            phone._note_start(start, started)
        except BaseException:
            await phone._kill()
            raise
        return phone

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, command: Command) -> int:
        seq = next(self._sequence)
        if not self._stopped and not self._writer.is_closing():
            self._writer.write(encode(msgspec.structs.replace(command, seq=seq)))
        return seq

    async def stop(self) -> None:
        self.send(Quit())
        if not await self._exits_within(QUIT_LIMIT_S):
            self._signal(signal.SIGTERM)
            if not await self._exits_within(TERMINATE_LIMIT_S):
                self._signal(signal.SIGKILL)
        await self._reading

    async def _begin(self, start: Start, limit_s: float) -> Started:
        first: asyncio.Future[Started | Failed] = asyncio.get_running_loop().create_future()

        def observe(event: Event) -> None:
            if isinstance(event, Started | Failed) and not first.done():
                first.set_result(event)

        with self._observed(observe):
            self.send(start)
            waiting: list[asyncio.Future[Any]] = [first, self._reading]
            await asyncio.wait(waiting, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if not first.done():
            if self._reading.done():
                raise SoftphoneError("died", f"the process ended with {self.exit_code}")
            raise SoftphoneError("timeout", f"no softphone after {limit_s} s")
        event = first.result()
        if isinstance(event, Started):
            return event
        raise SoftphoneError(event.code, event.detail)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        splitter = LineSplitter()
        try:
            while data := await reader.read(65536):
                for line in splitter.feed(data):
                    if line is not None:
                        self._deliver(decode_event(line))
        except ConnectionError:
            pass  # the process died with commands unread: the same as the end of its events
        finally:
            self._writer.close()
        if not await self._exits_within(QUIT_LIMIT_S):
            self._signal(signal.SIGKILL)
        self._end(await self._process.wait(), time.monotonic())

    async def _exits_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def _kill(self) -> None:
        self._signal(signal.SIGKILL)
        await self._reading


async def _start_process(fd: int) -> asyncio.subprocess.Process:
    """The child shares neither our terminal nor our session: Ctrl-C and Ctrl-Z are not for it.

    Our package is found by path and the working directory is kept off it (``-P``), so that a
    stray module beside the user's files cannot be imported.
    """
    paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "sip.engine.process",
        str(fd),
        pass_fds=(fd,),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "RES_OPTIONS": _RESOLVER},
    )
