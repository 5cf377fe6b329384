"""A small real WebSocket server that speaks the wire messages: for tests of the client.

It keeps one view with its deltas, answers requests by a handler of the test, is idempotent by
request id, and can misbehave: cut the link, fall silent, send what makes no sense.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

import msgspec
from aiohttp import WSMsgType, web

from ekc_console.wire import codec
from ekc_console.wire.login import HttpError, LoggedIn, Login
from ekc_console.wire.messages import (
    PROTOCOL,
    BreakReason,
    ClientMessage,
    Command,
    Delta,
    Goodbye,
    Hello,
    Me,
    RefusalCode,
    Reply,
    Request,
    Result,
    Resync,
    ServerMessage,
    Snapshot,
    ViewEntity,
    Welcome,
)
from ekc_console.wire.side_work import GetDirectory
from ekc_console.wire.voice import VoiceSetting
from ekc_console.wire.words import words
from tests.support.net import fresh_host

LIMIT_S = 5.0


class Watch:
    """Wait for a condition that is looked at again at every ``changed``."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def changed(self) -> None:
        for condition, future in list(self._waiting):
            if not future.done() and condition():
                future.set_result(None)

    async def until(self, condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
        if condition():
            return
        entry = (condition, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(limit_s):
                await entry[1]
        finally:
            self._waiting.remove(entry)


class Refusal(Exception):
    """Raised by a test's handler to refuse a command."""

    def __init__(self, code: RefusalCode, key: str, /, **values: str) -> None:
        super().__init__(key)
        self.code, self.words = code, words(key, **values)


Handler = Callable[[Command], Result | None]


class WireServer(Watch):
    """``async with WireServer(handler) as server``; ``server.url`` is its address."""

    def __init__(self, handler: Handler | None = None) -> None:
        super().__init__()
        self.handler: Handler = handler or (lambda command: None)
        self.hellos: list[Hello] = []
        self.requests: list[Request] = []
        """All that came, repeated ones too."""
        self.executed: list[Command] = []
        """Done once each."""
        self.accounts = {"anna": "secret"}
        self.login_error: tuple[int, bytes] | None = None
        self.voice = VoiceSetting()
        """Of every account."""
        self.resyncs = 0
        self.answers_resync = True
        self.protocol = PROTOCOL
        self.epoch = "e1"
        self.now = 1_000_000.0
        self.steady = 0.0
        """As ``Welcome.steady``."""
        self.refuses_by = 0.0
        """Commands that were to be begun before, by the same clock, are too late."""
        self.deaf = False
        """New links: no pong, no answer to anything after the view."""
        self.mute_replies = False
        self.strange: tuple[Command, ...] = ()
        """It does not know these: each ends the link."""
        self.entities: dict[tuple[type, str], ViewEntity] = {}
        self.seq = 1
        self._deltas: list[Delta] = []
        self.unsaved = False
        """Answers say that what was done is not written yet."""
        self._replies: dict[str, Reply] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self.host = fresh_host()
        self.port = 0
        self.put_silently(Me(id="anna", name="Анна", role="operator", state="break", since=1.0))

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def links(self) -> int:
        return len(self._sockets)

    async def __aenter__(self) -> WireServer:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Also after ``stop``: the same port again."""
        app = web.Application()
        app.router.add_post("/api/login", self._log_in)
        app.router.add_get("/api/ws", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.cut()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    # -- what a test does to the client ------------------------------------------

    def put_silently(self, *entities: ViewEntity) -> None:
        for entity in entities:
            self.entities[type(entity), entity.id] = entity

    async def put(self, *entities: ViewEntity, gone: tuple[tuple[str, str], ...] = ()) -> None:
        """Change the view and tell every link."""
        for name, entity_id in gone:
            for kind, key in list(self.entities):
                if (kind.__name__, key) == (name, entity_id):
                    del self.entities[kind, key]
        self.put_silently(*entities)
        self.seq += 1
        delta = Delta(seq=self.seq, put=entities, gone=gone)
        self._deltas.append(delta)
        await self.send(delta)

    async def send(self, message: ServerMessage) -> None:
        await self.send_raw(codec.encode(message).decode())

    async def send_raw(self, text: str) -> None:
        for socket in list(self._sockets):
            await socket.send_str(text)

    async def say_goodbye(self, message: Goodbye) -> None:
        await self.send(message)
        for socket in list(self._sockets):
            await socket.close()

    def snapshot(self) -> Snapshot:
        return Snapshot(seq=self.seq, entities=tuple(self.entities.values()))

    def cut(self) -> None:
        """The links are gone at once, as with a pulled cable that resets."""
        for socket in list(self._sockets):
            request = socket._req
            if request is not None and request.transport is not None:
                request.transport.abort()

    def restart_numbers(self, epoch: str) -> None:
        """As a server that lost its sequence numbers; links must be cut by the caller."""
        self.epoch, self.seq, self._deltas = epoch, 1, []

    # -- serving -----------------------------------------------------------------

    async def _log_in(self, request: web.Request) -> web.Response:
        body = msgspec.json.decode(await request.read(), type=Login)
        if self.login_error:
            status, content = self.login_error
            return web.Response(status=status, body=content)
        if self.accounts.get(body.login) != body.password:
            refusal = HttpError(code="wrong_password", words=words("login.wrong_password"))
            return web.Response(status=401, body=codec.encode(refusal))
        granted = LoggedIn(
            token=f"token-{body.login}",
            expires_at=self.now + 3600,
            login=body.login,
            name="Анна",
            role="operator",
            voice=self.voice,
        )
        return web.Response(body=codec.encode(granted))

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=not self.deaf)
        await socket.prepare(request)
        deaf = self.deaf
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._on_message(socket, codec.decode_client(message.data), deaf)
        finally:
            self._sockets.discard(socket)
            self.changed()
        return socket

    async def _on_message(
        self, socket: web.WebSocketResponse, message: ClientMessage, deaf: bool
    ) -> None:
        if isinstance(message, Hello):
            await self._greet(socket, message)
        elif isinstance(message, Resync):
            self.resyncs += 1
            self.changed()
            if self.answers_resync:
                await self.send(self.snapshot())
        else:
            if not isinstance(message.body, GetDirectory):  # a desk asks for it by itself
                self.requests.append(message)
            if message.body in self.strange:
                why = words("server.bad_message", why="Invalid value")
                bye = Goodbye(code="bad_message", words=why, reconnect=True)
                await socket.send_str(codec.encode(bye).decode())
                await socket.close()
                return
            reply = self._reply(message)
            self.changed()
            if not (deaf or self.mute_replies):
                await socket.send_str(codec.encode(reply).decode())

    async def _greet(self, socket: web.WebSocketResponse, hello: Hello) -> None:
        welcome = Welcome(
            protocol=self.protocol,
            server="test",
            epoch=self.epoch,
            now=self.now,
            steady=self.steady,
            me="anna",
            break_reasons=(BreakReason(code="lunch", title="Обед"),),
            topics={"general": "Общая линия"},
        )
        await socket.send_str(codec.encode(welcome).decode())
        missed = [delta for delta in self._deltas if delta.seq > hello.seq]
        if hello.epoch == self.epoch and len(missed) == self.seq - hello.seq:
            view: list[Delta] | list[Snapshot] = missed
        else:
            view = [self.snapshot()]
        for message in view:
            await socket.send_str(codec.encode(message).decode())
        self._sockets.add(socket)
        self.hellos.append(hello)
        self.changed()

    def _reply(self, request: Request) -> Reply:
        if request.by < self.refuses_by:
            why = words("server.too_late")
            return Reply(id=request.id, ok=False, code="too_late", words=why)
        if request.id not in self._replies:
            try:
                result = self.handler(request.body)
                reply = Reply(id=request.id, ok=True, result=result, unsaved=self.unsaved)
            except Refusal as refusal:
                reply = Reply(id=request.id, ok=False, code=refusal.code, words=refusal.words)
            if not isinstance(request.body, GetDirectory):
                self.executed.append(request.body)
            self._replies[request.id] = reply
        return self._replies[request.id]
