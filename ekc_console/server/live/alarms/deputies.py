"""Who is told of an alarm while nobody watches: those of a list, one after the other, by message
or, without a console, by telephone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.faults import Faults
from ekc_console.server.live.alarms.book import Alarm, Happened
from ekc_console.server.live.alarms.calls import DeputyCalls
from ekc_console.server.live.alarms.room import AlarmRoom

LOOK_S = 5.0
"""So often while there is an alarm that nobody sees to."""
UNWATCHED_S = 15.0
"""A supervisor whose console is on its way back is waited for."""


class Deputies:
    """``watched``: somebody with the right to acknowledge it has the alarm on the screen.
    ``reachable``: whose console is connected. ``write`` sends somebody a word about an alarm."""

    def __init__(
        self,
        room: AlarmRoom,
        clock: Clock,
        faults: Faults,
        *,
        watched: Callable[[Alarm], bool],
        reachable: Callable[[AgentId], bool],
        write: Callable[[AgentId, Alarm], None],
        calls: DeputyCalls,
    ) -> None:
        self._room = room
        self._clock = clock
        self._faults = faults
        self._watched = watched
        self._reachable = reachable
        self._write = write
        self._calls = calls
        self._told_at: dict[str, float] = {}
        """When somebody was told of an alarm last, by the loop's time."""
        self._due: asyncio.TimerHandle | None = None

    def heard(self, happened: Sequence[Happened]) -> None:
        self._calls.heard()
        self._later()

    def _later(self) -> None:
        """While anything stands that nobody sees to, quiet or not."""
        if self._due is not None or not self._room.settings.deputies:
            return
        if any(not alarm.seen_by for alarm in self._room.book.standing):
            loop = asyncio.get_running_loop()
            self._due = loop.call_later(LOOK_S, self._faults.guard, "alarms", self._look)

    def _unattended(self) -> list[Alarm]:
        now = self._clock.now()
        return [alarm for alarm in self._room.book.standing if alarm.unattended(now)]

    def _look(self) -> None:
        self._due = None
        now, unattended = self._clock.now(), self._unattended()
        standing = {alarm.id for alarm in unattended}
        self._told_at = {each: at for each, at in self._told_at.items() if each in standing}
        for alarm in unattended:
            if now - alarm.at >= UNWATCHED_S and not self._watched(alarm):
                self._tell_next(alarm)
        self._calls.ring()
        self._later()

    def _tell_next(self, alarm: Alarm) -> None:
        """Who is not there and has no telephone is passed over, until somebody is."""
        settings, loop_now = self._room.settings, asyncio.get_running_loop().time()
        told_at = self._told_at.get(alarm.id)
        if self._calls.is_about(alarm):
            return
        if alarm.told and told_at is not None and loop_now - told_at < settings.deputies_after_s:
            return
        for login in settings.deputies:
            if login in alarm.told:
                continue
            if self._reachable(login):
                self._told_at[alarm.id] = loop_now
                self._room.tell([self._room.book.tell(alarm, login, self._clock.now())])
                self._write(login, alarm)
                return
            if self._calls.reaches(login, alarm):
                self._calls.want(login, alarm)
                return

    async def close(self) -> None:
        if self._due is not None:
            self._due.cancel()
        await self._calls.close()
