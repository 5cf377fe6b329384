"""From calls that came to people that are needed, half-hour by half-hour; several queues are one
pool, whose people take the calls of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import partial

from ekc_console.domain.terms.localtime import second_of_day, start_of
from ekc_console.domain.terms.spans import Span, cut
from ekc_console.staffing.forecast import Forecast, TooShort, forecast
from ekc_console.staffing.history import (
    HALF_S,
    Bins,
    Day,
    History,
    history,
    open_halves,
    without_gaps,
)
from ekc_console.staffing.need import Need, Target, need


@dataclass(frozen=True, slots=True)
class Aim:
    """What is aimed at, of the settings and of who asks."""

    level: float
    within_s: float
    shrinkage: float
    occupancy: float
    handling_s: float | None = None
    """None: as it was seen."""
    patience_s: float | None = None
    """None: as it was seen; inf: callers wait for ever."""


@dataclass(frozen=True, slots=True)
class QueueAsked:
    id: str
    title: str
    days: tuple[Day, ...]
    """Those that were, from the first that may count, and those to come, without gaps."""
    handling_s: float | None
    """Mean of a call; None: none was handled."""


@dataclass(frozen=True, slots=True)
class Asked:
    queues: tuple[QueueAsked, ...]
    today: date
    """The first day that is foreseen."""
    first: date
    """The first day that is shown; all of the queues' days reach to the last one."""
    zone: tzinfo
    aim: Aim
    patience_s: float
    """As it was seen; inf: nobody gave up."""
    smooth: bool
    """Whether the library is there."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Of a queue."""

    queue: QueueAsked
    found: Forecast | None
    """None: of too few days, or no call ever came."""
    known_days: int
    """0: no call ever came."""


@dataclass(frozen=True, slots=True)
class Half:
    span: Span
    open: bool
    calls: float
    by_queue: tuple[float | None, ...]
    """In the order of the queues; None: not foreseen."""
    need: Need


@dataclass(frozen=True, slots=True)
class Plan:
    queues: tuple[Foreseen, ...]
    gaps: tuple[date, ...]
    """Days in which nobody counted for a while."""
    target: Target
    """With the mean handling time of all calls that are foreseen."""
    halves: tuple[Half, ...]
    """In order; none: nothing could be foreseen."""


def plan(
    asked: Asked, bins: Mapping[str, Bins], on: Callable[[float], None] = lambda done: None
) -> Plan:
    """``on`` is told how far it is, 0 … 1, and may raise to end it. Raises ValueError when more
    people are needed than anybody has."""
    seen = {queue.id: _seen(asked, queue, bins.get(queue.id, {})) for queue in asked.queues}
    seen, gaps = without_gaps({queue: one for queue, one in seen.items() if queue in bins})
    steps = len(asked.queues) + 1
    foreseen = []
    for n, queue in enumerate(asked.queues):
        known = seen.get(queue.id)
        if known is None:
            foreseen.append(Foreseen(queue, None, 0))
        else:
            foreseen.append(_foreseen(asked, queue, known, partial(on, n / steps)))
    target = _target(asked, foreseen)
    shown = partial(on, len(asked.queues) / steps)
    some = any(one.found for one in foreseen)
    halves = tuple(_halves(asked, foreseen, target, shown)) if some else ()
    on(1.0)
    return Plan(tuple(foreseen), tuple(gaps), target, halves)


def _seen(asked: Asked, queue: QueueAsked, bins: Bins) -> History:
    return history(bins, [d for d in queue.days if d.day < asked.today], asked.zone)


def _ahead(asked: Asked, queue: QueueAsked) -> list[Day]:
    return [d for d in queue.days if d.day >= asked.today]


def _foreseen(asked: Asked, queue: QueueAsked, seen: History, on: Callable[[], None]) -> Foreseen:
    try:
        found = forecast(seen, _ahead(asked, queue), smooth=asked.smooth, on=on)
    except TooShort as short:
        return Foreseen(queue, None, short.known)
    return Foreseen(queue, found, found.known_days)


def _target(asked: Asked, foreseen: Sequence[Foreseen]) -> Target:
    aim = asked.aim
    handling = aim.handling_s
    if handling is None:
        times = [
            (float(one.found.calls.sum()), one.queue.handling_s)
            for one in foreseen
            if one.found is not None and one.queue.handling_s is not None
        ]
        calls = sum(weight for weight, _ in times)
        handling = sum(w * s for w, s in times) / calls if calls else 0.0
    return Target(
        level=aim.level,
        within_s=aim.within_s,
        handling_s=handling,
        patience_s=asked.patience_s if aim.patience_s is None else aim.patience_s,
        shrinkage=aim.shrinkage,
        occupancy=aim.occupancy,
    )


def _halves(
    asked: Asked, foreseen: Sequence[Foreseen], target: Target, on: Callable[[], None]
) -> Iterator[Half]:
    opened = [open_halves(_ahead(asked, queue)) for queue in asked.queues]
    for n, day in enumerate(_ahead(asked, asked.queues[0])):
        if day.day < asked.first:
            continue
        on()
        for span in halves_of(day.day, asked.zone):
            half = int(second_of_day(span.since, asked.zone) // HALF_S)
            by_queue = tuple(_calls(one.found, n, half) for one in foreseen)
            calls = sum(count or 0.0 for count in by_queue)
            needed = need(calls, target) if target.handling_s > 0 else Need()
            yield Half(span, any(bool(o[n, half]) for o in opened), calls, by_queue, needed)


def _calls(found: Forecast | None, day: int, half: int) -> float | None:
    return None if found is None else float(found.calls[day, half])


def halves_of(day: date, zone: tzinfo) -> tuple[Span, ...]:
    """46 or 50 where clocks are set."""
    whole = Span(start_of(day, zone), start_of(day + timedelta(days=1), zone))
    return cut(whole, "half_hour", zone)
