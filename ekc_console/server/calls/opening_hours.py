"""Opens and closes queues by their schedules.

The order of a person goes before the schedule: a queue closed by hand stays closed until it is
opened by hand or its time is over; one opened by hand outside its hours stays open until the
schedule changes next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from math import inf

import structlog

from ekc_console.domain.facts import QueueClosed, QueueOpened
from ekc_console.domain.state.limits import Door
from ekc_console.domain.terms.hours import Schedule, is_open, next_change
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import local
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings
from ekc_console.server.calls import calendar
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

BY = "schedule"
AGAIN_S = 10.0
"""After a look that broke."""
LONGEST_SLEEP_S = 600.0
"""A far deadline is looked at again: the years of the calendar change meanwhile."""


class Opening:
    """``start``, ``stop``; ``look_again`` after anything that may open or close a queue: a change
    of the settings, a step of the clock."""

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self._runtime = runtime
        self._clock = clock
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def look_again(self) -> None:
        self._wake.set()

    def start(self) -> None:
        self._follow()
        self._task = essential.start(self._run(), "opening hours")

    async def stop(self) -> None:
        await essential.stop(self._task)

    def schedule(self, queue: QueueId) -> tuple[str, float | None]:
        """Its name (empty: none) and when it opens or closes the queue next."""
        found = self._schedule(queue)
        if found is None:
            return "", None
        name = self._runtime.router.queues[queue].schedule
        return name, next_change(found, self._clock.now(), self._zone)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                at = self._follow()
            except Exception:
                log.exception("queues do not follow their schedules")
                at = self._clock.now() + AGAIN_S
            delay = LONGEST_SLEEP_S if at is None else self._clock.delay_until(at)
            try:
                async with asyncio.timeout(min(delay, LONGEST_SLEEP_S)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _follow(self) -> float | None:
        """Open and close what is due; when a schedule changes next."""
        now = self._clock.now()
        changes = []
        for queue in tuple(self._runtime.router.queues):
            door = self._runtime.router.doors.get(queue)
            found = self._schedule(queue)
            wanted = _wanted(found, door, now, self._zone)
            if wanted != (door is None or door.open):
                fact = QueueOpened(queue, BY) if wanted else QueueClosed(queue, BY)
                self._runtime.submit(fact)
                log.info("queue follows its schedule", queue=queue, open=wanted)
            if found is not None:
                changes.append(next_change(found, now, self._zone))
        return min((at for at in changes if at is not None), default=None)

    def _schedule(self, queue: QueueId) -> Schedule | None:
        router = self._runtime.router
        return schedule_of(router.queues[queue], router.centre, self._clock.now())

    @property
    def _zone(self) -> tzinfo:
        return self._runtime.router.centre.zone


def ahead(
    queues: Iterable[QueueSettings],
    centre: CentreSettings,
    doors: Mapping[QueueId, Door],
    now: float,
    until: float,
) -> Iterator[tuple[float, QueueOpened | QueueClosed]]:
    """What these settings would do to queues that are all open from ``now`` to ``until`` (seconds
    since the epoch), if nobody gave an order; ``doors``: the orders of before."""
    for queue in queues:
        schedule, door = schedule_of(queue, centre, now), doors.get(queue.id)
        is_now, at = True, now
        while at <= until:
            if door is not None and door.until is not None and door.until <= at:
                door = None
            wanted = _wanted(schedule, door, at, centre.zone)
            if wanted != is_now:
                yield at, QueueOpened(queue.id, BY) if wanted else QueueClosed(queue.id, BY)
            is_now = wanted
            following = [
                None if schedule is None else next_change(schedule, at, centre.zone),
                None if door is None else door.until,
            ]
            at = min((moment for moment in following if moment is not None), default=inf)


def schedule_of(queue: QueueSettings, centre: CentreSettings, now: float) -> Schedule | None:
    """The hours of the queue, with the calendar around ``now``; None: it has none."""
    hours = next((h for h in centre.schedules if h.name == queue.schedule), None)
    return None if hours is None else calendar.schedule(hours, local(now, centre.zone).year)


def _wanted(schedule: Schedule | None, door: Door | None, now: float, zone: tzinfo) -> bool:
    """Whether the queue is to be open now."""
    by_hand = door is not None and door.by not in (BY, "system")
    if door is not None and by_hand and not door.open:
        return False
    if schedule is None:
        return True
    if door is not None and by_hand:
        end = next_change(schedule, door.since, zone)
        if end is None or end > now:
            return True
    return is_open(schedule, now, zone)
