"""Many consoles in one process that reads frames and decodes next to nothing:

    python -m rig.people.crowd

One JSON line on standard input says who connects where (:class:`Orders`), ``fill``, ``measure`` and
``end`` follow; each is answered with a JSON line. Operators accept what they are offered; the
process hangs up on the talk that has gone on for longest and brings a new caller, so many times a
second, and notes how soon the frames that tell of it are here.
"""

from __future__ import annotations

import asyncio
import collections
import itertools
import json
import re
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

from ekc_console.wire import codec, messages
from ekc_console.wire.watch import StartWatch

OFFER = re.compile(rb'"offer":"([^"]+)"')
TALK = re.compile(rb'"MyCall","id":"([^"]+)","state":"talking"')
ENOUGH = 0.95
KEY_AFTER_S = 0.3
"""A caller's key after the one before."""


class Orders(msgspec.Struct, frozen=True):
    host: str
    port: int
    outside: str
    """Socket of the simulated engine."""
    operators: list[tuple[str, str]]
    """Logins and tokens."""
    supervisors: list[tuple[str, str]]
    keys: list[str]
    """What callers press, in turn."""
    first_number: int
    """Callers have telephone numbers from here on."""


class Socket(asyncio.Protocol):
    """One WebSocket; frames of the server come to ``take`` as they are."""

    def __init__(self, crowd: Crowd, login: str, hello: bytes) -> None:
        self.crowd = crowd
        self.login = login
        self._hello = hello
        self._data = bytearray()
        self._open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            b"GET /api/ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )

    def connection_lost(self, error: Exception | None) -> None:
        self.crowd.lost += 1

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._open:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._data[: end + 4]
            self._open = True
            self.send(self._hello)
        self._read()

    def _read(self) -> None:
        data, at = self._data, 0
        while len(data) >= at + 2:
            size, head = data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if len(data) < at + head + size:
                break
            body = bytes(data[at + head : at + head + size])
            if data[at] & 0x0F == 9:
                self.send(body, 10)
            else:
                self.crowd.frames += 1
                self.crowd.bytes += head + size
                self.take(body)
            at += head + size
        del data[:at]

    def take(self, frame: bytes) -> None:
        raise NotImplementedError

    def send(self, body: bytes, kind: int = 1) -> None:
        """With a mask of zeros, which leaves the text as it is."""
        size = len(body)
        head = (
            bytes((0x80 | kind, 0x80 | size))
            if size < 126
            else bytes((0x80 | kind, 0xFE)) + size.to_bytes(2, "big")
        )
        self.transport.write(head + bytes(4) + body)

    def request(self, command: messages.Command) -> None:
        name = f"{self.login}-{next(self.crowd.requests)}"
        self.send(codec.encode(messages.Request(id=name, body=command)))


class Operator(Socket):
    """Opens the line, is ready, accepts every offer. ``call``: the talk's."""

    def __init__(self, crowd: Crowd, login: str, hello: bytes) -> None:
        super().__init__(crowd, login, hello)
        self.ready = False
        self.call = ""
        self._asked_line = self._asked_ready = False
        self._offer = b""

    def take(self, frame: bytes) -> None:
        if not self.ready:
            self._come(frame)
        elif b'"state":"not_responding"' in frame:
            self.request(messages.GoReady())
        if b'"MyCall"' in frame and not self.call:
            self._take_call(frame)
        if self.call and b'"wrap_up"' in frame:
            self.crowd.own_told(self.call)
            self.call = ""

    def _come(self, frame: bytes) -> None:
        if not self._asked_line and b'"Snapshot"' in frame:
            self._asked_line = True
            self.request(messages.OpenLine())
        elif b'"Line"' in frame:
            reply = codec.decode_server(frame)
            assert isinstance(reply, messages.Reply)
            assert isinstance(reply.result, messages.Line)
            self.crowd.wish("operator_calls_in", reply.result.user, reply.result.password)
        elif not self._asked_ready and b'"line_up":true' in frame:
            self._asked_ready = True
            self.request(messages.GoReady())
        elif b'"state":"ready"' in frame:
            self.ready = True

    def _take_call(self, frame: bytes) -> None:
        if talk := TALK.search(frame):
            self.call = talk[1].decode()
            self.crowd.talks.append(self)
        elif (offer := OFFER.search(frame)) and offer[1] != self._offer:
            self._offer = offer[1]
            self.request(messages.AcceptOffer(offer=offer[1].decode()))

    def hang_up(self) -> None:
        self.request(messages.HangUpCall(call=self.call))


class Supervisor(Socket):
    watching = False
    follows = False
    """Whether the frames of this one are looked at."""

    def take(self, frame: bytes) -> None:
        if not self.watching and b'"Snapshot"' in frame:
            self.watching = True
            self.request(StartWatch())
        elif self.follows and b'"WatchDelta"' in frame:
            self.crowd.all_told(frame)


class Crowd:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self.requests = itertools.count(1)
        self.talks: collections.deque[Operator] = collections.deque()
        self._numbers = itertools.count(orders.first_number)
        self._keys = itertools.cycle(orders.keys)
        self._answers: collections.deque[str] = collections.deque()
        """What is to be pressed by the legs of the wishes that are not answered yet."""
        self._own: dict[str, float] = {}
        self._all: dict[str, float] = {}
        """When a call was hung up that is not told of yet: to its operator, to the supervisors."""
        self.lost = 0
        self.late = 0
        self._forget()

    def _forget(self) -> None:
        self.frames = self.bytes = self.calls = 0
        self.own_ms: list[float] = []
        self.all_ms: list[float] = []

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_unix_connection(self._orders.outside)
        self._hearing = asyncio.create_task(self._hear_answers())
        self.operators = [await self._connect(Operator, *who) for who in self._orders.operators]
        bosses = [await self._connect(Supervisor, *who) for who in self._orders.supervisors]
        if bosses:
            bosses[-1].follows = True
        await self._until(lambda: all(o.ready for o in self.operators))
        await self._until(lambda: all(boss.watching for boss in bosses))

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():  # noqa: ASYNC110 - frames are not to be looked at for it
            await asyncio.sleep(0.2)

    async def _connect(self, kind: Any, login: str, token: str) -> Any:
        hello = messages.Hello(protocol=messages.PROTOCOL, token=token, shift=kind is Operator)
        loop = asyncio.get_running_loop()
        made = await loop.create_connection(
            lambda: kind(self, login, codec.encode(hello)), self._orders.host, self._orders.port
        )
        await asyncio.sleep(0.01)
        return made[1]

    def wish(self, name: str, *arguments: str, keys: str = "") -> None:
        """Of the world outside; ``keys``: the leg that it makes presses them."""
        self._answers.append(keys)
        self._writer.write(json.dumps([name, arguments]).encode() + b"\n")

    def caller(self) -> None:
        """Comes, and goes into the next queue in turn."""
        number = f"+7900{next(self._numbers):07}"
        self.wish("caller_calls", number, keys=next(self._keys))

    async def _hear_answers(self) -> None:
        loop = asyncio.get_running_loop()
        while line := await self._reader.readline():
            leg = json.loads(line)
            for after, key in enumerate(self._answers.popleft(), start=1):
                loop.call_later(after * KEY_AFTER_S, self.wish, "caller_presses", leg, key)

    async def fill(self, callers: int, rate: float) -> None:
        """So many come; returns when nearly every operator talks."""
        for _ in range(callers):
            self.caller()
            await asyncio.sleep(1 / rate)
        await self._until(lambda: len(self.talks) >= len(self.operators) * ENOUGH)

    async def go_on(self, rate: float) -> None:
        """Talks end and callers come, so many a second each, until cancelled."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for turn in itertools.count(1):
            await asyncio.sleep(max(0.0, began + turn / rate - loop.time()))
            self.calls += 1
            self.caller()
            if self.talks:
                operator = self.talks.popleft()
                self._own[operator.call] = self._all[operator.call] = time.perf_counter()
                operator.hang_up()

    def own_told(self, call: str) -> None:
        if (since := self._own.pop(call, None)) is not None:
            self.own_ms.append((time.perf_counter() - since) * 1000)

    def all_told(self, frame: bytes) -> None:
        gone = frame[frame.rfind(b'"gone":') :]
        for call in [each for each in self._all if f'["WatchCall","{each}"]'.encode() in gone]:
            self.all_ms.append((time.perf_counter() - self._all.pop(call)) * 1000)

    async def measured(self, seconds: float) -> dict[str, Any]:
        self._forget()
        began = time.perf_counter()
        await asyncio.sleep(seconds)
        return {
            "seconds": time.perf_counter() - began,
            "frames": self.frames, "bytes": self.bytes, "calls": self.calls,
            "own_ms": self.own_ms, "all_ms": self.all_ms,
            "untold": len(self._all), "talks": len(self.talks), "lost": self.lost,
        }  # fmt: skip


async def main() -> None:
    loop = asyncio.get_running_loop()

    async def heard() -> list[Any]:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        return json.loads(line) if line else ["end"]

    crowd = Crowd(msgspec.convert((await heard())[0], Orders))
    await crowd.open()
    _say("open")
    load: asyncio.Task[None] | None = None
    while True:
        match await heard():
            case ["fill", callers, rate]:
                await crowd.fill(callers, rate)
                _say("full")
            case ["go on", rate]:
                load = asyncio.create_task(crowd.go_on(rate))
                _say("goes on")
            case ["measure", seconds]:
                _say(await crowd.measured(seconds))
            case _:
                break
    if load is not None:
        load.cancel()


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
