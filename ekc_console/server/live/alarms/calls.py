"""Whom the centre rings about alarms: one telephone at a time, about all that this one is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from ekc_console.domain.router import Router
from ekc_console.domain.terms.alarm_limits import Figure
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.alarms.book import Alarm, Happened
from ekc_console.server.live.alarms.room import AlarmRoom
from ekc_console.server.live.alarms.telephone import AlarmTelephone, Outcome
from ekc_console.server.services.alarm_words import announcement
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

CALLED_FROM = 2
"""Nobody is rung about a lesser level."""
LONGEST_PAUSE_S = 900.0
"""Between two tries of one to whom no way leads."""


class DeputyCalls:
    """``want`` somebody for an alarm, then ``ring``; ``heard`` what happens to alarms."""

    def __init__(
        self,
        room: AlarmRoom,
        router: Router,
        clock: Clock,
        telephone: AlarmTelephone,
        title: Callable[[str], str],
    ) -> None:
        self._room = room
        self._router = router
        self._clock = clock
        self._telephone = telephone
        self._title = title
        self._wanted: dict[AgentId, list[Alarm]] = {}
        self._about: tuple[str, ...] = ()
        """Alarms of the call that goes on."""
        self._not_before: dict[tuple[str, AgentId], float] = {}
        """Of an alarm, who could not be rung: tried again then, by the loop's time."""
        self._no_way: dict[tuple[str, AgentId], int] = {}
        """How often in a row no way led to this one."""
        self._background = Background()

    def is_about(self, alarm: Alarm) -> bool:
        return alarm.id in self._about

    def reaches(self, login: AgentId, alarm: Alarm) -> bool:
        """Whether this one may be rung about the alarm, now."""
        if alarm.level < CALLED_FROM or login in alarm.called:
            return False
        later = self._not_before.get((alarm.id, login), 0.0)
        return bool(self._number(login)) and asyncio.get_running_loop().time() >= later

    def _number(self, login: AgentId) -> str:
        """Empty where there is none that the machine may dial."""
        written = dict(self._room.settings.telephones).get(login)
        number = in_force.canonical(self._router, written)
        if number and in_force.dial_decision(self._router, "machine", number).allowed:
            return number
        return ""

    def want(self, login: AgentId, alarm: Alarm) -> None:
        self._wanted.setdefault(login, []).append(alarm)

    def ring(self) -> None:
        """The first who is wanted; the others are looked at again when that is over."""
        wanted, self._wanted = self._wanted, {}
        if self._about or not wanted:
            return
        login, alarms = next(iter(wanted.items()))
        self._about = tuple(alarm.id for alarm in alarms)
        self._background.spawn(self._ask(login, self._number(login), alarms))

    async def _ask(self, login: AgentId, number: str, alarms: list[Alarm]) -> None:
        book = self._room.book
        outcome: Outcome = "no_way"
        try:
            now = self._clock.now()
            called = [book.call(alarm, login, now) for alarm in alarms]
            self._room.tell([one for one in called if (one.alarm.id, login) not in self._no_way])
            outcome = await self._telephone.ask(number, announcement(map(self._said_of, alarms)))
        finally:
            about, self._about = self._about, ()
            self._settle(login, about, outcome)

    def _said_of(self, alarm: Alarm) -> tuple[Figure, str]:
        return alarm.figure, "" if alarm.about == "person" else self._title(alarm.thing)

    def _settle(self, login: AgentId, about: tuple[str, ...], outcome: Outcome) -> None:
        book, now = self._room.book, self._clock.now()
        happened: list[Happened] = []
        for alarm in filter(None, map(book.kept, about)):
            if not alarm.unattended(now):
                book.call_off(alarm)
            elif outcome == "accepted":
                happened.append(book.acknowledge(alarm, login, now))
            else:
                unreached = book.unreached(alarm, login, outcome == "unanswered", now)
                if self._try_again(alarm, login, outcome):
                    happened.append(unreached)
        kept = {alarm.id for alarm in book.standing}
        self._not_before = {key: at for key, at in self._not_before.items() if key[0] in kept}
        self._no_way = {key: tries for key, tries in self._no_way.items() if key[0] in kept}
        self._room.tell(happened)

    def _try_again(self, alarm: Alarm, login: AgentId, outcome: Outcome) -> bool:
        """After a pause, which grows as long as no way leads out. Whether this is news."""
        key, pause = (alarm.id, login), self._room.settings.deputies_after_s
        before = self._no_way.pop(key, 0)
        if outcome == "no_way":
            self._no_way[key] = before + 1
            pause = max(pause, min(pause * 2**before, LONGEST_PAUSE_S))
        self._not_before[key] = asyncio.get_running_loop().time() + pause
        is_news = outcome != "no_way" or not before
        if is_news:
            log.warning("a deputy was not reached", login=login, why=outcome)
        return is_news

    def heard(self) -> None:
        """What the call is about may be seen to, or over."""
        now = self._clock.now()
        kept = filter(None, map(self._room.book.kept, self._about))
        if self._about and not any(alarm.unattended(now) for alarm in kept):
            self._telephone.give_up()

    async def close(self) -> None:
        await self._background.close()
        await self._telephone.close()
