"""A supervisor's console that wants to watch the centre."""

from __future__ import annotations

from ekc_console.server.commands.handler import Handler
from ekc_console.server.live.watch.room import WatchRoom
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import watch


class WatchOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(self, room: WatchRoom) -> None:
        self._room = room
        self.handlers: dict[type, Handler] = {watch.StartWatch: self._start}

    async def _start(self, person: Person, body: watch.StartWatch) -> None:
        if not self._room.begin(person):
            raise Refusal("wrong_state", "watch.no_console")
