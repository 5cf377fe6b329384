"""Light consoles: one WebSocket each, wire messages and no screen."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from ekc_console.wire import codec, messages
from ekc_console.wire.entities import CallbackInfo
from rig.machine.loopback import fresh_host
from rig.machine.processes import leave
from rig.people.sipp import STANDING, Sipp
from rig.server.centre import Centre

WAIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Offer:
    number: str
    """Digits with a plus, as the caller sent it."""
    login: str
    at: float
    """When the console had the message, seconds since the epoch."""
    since_free_s: float | None
    """From this console's hang-up before it; None for its first call."""


@dataclass(slots=True)
class Tally:
    """What all consoles have seen."""

    offers: list[Offer] = field(default_factory=list)
    talked: set[str] = field(default_factory=set)
    """Numbers of callers who were joined with an operator."""
    refusals: list[str] = field(default_factory=list)
    owed: dict[str, tuple[float, float]] = field(default_factory=dict)
    """By number: when the first console had the callback, and since when it is wanted."""


class Console:
    """Accepts every offer at once and hangs up ``talk_s`` (shortest, longest) after the sides are
    joined."""

    def __init__(self, login: str, tally: Tally, talk_s: tuple[float, float]) -> None:
        self.login = login
        self._tally = tally
        self._talk_s = talk_s
        self._number = 0
        self._replies: dict[str, asyncio.Future[messages.Reply]] = {}
        self._call: messages.MyCall | None = None
        self._freed_at: float | None = None
        self._changed = asyncio.Event()
        self.me: messages.Me | None = None

    async def connect(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._socket = await http.ws_connect(f"{url}/api/ws", max_msg_size=0)
        hello = messages.Hello(protocol=messages.PROTOCOL, token=token)
        await self._send(hello)
        self._reader = asyncio.create_task(self._read())
        await self.until(lambda: self.me is not None)

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._socket.close()

    async def request(self, body: messages.Command) -> messages.Reply:
        """Raises RuntimeError when the server refuses."""
        name, reply = self._new_request()
        await self._send(messages.Request(id=name, body=body))
        async with asyncio.timeout(WAIT_S):
            answer = await reply
        if not answer.ok:
            raise RuntimeError(f"{type(body).__name__}: {answer.code} {answer.words}")
        return answer

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    def _new_request(self) -> tuple[str, asyncio.Future[messages.Reply]]:
        self._number += 1
        name = str(self._number)
        future = self._replies[name] = asyncio.get_running_loop().create_future()
        return name, future

    async def _send(self, message: messages.ClientMessage) -> None:
        await self._socket.send_str(codec.encode(message).decode())

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            self._take(codec.decode_server(message.data), time.time())
            self._changed.set()

    def _take(self, message: messages.ServerMessage, at: float) -> None:
        match message:
            case messages.Delta(put=put, gone=gone):
                for entity in put:
                    self._put(entity, at)
                if self._call is not None and ("MyCall", self._call.id) in gone:
                    self._call = None
            case messages.Snapshot(entities=entities):
                for entity in entities:
                    self._put(entity, at)
            case messages.Reply(id=name):
                self._replied(name, message)

    def _put(self, entity: messages.ViewEntity, at: float) -> None:
        if isinstance(entity, CallbackInfo):
            self._tally.owed.setdefault(_digits(entity.number), (at, entity.since))
        elif isinstance(entity, messages.Me):
            self.me = entity
        elif isinstance(entity, messages.MyCall):
            before, self._call = self._call, entity
            same = before is not None and (before.id, before.state) == (entity.id, entity.state)
            if not same:
                self._call_changed(entity, at)

    def _call_changed(self, call: messages.MyCall, at: float) -> None:
        number = _digits(call.number)
        if call.state == "offered":
            since = None if self._freed_at is None else at - self._freed_at
            self._tally.offers.append(Offer(number, self.login, at, since))
            self._command(messages.AcceptOffer(offer=call.offer))
        elif call.state == "talking":
            self._tally.talked.add(number)
            asyncio.get_running_loop().call_later(
                random.uniform(*self._talk_s), self._hang_up, call.id
            )

    def _hang_up(self, call: str) -> None:
        if self._call is not None and self._call.id == call:
            self._freed_at = time.time()
            self._command(messages.HangUpCall(call=call))

    def _command(self, body: messages.Command) -> None:
        """Send and go on; a refusal is counted."""
        name, _ = self._new_request()
        task = asyncio.ensure_future(self._try_to_send(messages.Request(id=name, body=body)))
        _sending.add(task)
        task.add_done_callback(_sending.discard)

    async def _try_to_send(self, request: messages.Request) -> None:
        try:
            await self._send(request)
        except ConnectionError as error:
            self._tally.refusals.append(f"not sent: {error}")

    def _replied(self, name: str, reply: messages.Reply) -> None:
        future = self._replies.pop(name, None)
        if future is not None and not future.done():
            future.set_result(reply)
        if not reply.ok:
            self._tally.refusals.append(f"{reply.code}: {reply.words and reply.words.key}")


def _digits(number: str) -> str:
    return "+" + "".join(filter(str.isdigit, number))


_sending: set[asyncio.Future[None]] = set()
"""Commands on their way: the loop alone would not keep them alive."""


@asynccontextmanager
async def ready_consoles(
    centre: Centre, talk_s: tuple[float, float]
) -> AsyncIterator[tuple[Tally, list[Console]]]:
    """All operators of the centre connected, each with a standing leg by sipp, and ready."""
    tally = Tally()
    consoles = [Console(login, tally, talk_s) for login in centre.tokens]
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        lines: list[messages.Line] = []
        for console in consoles:
            await console.connect(http, centre.url, centre.tokens[console.login])
            stack.push_async_callback(console.close)
            line = (await console.request(messages.OpenLine())).result
            assert isinstance(line, messages.Line)
            lines.append(line)
        legs = stack.enter_context(_standing_legs(centre, lines))
        for console in consoles:
            try:
                await console.until(lambda c=console: c.me is not None and c.me.line_up)  # type: ignore[misc]
            except TimeoutError:
                leave(f"no standing leg for {console.login}; {legs.errors()}\n{centre.log_tail()}")
            await console.request(messages.GoReady())
        yield tally, consoles


def _standing_legs(centre: Centre, lines: list[messages.Line]) -> Sipp:
    rows = [
        f"{line.user};[authentication username={line.user} password={line.password}];"
        for line in lines
    ]
    return Sipp(STANDING, fresh_host(), remote=centre.sip, rows=rows, rate=25.0, service="standing")
