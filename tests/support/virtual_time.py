"""An event loop whose time jumps to the next timer when there is nothing to do, and that waits for
work handed to threads (the store, speech) without letting time pass."""

from __future__ import annotations

import asyncio
import concurrent.futures
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from unittest import mock

from ekc_console.server.metrics import lateness

T = TypeVar("T")

_PATIENCE_S = 30.0
"""Longest wait for a thread, in real seconds."""

_NEVER_LATE_S = 86_400.0
"""Between two looks at the lateness of a loop that has none: four a second are most of what a
centre does in a quiet week."""


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 0.0
        self.threads: set[concurrent.futures.Future[Any]] = set()
        """What other threads work on for this loop."""

    def time(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self._loop.threads or timeout is None:
            ready = super().select(_PATIENCE_S)
            assert ready, "neither a timer nor a thread will ever wake this loop"
            return ready
        self._loop.now += timeout
        return []


def run(main: Callable[[], Awaitable[T]]) -> T:
    """Run ``main()`` in virtual time."""
    original = asyncio.wrap_future

    def wrap_future(future: Any, *, loop: Any = None) -> Any:
        home = loop or asyncio.get_running_loop()
        wrapped = original(future, loop=home)
        if isinstance(home, VirtualLoop) and isinstance(future, concurrent.futures.Future):
            home.threads.add(future)
            wrapped.add_done_callback(lambda _: home.threads.discard(future))
        return wrapped

    async def start() -> T:
        return await main()

    with (
        mock.patch.object(lateness, "EVERY_S", _NEVER_LATE_S),
        mock.patch("asyncio.wrap_future", wrap_future),
        mock.patch("asyncio.futures.wrap_future", wrap_future),
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
    ):
        return runner.run(start())
