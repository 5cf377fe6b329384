"""The live link to the server: it comes back by itself, and no command is lost or done twice.

The view is resumed from its sequence number after a break, or taken anew; taken anew, on the same
link, also when something comes that cannot be used. A command that was under way when the link
broke is sent again with the same id; one that broke it is not. One that was given up is not done
afterwards: the server knows until when it may.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Literal

import structlog
from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMsgType,
)

from ekc_console.client.link.asking import Asking
from ekc_console.client.link.errors import Offline, Refused, not_done
from ekc_console.client.link.listener import Link, Listener, NoPlace
from ekc_console.client.link.login import login, server_url
from ekc_console.client.link.network import explain
from ekc_console.client.link.reading import Taken, read_server
from ekc_console.client.link.timing import Timing
from ekc_console.client.link.trust import trust
from ekc_console.client.link.under_way import ServerSteady, UnderWay, doubt
from ekc_console.client.link.view import SequenceGap, View
from ekc_console.client.words.saying import said
from ekc_console.errors import reason
from ekc_console.i18n import N_, _
from ekc_console.wire import codec
from ekc_console.wire.codec import BadMessage
from ekc_console.wire.messages import (
    PROTOCOL,
    Command,
    Delta,
    Goodbye,
    Hello,
    Notice,
    Reply,
    Result,
    Resync,
    Snapshot,
    Welcome,
)
from ekc_console.wire.watch import WatchDelta, WatchSnapshot
from ekc_console.wire.words import words

__all__ = ["WEBSOCKET_PATH", "Connection", "Link", "Listener", "login"]

log = structlog.get_logger(__name__)

WEBSOCKET_PATH = "/api/ws"
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
CLOSE_S = 1.0
"""How long a dead peer may delay our close handshake."""

UNSAVED = words("server.unsaved")
UNREADABLE = words("server.unreadable")
_LINK_REMEDY = N_("Консоль восстанавливает связь сама; повторите, когда она появится.")


class _Lost(Exception):
    """The link ended; another try is worth it."""


class _Ended(Exception):
    """The server wants no other try; the text is for people."""


class Connection:
    """``start`` once, then ``request`` at any time, ``close`` at the end.

    The session's ``token`` comes from :func:`login`. The view may be shared with others for
    reading.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        listener: Listener | None = None,
        view: View | None = None,
        timing: Timing | None = None,
        clock: Callable[[], float] = time.time,
        shift: bool = True,
    ) -> None:
        """``shift`` as in ``Hello``."""
        self._url = server_url(url) / WEBSOCKET_PATH.lstrip("/")
        self._trust = trust(self._url)
        self._token = token
        self._listener = listener
        self._timing = timing or Timing()
        self._clock = clock
        self._shift = shift
        self.view = view or View()
        self.link = Link("offline", clock())
        self._epoch = ""
        self._welcome: Welcome | None = None
        self._socket: ClientWebSocketResponse[bool] | None = None
        self._pending: dict[str, UnderWay] = {}
        self._steady = ServerSteady()
        self._numbers = 0
        self._name = secrets.token_hex(6)
        self._online_at: float | None = None
        self._asking = Asking(self._timing.resync_s)
        self._told_unreadable = False
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        """The link is online, or offline for good."""

    # -- for the console -------------------------------------------------------

    def start(self) -> None:
        self._set_link("connecting")
        self._task = asyncio.create_task(self._run(), name="connection")
        self._task.add_done_callback(self._on_task_done)

    async def online(self) -> None:
        """Wait until the view is there. Raises Offline when the link has ended for good."""
        await self._settled.wait()
        if self.link.state == "offline":
            raise Offline(self.link.detail)

    async def request(self, body: Command, limit_s: float | None = None) -> Result | None:
        """Do a command at the server, once; its answer may take ``limit_s``, usually the
        ``request_s`` of the timing.

        Raises Refused with the server's reason or for a command that is too long to be sent, and
        Offline when there is no link now or no answer came in time: what the server has not begun
        by then is not done.
        """
        if self.link.state != "online":
            ended = self.link.detail if self.link.state == "offline" else ""
            raise Offline(ended or _("Нет связи с сервером."), _(_LINK_REMEDY))
        self._numbers += 1
        loop = asyncio.get_running_loop()
        limit_s = limit_s or self._timing.request_s
        pending = UnderWay(
            f"{self._name}-{self._numbers}", body, loop.time() + limit_s, loop.create_future()
        )
        data = pending.encoded(self._steady)
        if len(data) > codec.MESSAGE_LIMIT:  # it would end the link, and each new one again
            raise Refused("bad_value", _("Слишком много за один раз."), _("Разделите на части."))
        self._pending[pending.id] = pending
        try:
            async with asyncio.timeout_at(pending.by):
                await self._send(data.decode())
                return await pending.answer
        except TimeoutError:
            limit = f"{limit_s:g}"
            raise Offline(
                _("Сервер не ответил за {limit} с.").format(limit=limit), _(_LINK_REMEDY)
            ) from None
        finally:
            del self._pending[pending.id]

    async def close(self) -> None:
        """End the link; commands under way raise Offline. Idempotent."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._end(_("Соединение закрыто."))

    # -- the link's life -------------------------------------------------------

    async def _run(self) -> None:
        attempt = 0
        loop = asyncio.get_running_loop()
        async with ClientSession() as http:
            while True:
                self._online_at = None
                detail = ""
                try:
                    await self._serve(http)
                except (_Ended, NoPlace) as end:
                    self._end(str(end))
                    return
                except (_Lost, ClientError, OSError, TimeoutError) as error:
                    log.info("link down", error=type(error).__name__)
                    detail = str(error) if isinstance(error, _Lost) else explain(error)
                except (BadMessage, SequenceGap) as error:
                    # The same delta would fail again: only a snapshot leads on.
                    self.view.desync()
                    log.warning("server message not usable", error=reason(error))
                    detail = _("непонятное сообщение сервера")
                self._socket = None
                self._set_link("connecting", detail)
                stood_s = 0.0 if self._online_at is None else loop.time() - self._online_at
                if stood_s >= self._timing.stable_s:
                    attempt = 0
                delay = self._timing.backoff.delay(attempt)
                attempt += 1
                await asyncio.sleep(delay)

    async def _serve(self, http: ClientSession) -> None:
        """One link from its opening to its end; the exception says how it ended."""
        self._welcome = None
        self._steady = ServerSteady()
        self._asking = Asking(self._timing.resync_s)
        async with (
            asyncio.timeout(self._timing.open_s) as limit,
            http.ws_connect(
                self._url,
                heartbeat=self._timing.heartbeat_s,
                timeout=ClientWSTimeout(ws_close=CLOSE_S),
                max_msg_size=MAX_MESSAGE_BYTES,
                ssl=self._trust,
            ) as socket,
        ):
            await self._open(socket)
            limit.reschedule(None)
            self._online_at = asyncio.get_running_loop().time()
            await self._go_online(socket)
            while True:
                await self._next(socket)

    async def _open(self, socket: ClientWebSocketResponse[bool]) -> None:
        """From Hello to the complete view."""
        seq = self.view.seq
        epoch = "" if seq is None else self._epoch
        hello = Hello(
            protocol=PROTOCOL, token=self._token, epoch=epoch, seq=seq or 0, shift=self._shift
        )
        await socket.send_str(codec.encode(hello).decode())
        while self._welcome is None or self.view.seq is None:
            data = await _receive(socket)
            try:
                self._handle(read_server(data))
            except BadMessage as error:
                if self._welcome is None:
                    raise
                self._note_unreadable(reason(error))

    async def _next(self, socket: ClientWebSocketResponse[bool]) -> None:
        """One message of a link that stands. What cannot be used leads to a fresh snapshot; where
        that does not come, to a fresh link."""
        try:
            async with asyncio.timeout_at(self._asking.due):
                data = await _receive(socket)
        except TimeoutError:
            self.view.desync()
            raise _Lost(_("сервер не прислал обновление")) from None
        try:
            taken = read_server(data)
            self._handle(taken)
        except BadMessage as error:
            self._note_unreadable(reason(error))
            await self._resync()
        except SequenceGap as gap:
            if self._asking.due is not None:
                return  # sent before the snapshot that was asked for
            log.warning("server message missing", error=reason(gap))
            if not await self._resync():
                raise
        else:
            if taken.left and isinstance(taken.message, Delta):
                await self._resync()

    async def _resync(self) -> bool:
        """Ask for a snapshot; False where one was asked for a short while ago."""
        if not self._asking.ask(asyncio.get_running_loop().time()):
            return False
        await self._send(codec.encode(Resync()).decode())
        return True

    def _note_unreadable(self, why: str) -> None:
        log.warning("server message not readable", error=why)
        if not self._told_unreadable and self._listener:
            self._told_unreadable = True
            self._listener.on_notice(Notice(level="warning", words=UNREADABLE))

    async def _go_online(self, socket: ClientWebSocketResponse[bool]) -> None:
        self._socket = socket
        again = list(self._pending.values())
        self._set_link("online")
        for pending in again:
            await self._send(pending.encoded(self._steady).decode())

    async def _send(self, text: str) -> None:
        """Quiet when the link breaks: what is pending is sent again on the next one."""
        if self._socket is None:
            return
        try:
            await self._socket.send_str(text)
        except (ConnectionError, ClientError) as error:
            log.info("send failed", error=type(error).__name__)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("connection task failed", exc_info=error)
            self._end(_("Внутренняя ошибка консоли: подробности в журнале, войдите заново."))

    def _end(self, detail: str) -> None:
        self._socket = None
        if self.link.state == "offline" and self._settled.is_set():
            return
        self._set_link("offline", detail)
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(Offline(detail))

    def _set_link(
        self, state: Literal["online", "connecting", "offline"], detail: str = ""
    ) -> None:
        since = self.link.since if state == self.link.state else self._clock()
        link = Link(state, since, detail)
        if state == "connecting":
            self._settled.clear()
        else:
            self._settled.set()
        if link != self.link:
            self.link = link
            if self._listener:
                self._listener.on_link(link)

    # -- messages --------------------------------------------------------------

    def _handle(self, taken: Taken) -> None:
        message = taken.message
        if taken.left:
            self._note_unreadable(taken.why)
        match message:
            case Welcome():
                self._on_welcome(message)
            case Goodbye():
                if message.code == "bad_message":
                    doubt(self._pending.values(), said(message.words))
                raise (_Lost if message.reconnect else _Ended)(said(message.words))
            case _ if self._welcome is None:
                raise BadMessage(f"{type(message).__name__} before Welcome")
            case Snapshot() | Delta():
                self.view.apply(message, taken.left)
                if isinstance(message, Snapshot):
                    self._asking.came()
                if self._listener:
                    self._listener.on_view()
            case WatchSnapshot() | WatchDelta():
                if self._listener:
                    self._listener.on_watch(message)
            case Notice():
                if self._listener:
                    self._listener.on_notice(message)
            case Reply():
                self._on_reply(message)

    def _on_welcome(self, welcome: Welcome) -> None:
        if welcome.protocol != PROTOCOL:
            raise _Ended(
                _(
                    "Версия протокола сервера {theirs}, консоли {ours}. "
                    "Обновите консоль до версии сервера."
                ).format(theirs=welcome.protocol, ours=PROTOCOL)
            )
        if welcome.epoch != self._epoch:
            self.view.desync()
        self._epoch = welcome.epoch
        self._welcome = welcome
        self._steady.told(welcome, asyncio.get_running_loop().time())
        if self._listener:
            self._listener.on_welcome(welcome)

    def _on_reply(self, reply: Reply) -> None:
        pending = self._pending.get(reply.id)
        if pending is None or pending.answer.done():
            return  # answered twice after a resend, or too late
        if reply.code == "too_late" and asyncio.get_running_loop().time() < pending.by:
            # This machine or the server's has slept: a fresh link tells the time anew.
            raise _Lost(_("часы сервера и консоли разошлись"))
        if reply.ok:
            if reply.unsaved and self._listener:
                self._listener.on_notice(Notice(level="warning", words=UNSAVED))
            pending.answer.set_result(reply.result)
        else:
            pending.answer.set_exception(not_done(reply))


async def _receive(socket: ClientWebSocketResponse[bool]) -> str | bytes:
    """The next message. Raises _Lost."""
    message = await socket.receive()
    if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
        data: str | bytes = message.data
        return data
    if message.type is WSMsgType.ERROR:
        raise _Lost(_("связь прервалась"))
    raise _Lost(_("сервер закрыл соединение"))
