"""What is beyond its limits, in memory: one alarm for a figure of a queue or a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ekc_console.domain.insight.alarm_levels import level, next_at
from ekc_console.domain.terms.alarm_limits import Figure, Limit
from ekc_console.server.live.alarms.figures import Reading
from ekc_console.wire.centre.alarms import About, Event

Thing = tuple[About, str]
_Key = tuple[About, str, Figure, str]
Limits = Callable[[Reading], Limit]


@dataclass(frozen=True, slots=True)
class Alarm:
    """``level`` 0: it is over, and kept while it is to be quiet. Logins, codes and ids; moments
    are seconds since the epoch."""

    id: str
    about: About
    thing: str
    figure: Figure
    reason: str
    level: int
    at: float
    """When it got to this level; the next two: the figure then, and where the level begins. Of one
    that is over: the figure at the end, and where the first level begins."""
    value: float
    limit: float
    since: float | None = None
    seen_by: str = ""
    seen_at: float | None = None
    snoozed_until: float | None = None
    snoozed_by: str = ""
    told: tuple[str, ...] = ()
    """By message; the next one: who was rung, and did not say to see to it."""
    called: tuple[str, ...] = ()
    calling: str = ""
    """Who is being rung."""

    @property
    def key(self) -> _Key:
        return self.about, self.thing, self.figure, self.reason

    def quiet(self, now: float) -> bool:
        return self.snoozed_until is not None and now < self.snoozed_until

    def unattended(self, now: float) -> bool:
        """Nobody has said that it is seen to, or that it can wait."""
        return self.level > 0 and not self.seen_by and not self.quiet(now)


_MOMENTS = ("at", "since", "seen_at", "snoozed_until")


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the event log, with the alarm as it is then. ``who``: a login."""

    alarm: Alarm
    event: Event
    at: float
    who: str = ""


class AlarmBook:
    """``observe`` a thing whenever it may have changed."""

    def __init__(self, alarms: Iterable[Alarm] = (), last: int = 0) -> None:
        """``last``: the highest number that an alarm has had."""
        self.changes = 0
        """Counts up whenever an alarm is another one than before."""
        self._alarms: dict[_Key, Alarm] = {}
        self._of: dict[Thing, set[_Key]] = {}
        self._ids: dict[str, _Key] = {}
        self._counts: dict[_Key, float] = {}
        """The latest ones: there may be nothing to count when an alarm ends."""
        self._last = last
        for alarm in alarms:
            self._keep(alarm)

    # -- what there is -------------------------------------------------------------

    @property
    def standing(self) -> list[Alarm]:
        return [alarm for alarm in self._alarms.values() if alarm.level]

    @property
    def things(self) -> set[Thing]:
        return set(self._of)

    def level_of(self, thing: Thing, figure: Figure, reason: str = "") -> int:
        alarm = self._alarms.get((*thing, figure, reason))
        return alarm.level if alarm else 0

    def kept(self, alarm_id: str) -> Alarm | None:
        """One that stands, or is to be quiet when it begins again."""
        key = self._ids.get(alarm_id)
        return None if key is None else self._alarms[key]

    # -- figures -------------------------------------------------------------------

    def observe(
        self, thing: Thing, readings: Iterable[Reading], limits: Limits, now: float
    ) -> tuple[list[Happened], float | None]:
        """What happens by it, and when the thing is to be observed again though nothing changes;
        None: never. A figure that is not among the ``readings`` is as it should be."""
        happened: list[Happened] = []
        moments: list[float] = []
        self._forget_expired(thing, now)
        left = set(self._of.get(thing, ()))
        for reading in readings:
            key = (*thing, reading.figure, reading.reason)
            left.discard(key)
            if reading.unknown:
                continue
            limit = limits(reading)
            happened += self._look(key, reading, limit, now)
            reached = self.level_of(thing, reading.figure, reading.reason)
            if reading.since is not None:
                ahead = next_at(limit, reached, reading.since)
                moments += [] if ahead is None else [ahead]
        for key in left:
            limit = limits(Reading(key[2], reason=key[3]))
            happened += self._end(self._alarms[key], None, limit, now)
        return happened, min(moments, default=None)

    def _forget_expired(self, thing: Thing, now: float) -> None:
        for key in tuple(self._of.get(thing, ())):
            alarm = self._alarms[key]
            if not alarm.level and not alarm.quiet(now):
                self._drop(alarm)

    def _look(self, key: _Key, reading: Reading, limit: Limit, now: float) -> Iterator[Happened]:
        """A limit that is another than the one the alarm stands by decides as if nothing stood:
        there is no band yet that could hold it."""
        before, value = self._alarms.get(key), reading.value(now)
        was = before.level if before else 0
        changed = before is not None and was > 0 and _begins(limit, was) != before.limit
        reached = level(reading.figure, limit, 0 if changed else was, value)
        if reading.count is not None:
            self._counts[key] = reading.count
        if reached != was:
            yield from self._step(key, reading, limit, reached, now)
        elif before is not None and changed:
            begins = _begins(limit, reached) or 0.0
            stands = replace(before, value=value or 0.0, limit=begins, since=reading.since)
            yield self._happens(stands, "limit", now)
        elif before is not None and reached and before.since != reading.since:
            self._keep(replace(before, since=reading.since))

    def _step(
        self, key: _Key, reading: Reading, limit: Limit, reached: int, now: float
    ) -> Iterator[Happened]:
        before = self._alarms.get(key)
        if reached == 0:
            if before is not None:
                yield from self._end(before, reading, limit, now)
            return
        begins = _begins(limit, reached) or 0.0
        value = reading.value(now) or 0.0
        if before is None:
            self._last += 1
            alarm = Alarm(f"a{self._last}", *key, reached, now, value, begins, reading.since)
            yield self._happens(alarm, "raised", now)
            return
        alarm = replace(
            before, level=reached, at=now, value=value, limit=begins, since=reading.since
        )
        if reached < before.level:
            yield self._happens(alarm, "fallen", now)
        else:
            alarm = replace(alarm, seen_by="", seen_at=None, told=(), called=())
            yield self._happens(alarm, "risen" if before.level else "raised", now)

    def _end(
        self, alarm: Alarm, reading: Reading | None, limit: Limit, now: float
    ) -> Iterator[Happened]:
        """With the figure as it is now, or was when there was nothing to count any more; of a
        stretch of time: how long it lasted. One that is to be quiet is remembered so long: it may
        begin again."""
        value = self._counts.pop(alarm.key, alarm.value)
        if alarm.since is not None:
            value = max(0.0, now - alarm.since)
        elif reading is not None:
            value = reading.value(now) or 0.0
        least = next((each for each in (limit.first, limit.second) if each is not None), None)
        over = replace(
            alarm, level=0, value=value, limit=alarm.limit if least is None else least,
            seen_by="", seen_at=None, told=(), called=(), calling="",
        )  # fmt: skip
        if alarm.quiet(now):
            self._keep(over)
        else:
            self._drop(alarm)
        if alarm.level:
            yield Happened(over, "cleared", now)

    # -- what people do --------------------------------------------------------------

    def acknowledge(self, alarm: Alarm, who: str, now: float) -> Happened:
        seen = replace(alarm, seen_by=who, seen_at=now, calling="")
        return self._happens(seen, "acknowledged", now, who)

    def withdraw(self, alarm: Alarm, who: str, now: float) -> Happened:
        return self._happens(replace(alarm, seen_by="", seen_at=None), "withdrawn", now, who)

    def snooze(self, alarm: Alarm, who: str, until: float, now: float) -> Happened:
        quiet = replace(alarm, snoozed_until=until, snoozed_by=who)
        return self._happens(quiet, "snoozed", now, who)

    def wake(self, alarm: Alarm, who: str, now: float) -> Happened:
        awake = replace(alarm, snoozed_until=None, snoozed_by="")
        return self._happens(awake, "woken", now, who)

    def tell(self, alarm: Alarm, who: str, now: float) -> Happened:
        return self._happens(replace(alarm, told=(*alarm.told, who)), "told", now, who)

    def call(self, alarm: Alarm, who: str, now: float) -> Happened:
        return self._happens(replace(alarm, calling=who), "called", now, who)

    def unreached(self, alarm: Alarm, who: str, rang: bool, now: float) -> Happened:
        """``rang``: this one is not rung again at this level."""
        called = (*alarm.called, who) if rang else alarm.called
        return self._happens(replace(alarm, called=called, calling=""), "unreached", now, who)

    def call_off(self, alarm: Alarm) -> None:
        """Somebody else sees to it."""
        self._keep(replace(alarm, calling=""))

    # -- memory --------------------------------------------------------------------

    def clock_set(self, by_s: float) -> None:
        """What lasts so long goes on lasting as long: only the face of the clock is another."""
        for alarm in list(self._alarms.values()):
            moments = {name: getattr(alarm, name) for name in _MOMENTS}
            known = {name: at + by_s for name, at in moments.items() if at is not None}
            self._keep(replace(alarm, **known))

    def _happens(self, alarm: Alarm, event: Event, at: float, who: str = "") -> Happened:
        self._keep(alarm)
        return Happened(alarm, event, at, who)

    def _keep(self, alarm: Alarm) -> None:
        self._alarms[alarm.key] = alarm
        self._of.setdefault((alarm.about, alarm.thing), set()).add(alarm.key)
        self._ids[alarm.id] = alarm.key
        self.changes += 1

    def _drop(self, alarm: Alarm) -> None:
        del self._alarms[alarm.key], self._ids[alarm.id]
        keys = self._of[alarm.about, alarm.thing]
        keys.discard(alarm.key)
        if not keys:
            del self._of[alarm.about, alarm.thing]
        self.changes += 1


def _begins(limit: Limit, at: int) -> float | None:
    """Where a level begins, 1 or 2."""
    return limit.second if at == 2 else limit.first
