"""HTTP and WebSocket face of the server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import aiohttp
import structlog
from aiohttp import web

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.commands import rights
from ekc_console.server.commands.dispatch import Commands, not_understood, refused
from ekc_console.server.core.clock import Clock
from ekc_console.server.http.answers import Answers, answer
from ekc_console.server.http.callers import Callers
from ekc_console.server.http.connection import Connection
from ekc_console.server.http.last_calls import BEGUN, LastCalls
from ekc_console.server.live.other_version import other_version, told_by, wrong_protocol
from ekc_console.server.live.sync import Hub, Outbox
from ekc_console.server.live.welcome import WelcomeWords
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth, AuthError, Session
from ekc_console.server.people.person import Person
from ekc_console.server.people.session_watch import SessionWatch
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.outgoing import encoded, seen_by
from ekc_console.wire import codec, messages
from ekc_console.wire.login import LoggedIn
from ekc_console.wire.words import NoticeLevel, Words, words

log = structlog.get_logger(__name__)

HELLO_WITHIN_S = 10.0
HEARTBEAT_S = 10.0
CLOSE_WITHIN_S = 2.0
"""For a client's answer to our closing; one whose network is gone never answers."""
COMMANDS_AT_ONCE = 16
"""Per connection; further ones wait their turn."""


class Api:
    """Handlers of one server. ``app`` is the aiohttp application."""

    def __init__(
        self,
        *,
        auth: Auth,
        callers: Callers,
        answers: Answers,
        attendance: Attendance,
        sessions: SessionWatch,
        hub: Hub,
        commands: Commands,
        clock: Clock,
        last_calls: LastCalls,
        words: WelcomeWords,
        health: Callable[[], dict[str, object]],
    ) -> None:
        self._auth = auth
        self._callers = callers
        self._answers = answers
        self._hub = hub
        self._commands = commands
        self._clock = clock
        self._attendance = attendance
        self._sessions = sessions
        self._last_calls = last_calls
        self._words = words
        self._health = health
        self._sockets: dict[AgentId, web.WebSocketResponse] = {}
        self.app = web.Application(
            client_max_size=codec.MESSAGE_LIMIT, middlewares=[answers.middleware]
        )
        self.app.router.add_post("/api/login", self._login)
        self.app.router.add_post("/api/command", self._command)
        self.app.router.add_get("/api/ws", self._websocket)
        self.app.router.add_get("/health", self._get_health)

    async def close(self) -> None:
        """Tell every console that the server goes, and that it may come back."""
        bye = messages.Goodbye(code="shutdown", words=words("server.stopping"), reconnect=True)
        await asyncio.gather(*(_say_goodbye(s, bye) for s in list(self._sockets.values())))

    async def disconnect(self, login: AgentId, bye: messages.Goodbye) -> None:
        if socket := self._sockets.get(login):
            await _say_goodbye(socket, bye)

    async def let_go(self, login: AgentId) -> None:
        """A supervisor ended the shift: the console is told why, and has to log in again. One whose
        session was over before is told by who waits for that, after its last reply."""
        if self._last_calls.why_over(login) is None:
            await self.disconnect(login, _expired(words("session.ended_by_supervisor")))

    def welcome_again(self) -> None:
        """Tell every console what a welcome tells; it has changed."""
        self._hub.tell_each(self._welcome)

    async def _get_health(self, request: web.Request) -> web.Response:
        return answer(self._health())

    async def _login(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            login = codec.decode_login(body)
        except codec.BadMessage as error:
            if theirs := told_by(body):
                return self._answers.error(400, "wrong_protocol", other_version(theirs))
            return self._answers.error(
                400, "bad_request", words("server.bad_request", why=str(error))
            )
        if login.protocol != messages.PROTOCOL:
            return self._answers.error(400, "wrong_protocol", other_version(login.protocol))
        try:
            session = await self._auth.log_in(
                login.login,
                login.password,
                request.remote or "",
                self._clock.now(),
                login.new_password,
                login.workplace,
            )
        except AuthError as error:
            return self._answers.unauthorised(error)
        return answer(
            LoggedIn(
                token=session.token,
                expires_at=session.expires_at,
                login=session.login,
                name=session.name,
                role=session.role,
                voice=session.voice,
                pbx_authorities=self._words.pbx_authorities,
            )
        )

    async def _command(self, request: web.Request) -> web.Response:
        """One ``Request``, answered with its ``Reply``; the login's console goes on."""
        try:
            person = await self._callers.person(request)
        except AuthError as error:
            return self._answers.unauthorised(error)
        try:
            body = codec.decode_client(await request.read())
        except codec.BadMessage as error:
            return self._answers.error(
                400, "bad_request", words("server.bad_request", why=str(error))
            )
        if not isinstance(body, messages.Request):
            return self._answers.error(400, "bad_request", words("server.no_request"))
        reply = await self._commands.execute(person, body)
        return answer(seen_by(reply, person))

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            timeout=CLOSE_WITHIN_S, heartbeat=HEARTBEAT_S, max_msg_size=codec.MESSAGE_LIMIT
        )
        await socket.prepare(request)
        try:
            hello = await self._hello(socket)
            if hello is not None:
                await self._serve(socket, *hello)
        except ConnectionError:
            log.info("console connection broke")
        return socket

    async def _hello(self, socket: web.WebSocketResponse) -> tuple[Session, messages.Hello] | None:
        """The first message and its session; None after a goodbye."""
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                first = await socket.receive()
        except TimeoutError:
            await _say_goodbye(socket, _bad(words("server.no_hello")))
            return None
        if first.type is not aiohttp.WSMsgType.TEXT:
            await _say_goodbye(socket, _bad(words("server.hello_first")))
            return None
        try:
            hello = codec.decode_client(first.data)
        except codec.BadMessage as error:
            if theirs := told_by(first.data):
                await _say_goodbye(socket, wrong_protocol(theirs))
                return None
            await _say_goodbye(socket, _bad(words("server.bad_message", why=str(error))))
            return None
        if not isinstance(hello, messages.Hello):
            await _say_goodbye(socket, _bad(words("server.hello_first")))
            return None
        if hello.protocol != messages.PROTOCOL:
            await _say_goodbye(socket, wrong_protocol(hello.protocol))
            return None
        found = await self._auth.session(hello.token, self._clock.now())
        session = found or self._last_calls.of(hello.token)
        if session is None:
            await _say_goodbye(socket, _expired(words("session.expired")))
            return None
        return session, hello

    async def _serve(
        self, socket: web.WebSocketResponse, session: Session, hello: messages.Hello
    ) -> None:
        login = AgentId(session.login)
        person = Person.of(session)
        older = self._sockets.get(login)
        self._sockets[login] = socket
        console: Connection | None = None
        tasks: list[asyncio.Task[None]] = []
        try:
            if older is not None:
                await _say_goodbye(older, _replaced())
            if hello.shift and person.may("serve"):
                await self._attendance.begin(session)
            else:
                self._attendance.look_on(session)
            if self._sockets.get(login) is not socket:
                return  # replaced in its turn
            self._last_calls.came(session)
            outbox = Outbox()
            outbox.put(encoded(self._welcome(person), person))
            console = Connection(socket, outbox, session, self._hub.stream(person))
            console.stream.attach(outbox, hello.seq if hello.epoch == self._hub.epoch else None)
            # Whichever ends first ends the connection: a console that gets no updates, or whose
            # session nobody looks at, must not go on unseen. It comes back by itself.
            tasks = [
                asyncio.create_task(work)
                for work in (
                    self._receive_all(console),
                    _send_all(socket, outbox),
                    self._watch_session(console),
                )
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if tasks:
                await self._end_of(tasks, socket)
            if console is not None:
                console.stream.detach(console.outbox)
            if self._sockets.get(login) is socket:
                del self._sockets[login]
                self._attendance.interrupt(login)

    async def _end_of(self, tasks: list[asyncio.Task[None]], socket: web.WebSocketResponse) -> None:
        receiving, *others = tasks
        if not receiving.done():
            # A command that has begun is finished, and its reply kept for the console's return.
            await _close(socket)
        for task in others:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, ConnectionError):
                log.error("console connection broke", exc_info=result)

    def _welcome(self, person: Person) -> messages.Welcome:
        return self._words.to(person, self._hub.epoch)

    async def _watch_session(self, console: Connection) -> None:
        """Close the connection when its person has other rights by now: the console comes back with
        those; and when its session ends, after the call in hand."""
        login, again = AgentId(console.session.login), True
        while again:
            if not console.session.last_call:
                found = await self._sessions.until_changed(console.session)
                self._attendance.changed(login, found)
                if found is not None:
                    await _say_goodbye(console.socket, _changed())
                    return
            closed = await self._last_calls.closed(login)
            again = self._last_calls.due(login) and await self._last_call(console, closed)
        if closed:
            self._attendance.closed(login)
        self._tell_keepers(login)
        why = self._last_calls.why_over(login)
        why = why or words("session.closed" if closed else "session.expired")
        await console.answered()
        await _say_goodbye(console.socket, _expired(why))

    async def _last_call(self, console: Connection, closed: bool) -> bool:
        """From now on the console has the call in hand and nothing else. False: to its end; True:
        until the account was open again, and all is as before."""
        last = self._last_calls.begin(console.session, closed=closed)
        self._go_on_as(console, last, "warning", BEGUN[last.last_call])
        again = await self._last_calls.over(last)
        if again is None:
            return False
        self._last_calls.give_back(again)
        self._go_on_as(console, again, "info", "session.given_back")
        self._last_calls.tell_keepers(words("account.given_back", name=again.name))
        return True

    def _go_on_as(
        self, console: Connection, session: Session, level: NoticeLevel, key: str
    ) -> None:
        """On the same connection: no key of the talk waits for another one."""
        console.session, person = session, Person.of(session)
        console.stream.detach(console.outbox)
        console.stream = self._hub.stream(person)
        console.stream.attach(console.outbox, None)
        console.outbox.put(encoded(messages.Notice(level=level, words=words(key)), person))

    def _tell_keepers(self, login: AgentId) -> None:
        """That a session which was to end has ended."""
        if told := self._last_calls.untold(login):
            self._last_calls.tell_keepers(told)
            self._last_calls.tell_of_draft(login)

    async def _receive_all(self, console: Connection) -> None:
        """Requests are carried out side by side: a slow search must not delay an answer key."""
        slots = asyncio.Semaphore(COMMANDS_AT_ONCE)
        socket, outbox, tasks = console.socket, console.outbox, console.commands
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                await _say_goodbye(socket, _bad(words("server.text_only")))
                break
            try:
                request = codec.decode_client(message.data)
            except codec.BadMessage as error:
                if number := codec.request_id(message.data):
                    outbox.put(codec.encode(not_understood(number, str(error))))
                    continue
                await _say_goodbye(socket, _bad(words("server.bad_message", why=str(error))))
                break
            if isinstance(request, messages.Resync):
                console.stream.resync(outbox)
                continue
            if not isinstance(request, messages.Request):
                await _say_goodbye(socket, _bad(words("server.hello_again")))
                break
            await slots.acquire()
            task = asyncio.create_task(self._execute(console, request))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task.add_done_callback(lambda _: slots.release())
        # A command that has begun is finished: its reply waits for the console's return.
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _execute(self, console: Connection, request: messages.Request) -> None:
        """With the rights of this moment; only what is done to the own call waits for no store."""
        found: Session | None = console.session
        if not console.session.last_call and rights.asked_afresh(request.body):
            found = await self._sessions.now(console.session)
            found = found or self._last_calls.left(console.session)
        if found is None:
            told = refused(request, Refusal("not_allowed", "session.expired"))
            console.outbox.put(codec.encode(told))
        else:
            person = Person.of(found)
            console.outbox.put(encoded(await self._commands.execute(person, request), person))


async def _send_all(socket: web.WebSocketResponse, outbox: Outbox) -> None:
    while True:
        data = await outbox.get()
        await socket.send_frame(data, aiohttp.WSMsgType.TEXT)


async def _close(socket: web.WebSocketResponse) -> None:
    """Ends whoever reads from it."""
    with contextlib.suppress(ConnectionError):
        await socket.close()


async def _say_goodbye(socket: web.WebSocketResponse, bye: messages.Goodbye) -> None:
    if not socket.closed:
        try:
            await socket.send_str(codec.encode(bye).decode())
            await socket.close()
        except ConnectionError:
            log.info("console was gone before the goodbye")


def _bad(why: Words) -> messages.Goodbye:
    return messages.Goodbye(code="bad_message", words=why, reconnect=True)


def _expired(why: Words) -> messages.Goodbye:
    return messages.Goodbye(code="session_expired", words=why, reconnect=False)


def _changed() -> messages.Goodbye:
    return messages.Goodbye(code="changed", words=words("session.changed"), reconnect=True)


def _replaced() -> messages.Goodbye:
    return messages.Goodbye(code="replaced", words=words("session.replaced"), reconnect=False)
