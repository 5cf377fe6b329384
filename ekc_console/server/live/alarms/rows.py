"""Alarms as consoles are told of them: with names and titles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ekc_console.domain.router import Router
from ekc_console.domain.terms.alarm_limits import Figure
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.core import in_force
from ekc_console.server.live.alarms.book import Alarm
from ekc_console.server.store.calls.alarm_log import Line
from ekc_console.wire.centre import alarms


class AlarmRows:
    def __init__(self, router: Router, names: Mapping[AgentId, str]) -> None:
        self._router = router
        self._breaks = in_force.break_titles(router)
        self._names = names

    def alarm(self, alarm: Alarm) -> alarms.WatchAlarm:
        return alarms.WatchAlarm(
            id=alarm.id,
            about=alarm.about,
            thing=alarm.thing,
            title=self.title(alarm.about, alarm.thing),
            figure=alarm.figure,
            reason=self._break(alarm.reason),
            level=alarm.level,
            at=alarm.at,
            value=alarm.value,
            limit=alarm.limit,
            since=alarm.since,
            seen_by=self.name(alarm.seen_by),
            seen_at=alarm.seen_at,
            snoozed_until=alarm.snoozed_until,
            snoozed_by=self.name(alarm.snoozed_by),
            told=tuple(map(self.name, alarm.told)),
            called=tuple(map(self.name, alarm.called)),
            calling=self.name(alarm.calling),
        )

    def entry(self, line: Line) -> alarms.AlarmEntry:
        about = cast("alarms.About", line.about)
        return alarms.AlarmEntry(
            at=line.at,
            alarm=line.alarm,
            about=about,
            thing=line.thing,
            title=self.title(about, line.thing),
            figure=cast("Figure", line.figure),
            reason=self._break(line.reason),
            event=cast("alarms.Event", line.event),
            level=line.level,
            value=line.value,
            limit=line.beyond,
            who=self.name(line.who),
            until=line.until,
        )

    def title(self, about: alarms.About, thing: str) -> str:
        """Of the queue, or name of the person; the id of one that is no more."""
        if about == "person":
            return self.name(thing)
        queue = self._router.queues.get(QueueId(thing))
        return queue.title if queue else thing

    def name(self, login: str) -> str:
        return self._names.get(AgentId(login), login)

    def _break(self, code: str) -> str:
        return self._breaks.get(code, code)
