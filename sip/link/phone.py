"""A softphone as its console sees it: commands in, events out, and ways to wait for them."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from sip.link.protocol import (
    Call,
    CallState,
    Command,
    EndReason,
    Event,
    Failed,
    HangUp,
    Incoming,
    Start,
    Started,
    Stopped,
)
from sip.link.uris import with_transport

BACKLOG = 1000
"""Events kept for a later :meth:`BasePhone.wait_for`; older ones are forgotten."""
HANG_UP_LIMIT_S = 3.0

E = TypeVar("E", bound=Event)
EventSink = Callable[[Event], None]


class SoftphoneError(Exception):
    """The softphone could not start, or is gone. ``code`` is one of
    :class:`sip.link.protocol.Failed` or ``timeout``, ``died``, ``stopped``; ``detail`` is for the
    log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class CallFailed(Exception):
    """A call was not connected. ``code`` is the SIP status, 0 where there is none."""

    def __init__(self, reason: EndReason, code: int, detail: str = "") -> None:
        super().__init__(f"{reason} ({code}) {detail}".rstrip())
        self.reason = reason
        self.code = code
        self.detail = detail


class Phone(Protocol):
    """What a console needs of a softphone, real or fake."""

    on_event: EventSink | None
    """Called with every event, on the event loop, in their order."""

    @property
    def exit_code(self) -> int | None:
        """``None`` while it runs, 0 after a clean end, else it died."""

    def send(self, command: Command) -> int:
        """Send a command and return the sequence number it was given; never blocks.
        Ignored when the softphone has ended."""

    async def stop(self) -> None:
        """End the softphone; returns when it has ended. May be called again."""


class BasePhone:
    """Delivery of events and the helpers over ``send`` that every phone has."""

    def __init__(self, on_event: EventSink | None = None) -> None:
        self.on_event = on_event
        self.exit_code: int | None = None
        self.started: Started | None = None
        self.uri = ""
        """Where this phone can be called."""
        self._sequence = itertools.count(1)
        self._call_numbers = itertools.count(1)
        self._live_calls: set[str] = set()
        self._backlog: collections.deque[Event] = collections.deque(maxlen=BACKLOG)
        self._waiters: list[tuple[Callable[[Event], bool], asyncio.Future[Event]]] = []
        self._observers: list[EventSink] = []
        self._stopped = False

    def send(self, command: Command) -> int:
        raise NotImplementedError

    @property
    def live_calls(self) -> frozenset[str]:
        """Calls that were announced and have not ended."""
        return frozenset(self._live_calls)

    async def wait_for(
        self,
        kind: type[E],
        timeout: float,  # noqa: ASYNC109 - named in the error
        *,
        after: float = 0.0,
        **fields: object,
    ) -> E:
        """The oldest event of this kind with these field values that nobody waited for yet, now or
        within ``timeout`` seconds; it is taken out. ``after`` ignores events with an earlier ``t``.

        Raises ``TimeoutError``, or :class:`SoftphoneError` when the softphone ends meanwhile.
        """

        def matches(event: Event) -> bool:
            return (
                isinstance(event, kind)
                and event.t >= after
                and all(getattr(event, name) == value for name, value in fields.items())
            )

        for event in self._backlog:
            if isinstance(event, kind) and matches(event):
                self._backlog.remove(event)
                return event
        if self._stopped:
            raise SoftphoneError("stopped", f"the softphone has ended ({self.exit_code})")
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        waiter = (matches, future)
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout):
                event = await future
        except TimeoutError as error:
            wanted = ", ".join(f"{name}={value!r}" for name, value in fields.items())
            raise TimeoutError(f"no {kind.__name__}({wanted}) in {timeout} s") from error
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
        assert isinstance(event, kind)
        return event

    def forget_events(self) -> None:
        """Drop what nobody waited for, so that a later :meth:`wait_for` cannot find it."""
        self._backlog.clear()

    async def events(self) -> AsyncIterator[Event]:
        """All events from now on; ends after ``Stopped``."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        with self._observed(queue.put_nowait):
            while not self._stopped or not queue.empty():
                event = await queue.get()
                yield event
                if isinstance(event, Stopped):
                    return

    async def call(
        self,
        uri: str,
        timeout: float,  # noqa: ASYNC109 - the call is hung up when it is over
        *,
        headers: Mapping[str, str] | None = None,
        from_user: str = "",
    ) -> str:
        """Call ``uri`` and return the call's name when it is connected.

        Raises :class:`CallFailed`; after ``timeout`` seconds the call is given up as ``no_answer``.
        Raises :class:`SoftphoneError` when the softphone has ended or ends meanwhile.
        """
        name = f"out{next(self._call_numbers)}"
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[CallState | Failed | Stopped] = loop.create_future()
        seq = -1

        def observe(event: Event) -> None:
            match event:
                case CallState(state="connected" | "ended") if event.call == name:
                    if not outcome.done():
                        outcome.set_result(event)
                case Failed() if event.seq == seq and not outcome.done():
                    outcome.set_result(event)
                case Stopped() if not outcome.done():
                    outcome.set_result(event)

        with self._observed(observe):
            self._require_running()
            command = Call(call=name, uri=uri, headers=dict(headers or {}), from_user=from_user)
            seq = self.send(command)
            try:
                async with asyncio.timeout(timeout):
                    result = await outcome
            except TimeoutError as error:
                await self.hang_up(name)
                raise CallFailed("no_answer", 0, f"not answered in {timeout} s") from error
            except asyncio.CancelledError:
                self.send(HangUp(call=name))
                raise
        if isinstance(result, Stopped):
            raise SoftphoneError("stopped", "the softphone has ended")
        if isinstance(result, Failed):
            raise CallFailed("failed", 0, f"{result.code}: {result.detail}")
        if result.state == "ended":
            raise CallFailed(result.reason, result.code)
        return name

    async def hang_up(self, call: str) -> None:
        """End the call; returns when it has ended, at once if it has already.

        Raises :class:`SoftphoneError` when the softphone does not tell the end in time.
        """
        if call not in self._live_calls:
            return
        ended = asyncio.Event()

        def observe(event: Event) -> None:
            if isinstance(event, CallState) and event.call == call and event.state == "ended":
                ended.set()

        with self._observed(observe):
            self.send(HangUp(call=call))
            try:
                async with asyncio.timeout(HANG_UP_LIMIT_S):
                    await ended.wait()
            except TimeoutError as error:
                raise SoftphoneError("timeout", f"call {call} did not end") from error

    def _note_start(self, start: Start, started: Started) -> None:
        self.started = started
        address = f"{start.host or '127.0.0.1'}:{started.port}"
        self.uri = with_transport(f"sip:{start.user}@{address}", start.transport)

    def _require_running(self) -> None:
        if self._stopped:
            raise SoftphoneError("stopped", f"the softphone has ended ({self.exit_code})")

    @contextlib.contextmanager
    def _observed(self, sink: EventSink) -> Iterator[None]:
        self._observers.append(sink)
        try:
            yield
        finally:
            self._observers.remove(sink)

    def _deliver(self, event: Event) -> None:
        match event:
            case Incoming() | CallState(state="calling"):
                self._live_calls.add(event.call)
            case CallState(state="ended"):
                self._live_calls.discard(event.call)
            case Stopped():
                self._stopped = True
        if self.on_event is not None:
            self._guard(self.on_event, event)
        for observer in list(self._observers):
            self._guard(observer, event)
        self._hand_over(event)
        if self._stopped:
            self._refuse_waiters()

    def _hand_over(self, event: Event) -> None:
        for matches, future in self._waiters:
            if not future.done() and matches(event):
                future.set_result(event)
                return
        self._backlog.append(event)

    def _refuse_waiters(self) -> None:
        for _, future in self._waiters:
            if not future.done():
                future.set_exception(SoftphoneError("stopped", "the softphone has ended"))

    def _guard(self, sink: EventSink, event: Event) -> None:
        """A sink that raises must not cost the others the event."""
        try:
            sink(event)
        except Exception as error:
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"a sink of {type(event).__name__} raised", "exception": error}
            )

    def _end(self, exit_code: int, now: float) -> None:
        """The softphone ended without saying so, or has said so: tell what is missing."""
        self.exit_code = exit_code
        if self._stopped:
            return
        for call in sorted(self._live_calls):
            self._deliver(CallState(call=call, state="ended", code=0, reason="failed", t=now))
        self._deliver(Stopped(t=now))
