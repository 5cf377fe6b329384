"""Client of Asterisk's manager interface: log in, run actions, pass events on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable

from ekc_console.server.engine.protocol import EngineError

TIMEOUT_S = 3.0
Message = dict[str, str]


class AmiError(EngineError):
    """Asterisk refused the action; ``message`` is its own text."""


class Ami:
    """One logged-in connection. Actions may be run at the same time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._booted = asyncio.Event()
        self.on_event: Callable[[Message], None] = lambda event: None
        """Gets every event that comes from now on; must not raise."""
        self._task = asyncio.create_task(self._read(), name="ami")

    @classmethod
    async def connect(cls, host: str, port: int, user: str, secret: str) -> Ami:
        """Raises EngineError when there is no connection or the login is refused."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reader, writer = await asyncio.open_connection(host, port)
                await reader.readline()  # greeting with the version
        except (OSError, TimeoutError) as error:
            raise EngineError(f"AMI Asterisk ({host}:{port}) не отвечает: {error}.") from None
        ami = cls(reader, writer)
        try:
            await ami.action("Login", Username=user, Secret=secret)
        except BaseException:
            await ami.close()
            raise
        return ami

    @property
    def alive(self) -> bool:
        return not self._task.done()

    async def wait_booted(self) -> None:
        """Until Asterisk has loaded everything and takes calls."""
        booted = asyncio.create_task(self._booted.wait())
        try:
            await asyncio.wait({booted, self._task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            booted.cancel()
        if not self._booted.is_set():
            raise EngineError("Asterisk закрыл соединение AMI, не закончив запуск.")

    async def action(self, name: str, **headers: str) -> Message:
        """Run one action; raises AmiError when it is refused, EngineError when unanswered."""
        number = str(next(self._numbers))
        fields = {"Action": name, "ActionID": number, **headers}
        if any("\r" in value or "\n" in value for value in fields.values()):
            raise EngineError(f"AMI {name}: перевод строки в значении.")
        if not self.alive:
            raise EngineError("Соединение AMI с Asterisk потеряно.")
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        text = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        try:
            self._writer.write(text.encode() + b"\r\n")
            async with asyncio.timeout(TIMEOUT_S):
                reply = await answer
        except TimeoutError:
            self._task.cancel()  # the connection is dead or worth nothing: the next one is tried
            raise EngineError(f"Asterisk не ответил на AMI {name} за {TIMEOUT_S:g} с.") from None
        finally:
            self._waiting.pop(number, None)
        if reply.get("Response") == "Error":
            raise AmiError(reply.get("Message", "отказ без объяснения"))
        return reply

    async def ping(self) -> None:
        """Raises EngineError when it is not answered; the connection is not ``alive`` then."""
        await self.action("Ping")

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._writer.transport.abort()  # a dead link would never take what is still to be sent
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _read(self) -> None:
        try:
            while message := await self._message():
                if message.get("Event") == "FullyBooted":
                    self._booted.set()
                if "Event" in message:
                    self.on_event(message)
                answer = self._waiting.get(message.get("ActionID", ""))
                if answer and not answer.done() and "Response" in message:
                    answer.set_result(message)
        except OSError:
            pass  # the same as an end: every waiting action is failed below
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(EngineError("Соединение AMI с Asterisk потеряно."))

    async def _message(self) -> Message:
        """The next block of ``key: value`` lines; empty at the end of the connection."""
        message: Message = {}
        while line := await self._reader.readline():
            text = line.decode(errors="replace").rstrip("\r\n")
            if not text:
                if message:
                    return message
                continue
            key, _, value = text.partition(": ")
            message[key] = value
        return {}
