"""What is beyond its limits, and who says that he sees to it or that it can wait."""

from __future__ import annotations

from typing import cast

from ekc_console.domain.router import Router
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.alarms.book import Alarm
from ekc_console.server.live.alarms.room import AlarmRoom
from ekc_console.server.live.alarms.rows import AlarmRows
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import alarm_log
from ekc_console.wire.centre import alarms

LONGEST_SNOOZE_S = 24 * 3600.0
MOST_LINES = 2000
MOST_LOOKED_AT = 20_000
"""Of the lines of all: less than a tenth of a second."""


class AlarmOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, router: Router, room: AlarmRoom, rows: AlarmRows, database: Database, clock: Clock
    ) -> None:
        self._router = router
        self._room = room
        self._rows = rows
        self._database = database
        self._clock = clock
        self.handlers: dict[type, Handler] = {
            alarms.GetAlarms: self._standing,
            alarms.GetAlarmLog: self._log,
            alarms.AcknowledgeAlarm: self._acknowledge,
            alarms.SnoozeAlarm: self._snooze,
        }

    async def _standing(self, person: Person, body: alarms.GetAlarms) -> alarms.Alarms:
        """The gravest first, then the oldest."""
        seen = scope(self._router, person, "watch")
        standing = [a for a in self._room.book.standing if seen.has_thing(a.about, a.thing)]
        standing.sort(key=lambda alarm: (-alarm.level, alarm.at))
        return alarms.Alarms(alarms=tuple(map(self._rows.alarm, standing)))

    async def _log(self, person: Person, body: alarms.GetAlarmLog) -> alarms.AlarmLog:
        """Those of others' queues and people are left out."""
        limit = max(1, min(body.limit, MOST_LINES))
        seen = scope(self._router, person, "watch")

        def mine(about: str, thing: str) -> bool:
            return seen.has_thing(cast("alarms.About", about), thing)

        lines = await self._database.read(
            lambda conn: alarm_log.latest(conn, limit, mine, MOST_LOOKED_AT)
        )
        return alarms.AlarmLog(entries=tuple(map(self._rows.entry, lines)))

    async def _acknowledge(self, person: Person, body: alarms.AcknowledgeAlarm) -> None:
        alarm, now = self._found(person, body.alarm), self._clock.now()
        book = self._room.book
        if body.withdraw:
            if alarm.seen_by:
                self._room.tell([book.withdraw(alarm, person.login, now)])
        elif not alarm.seen_by:
            self._room.tell([book.acknowledge(alarm, person.login, now)])
        elif alarm.seen_by != person.login:
            name = self._rows.name(alarm.seen_by)
            at = alarm.seen_at or now
            raise Refusal("wrong_state", "alarm.seen_already", name=name, at=at)

    async def _snooze(self, person: Person, body: alarms.SnoozeAlarm) -> None:
        if not 0 <= body.for_s <= LONGEST_SNOOZE_S:
            raise Refusal("bad_value", "alarm.snooze_for")
        alarm, now = self._found(person, body.alarm), self._clock.now()
        book = self._room.book
        if body.for_s:
            self._room.tell([book.snooze(alarm, person.login, now + body.for_s, now)])
        elif alarm.snoozed_until is not None:
            self._room.tell([book.wake(alarm, person.login, now)])

    def _found(self, person: Person, alarm_id: str) -> Alarm:
        """Raises Refusal."""
        alarm = self._room.book.kept(alarm_id)
        if alarm is None or not alarm.level:
            raise Refusal("unknown", "alarm.over")
        if not scope(self._router, person, "acknowledge").has_thing(alarm.about, alarm.thing):
            raise Refusal("not_allowed", _OTHERS[alarm.about])
        return alarm


_OTHERS: dict[str, str] = {"queue": "right.other_queues", "person": "right.other_team"}
