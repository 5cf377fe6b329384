"""From the watched queues to the boards: encoded once for all that show the same, and at most one
event on its way to each."""

from __future__ import annotations

import asyncio

from ekc_console.server.board.figures import Levels, figures
from ekc_console.server.live.watch.room import WatchRoom
from ekc_console.wire import watch
from ekc_console.wire.outside import board

EVERY_S = 1.0
"""Between two events, at least; what changes meanwhile comes with the next one."""

Scope = frozenset[str]
"""Ids of queues; empty: all."""


class Slot:
    """The newest event that one board was not sent yet: an older one is replaced, so that a slow
    board misses events and costs nothing."""

    def __init__(self, token_hash: str, scope: Scope) -> None:
        self.token_hash = token_hash
        self.scope = scope
        self._event: bytes | None = None
        self._ended = False
        self._filled = asyncio.Event()

    def put(self, event: bytes) -> None:
        self._event = event
        self._filled.set()

    def end(self) -> None:
        """Nothing comes any more, what waits included."""
        self._ended = True
        self._filled.set()

    async def get(self) -> bytes | None:
        """None at the end."""
        await self._filled.wait()
        self._filled.clear()
        return None if self._ended else self._event


class Fanout:
    """Follows the watched centre while there is a board."""

    def __init__(self, room: WatchRoom, levels: Levels) -> None:
        self.slots: list[Slot] = []
        self._room = room
        self._levels = levels
        self._told_at = 0.0

    def add(self, slot: Slot) -> None:
        """It is sent what is known, and then what comes."""
        self.slots.append(slot)
        self._told_at = 0.0
        self._room.follow(self.tell)

    def remove(self, slot: Slot) -> None:
        self.slots.remove(slot)
        if not self.slots:
            self._room.leave()

    def tell(self, queues: list[watch.WatchQueue], at: float) -> None:
        if 0 <= at - self._told_at < EVERY_S:
            return
        self._told_at = at
        scopes = {slot.scope for slot in self.slots}
        events = {scope: board.event(figures(queues, self._levels, scope, at)) for scope in scopes}
        for slot in self.slots:
            slot.put(events[slot.scope])
