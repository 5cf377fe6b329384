"""A change of settings held against those in force: the same callers and people live through the
next minutes under both, seed by seed, and what differs is the change's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from ekc_console.domain.facts import Fact, QueuesConfigured
from ekc_console.domain.insight import metrics
from ekc_console.domain.insight.metrics import ABANDONED, CallRecord
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.simulation.engine import Day, simulate
from ekc_console.simulation.figures import Estimate, estimate
from ekc_console.simulation.load import Load, Present, callers, shifts
from ekc_console.simulation.plan import Plan, Shift

Figure = Literal["wait_s", "wait_p95_s", "level", "abandoned", "served", "occupancy"]
FIGURES: tuple[Figure, ...] = get_args(Figure)


NOT_COUNTED = frozenset(
    {
        "title",
        "service_level_s", "level_target",  # one measure for both
        "announce_every_s", "announce_wait",
        "return_to_agent_s",  # no line is lost
        "preferred_agent_s", "keep_place_key",  # nobody is known, and nobody presses a key
        "callback_on_abandon", "callback_auto", "callback_after_s", "callback_limit",
        "callback_share",
    }
)  # fmt: skip
"""Settings of a queue that the simulated minutes do not hang on."""


@dataclass(frozen=True, slots=True)
class Variant:
    settings: QueuesConfigured
    doors: tuple[tuple[float, Fact], ...] = ()
    """Orders that open, close and pause queues, at their moments."""
    people: tuple[Present, ...] | None = None
    """Other people than the load has."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    load: Load
    before: Variant
    after: Variant
    minutes: int


@dataclass(frozen=True, slots=True)
class QueueDay:
    """One run of the callers that came into one queue; shares in 0 … 1, None where there is
    nothing to compute from."""

    calls: int
    wait_s: float | None = None
    """Mean over those who were served and those who gave up."""
    wait_p95_s: float | None = None
    level: float | None = None
    """By the limit that is in force before the change, under both."""
    abandoned: float | None = None
    served: float | None = None
    """Talked with an operator or an outside number."""
    occupancy: float | None = None
    """Of the people of the queue, whichever calls they took."""


QueueDays = dict[QueueId, QueueDay]


@dataclass(frozen=True, slots=True)
class Pair:
    """One seed under both settings."""

    before: QueueDays
    after: QueueDays


@dataclass(frozen=True, slots=True)
class Difference:
    figure: Figure
    before: float | None
    after: float | None
    """Means over the seeds."""
    change: Estimate | None
    """After less before, seed by seed; None where no seed has both."""


def rehearsed(rehearsal: Rehearsal, seed: int) -> Pair:
    queues = _compared(rehearsal)
    return Pair(
        _lived(rehearsal, rehearsal.before, queues, seed),
        _lived(rehearsal, rehearsal.after, queues, seed),
    )


def left_out(rehearsal: Rehearsal) -> list[QueueId]:
    """Queues that the change removes: who calls there would be led elsewhere by the menu, and no
    call of theirs comes in either run."""
    gone = _queues(rehearsal.before).keys() - _queues(rehearsal.after).keys()
    return [queue for queue in _queues(rehearsal.before) if queue in gone]


def changed(rehearsal: Rehearsal) -> list[QueueId]:
    """Queues that stay, with other settings than their title."""
    before, after = _queues(rehearsal.before), _queues(rehearsal.after)
    return [
        q
        for q, settings in before.items()
        if q in after and replace(after[q], title=settings.title) != settings
    ]


def differences(pairs: Sequence[Pair], queue: QueueId) -> tuple[Difference, ...]:
    return tuple(_difference(pairs, queue, figure) for figure in FIGURES)


def _difference(pairs: Sequence[Pair], queue: QueueId, figure: Figure) -> Difference:
    was = [_value(pair.before, queue, figure) for pair in pairs]
    is_now = [_value(pair.after, queue, figure) for pair in pairs]
    both = [b - a for a, b in zip(was, is_now, strict=True) if a is not None and b is not None]
    return Difference(figure, _mean(was), _mean(is_now), estimate(both))


def _value(days: Mapping[QueueId, QueueDay], queue: QueueId, figure: Figure) -> float | None:
    value: float | None = getattr(days.get(queue), figure, None)
    return value


def _mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return metrics.share(sum(known), len(known))


def _queues(variant: Variant) -> dict[QueueId, QueueSettings]:
    return {queue.id: queue for queue in variant.settings.queues}


def _compared(rehearsal: Rehearsal) -> dict[QueueId, QueueSettings]:
    """Those that stay, as they are before the change."""
    after = _queues(rehearsal.after)
    return {q: settings for q, settings in _queues(rehearsal.before).items() if q in after}


def _lived(
    rehearsal: Rehearsal, variant: Variant, queues: Mapping[QueueId, QueueSettings], seed: int
) -> QueueDays:
    load = rehearsal.load
    until = load.now + rehearsal.minutes * 60
    if variant.people is not None:
        load = replace(load, people=variant.people)
    staff = shifts(load, seed)
    plan = Plan(
        queues=_waited_in(rehearsal.before),
        queue=next(iter(_queues(rehearsal.before))),
        from_s=load.begins,
        to_s=until,
        talk=load.talk,
        wrap_up=load.wrap_up,
        patience=load.patience,
        recorded=tuple(
            call
            for call in callers(load, until, seed)
            if call.at <= load.now or call.queue in queues
        ),
        shifts=staff,
        behaviour=load.behaviour,
        centre=rehearsal.before.settings.centre,
        warm_up_s=load.now - load.begins,
        orders=((load.now, variant.settings), *variant.doors),
    )
    day = simulate(plan, seed)
    return {
        queue: _told(day, settings, _occupancy(day, load, staff, queue, until))
        for queue, settings in queues.items()
    }


def _waited_in(variant: Variant) -> tuple[QueueSettings, ...]:
    """For those who wait already: they are where they are, and nothing sends them elsewhere before
    the settings that are rehearsed are in force."""
    return tuple(replace(queue, overflow=()) for queue in variant.settings.queues)


def _told(day: Day, queue: QueueSettings, occupancy: float | None) -> QueueDay:
    calls = day.by_queue.get(queue.id, [])
    counts = metrics.counts(calls)
    waits = [call.wait_s for call in calls if _waited(call)]
    outside = sum(call.outcome == "forwarded" for call in calls)
    return QueueDay(
        calls=len(calls),
        wait_s=metrics.share(sum(waits), len(waits)),
        wait_p95_s=float(np.quantile(waits, 0.95)) if waits else None,
        level=metrics.service_level(calls, queue.service_level_s).without_short,
        abandoned=counts.abandonment,
        served=metrics.share(counts.answered + outside, counts.offered),
        occupancy=occupancy,
    )


def _waited(call: CallRecord) -> bool:
    return call.outcome in ("answered", "forwarded") or call.outcome in ABANDONED


def _occupancy(
    day: Day, load: Load, staff: Sequence[Shift], queue: QueueId, until: float
) -> float | None:
    """What was begun before is part of it; breaks are not."""
    busy = present = 0.0
    for who, shift in zip(load.people, staff, strict=True):
        if queue not in who.queues:
            continue
        assert shift.ready_s is not None
        begun = min(shift.ready_s, until) - load.now
        if who.doing == "away":
            present -= begun
        else:
            busy += begun
        present += until - load.now
        busy += day.busy_s.get(who.agent, 0.0)
    return metrics.share(busy, present)
