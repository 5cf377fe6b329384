"""Keys are done in the order in which they were pressed.

Left alone, later keys overtake earlier ones on a busy machine: a field takes a letter at once, a
key that it binds (Backspace, Ctrl+U) comes back to it only after going all the way up to the
application, and a key of the application (F9) does not wait for the field at all. Then what was
corrected is garbled, and what was typed last is not in the card that is saved. A key that calls for
help waits for none: those before it go on their way with it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

WITHIN_S = 2.0
"""Longest that a key is waited for: what had it may be gone in the midst of it."""
ROUNDS = 2
"""Once for the key, once for what it made its widget say to those around it."""


class InOrder:
    """``deliver`` sends a key on its way; the next one is sent when it has gone all of it."""

    def __init__(
        self,
        app: App[Any],
        deliver: Callable[[events.Key | events.Paste], Awaitable[None]],
        is_urgent: Callable[[str], bool],
    ) -> None:
        """``is_urgent``: of a key's name."""
        self._app = app
        self._deliver = deliver
        self._is_urgent = is_urgent
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._number = 0
        self._limit: asyncio.TimerHandle | None = None

    @property
    def under_way(self) -> bool:
        """Whether a key is not done yet."""
        return self._limit is not None

    @property
    def queued(self) -> bool:
        """Whether another key has been pressed and is not on its way yet."""
        return bool(self._waiting)

    async def press(self, event: events.Key | events.Paste) -> None:
        self._waiting.append(event)
        if isinstance(event, events.Key) and self._is_urgent(event.key):
            await self._hurry()
        elif not self.under_way:
            await self._next()

    async def _hurry(self) -> None:
        """Whatever the key under way waits for."""
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
        while len(self._waiting) > 1:
            await self._deliver(self._waiting.popleft())
        await self._next()

    async def _next(self) -> None:
        if not self._waiting:
            return
        self._number += 1
        self._limit = asyncio.get_running_loop().call_later(
            WITHIN_S, self._app.call_later, self._gone, self._number
        )
        await self._deliver(self._waiting.popleft())
        await self._follow(self._number, self._way(), ROUNDS)

    def _way(self) -> list[MessagePump]:
        """The queues that the key goes through, the application's last."""
        return list((self._app.focused or self._app.screen).ancestors_with_self)

    async def _follow(self, number: int, way: list[MessagePump], rounds: int) -> None:
        """Behind the key, from queue to queue; those of widgets that are gone are passed by."""
        while way:
            if way.pop(0).call_later(self._follow, number, way, rounds):
                return
        if rounds > 1:
            await self._follow(number, self._way(), rounds - 1)
        else:
            await self._gone(number)

    async def _gone(self, number: int) -> None:
        if number == self._number and self._limit is not None:
            self._limit.cancel()
            self._limit = None
            await self._next()
