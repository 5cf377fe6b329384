"""A plan of staff read from the store: what is asked for, and the calls of the weeks before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from math import inf

from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.domain.terms.settings import OpeningHours, QueueSettings
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.figures import arrivals, day_sums
from ekc_console.server.store.figures.arrivals import Course
from ekc_console.staffing import smoothing
from ekc_console.staffing.history import Day
from ekc_console.staffing.plan import Aim, Asked, Plan, QueueAsked, plan

WEEKS_BACK = 53
"""A year, so that last year's days off are in it."""
COURSE_WEEKS = 8
"""So far back it is asked how long calls took."""
MOST_DAYS = 62
"""That may be foreseen; what was long ago says little of what is so far ahead."""
_READING = 0.5
"""Share of the work."""


@dataclass(frozen=True, slots=True)
class QueueWanted:
    id: str
    title: str
    days: tuple[Day, ...]
    """From ``earliest`` of today on to the last day that is asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    queues: tuple[QueueWanted, ...]
    today: date
    first: date
    zone: tzinfo
    aim: Aim


DaysOf = Callable[[OpeningHours | None, date, date], tuple[Day, ...]]
"""What the calendar says of days, both ends included, and when a queue with these hours is open."""


def wanted(
    queues: Sequence[QueueSettings],
    schedules: Sequence[OpeningHours],
    days_of: DaysOf,
    *,
    today: date,
    first: date,
    last: date,
    zone: tzinfo,
    aim: Aim,
) -> Wanted:
    """``first`` is no day before ``today``."""
    hours = {schedule.name: schedule for schedule in schedules}
    asked = tuple(
        QueueWanted(
            queue.id, queue.title, days_of(hours.get(queue.schedule), earliest(today), last)
        )
        for queue in queues
    )
    return Wanted(asked, today, first, zone, aim)


def earliest(today: date) -> date:
    return today - timedelta(weeks=WEEKS_BACK)


def foreseen(
    conn: sqlite3.Connection, wanted: Wanted, on: Callable[[float], None] = lambda done: None
) -> Plan:
    """``on`` is told how far it is, 0 … 1, and may raise to end it. Raises sqlite3.Error, and
    ValueError as ``plan``."""
    zone, today = wanted.zone, wanted.today
    since = _first_day(conn, wanted)
    span = Span(start_of(since, zone), start_of(today, zone))
    bins = arrivals.arrivals(conn, span, lambda done: on(done * _READING))
    lately = start_of(today - timedelta(weeks=COURSE_WEEKS), zone)
    courses = arrivals.courses(conn, Span(lately, span.until))
    asked = Asked(
        queues=tuple(_queue(queue, since, courses) for queue in wanted.queues),
        today=today,
        first=wanted.first,
        zone=zone,
        aim=wanted.aim,
        patience_s=_patience_s(courses, [queue.id for queue in wanted.queues]),
        smooth=smoothing.available(),
    )
    return plan(asked, bins, lambda done: on(_READING + done * (1 - _READING)))


def _first_day(conn: sqlite3.Connection, wanted: Wanted) -> date:
    """The first whole day of the store, of those that may count."""
    at = day_sums.first_call(conn)
    if at is None:
        return wanted.today
    after = day_of(at, wanted.zone) + timedelta(days=1)
    return min(wanted.today, max(after, earliest(wanted.today)))


def _queue(queue: QueueWanted, since: date, courses: Mapping[str, Course]) -> QueueAsked:
    course = courses.get(queue.id, Course())
    return QueueAsked(
        queue.id,
        queue.title,
        tuple(day for day in queue.days if day.day >= since),
        course.mean_handling_s,
    )


def _patience_s(courses: Mapping[str, Course], queues: Sequence[str]) -> float:
    whole = sum((courses[queue] for queue in queues if queue in courses), Course())
    return whole.patience_s if whole.abandoned else inf
