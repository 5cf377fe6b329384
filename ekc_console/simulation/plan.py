"""What is simulated: settings, arrivals, durations and shifts; and the calls of one seed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ekc_console.domain.facts import Fact
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.localtime import HALF_HOUR_S
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings
from ekc_console.simulation.durations import Duration, Endless, Parametric

ANY_HOUR = CentreSettings(callback_from_s=0.0, callback_until_s=0.0)
"""People may be called back as long as the simulated day lasts: its clock is nobody's."""


MINUTE, FIVE_MINUTES, TEN_MINUTES = Parametric(60.0), Parametric(300.0), Parametric(600.0)


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the day with the expected number of calls, and who is there to take them."""

    from_s: float
    to_s: float
    calls: float
    agents: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as it once came."""

    at: float
    number: str | None
    queue: QueueId
    skills: tuple[str, ...] = ()
    priority: int = 0
    waited_s: float = 0.0
    """So long the caller is known not to have given up; patience is drawn for what comes after."""


@dataclass(frozen=True, slots=True)
class Shift:
    agent: AgentId
    from_s: float
    to_s: float
    """A talk and its wrap-up are finished after it."""
    queues: tuple[QueueId, ...]
    skills: tuple[str, ...] = ()
    tiers: tuple[tuple[QueueId, int], ...] = ()
    ready_s: float | None = None
    """Takes calls from then on, and is on a break before; None: from the beginning."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What people do beside talking."""

    answer_delay_s: float = 0.0
    """From the offer to the key, whichever it is."""
    callbacks: bool = False
    """Callbacks are offered to agents like calls; else nobody is called back."""
    callback_answer: float = 0.7
    """Share of the people called back who pick up."""
    forward_answer: float = 1.0
    """Share of the calls forwarded to an outside number that are taken there."""
    missed: float = 0.0
    """Share of the offers that the agent does not answer: they run out."""
    rejected: float = 0.0
    """Share of the offers that the agent rejects, after ``answer_delay_s``."""
    back_after: Duration = MINUTE
    """How long an agent whom the core has set to not responding takes to be ready again."""
    breaks_per_hour: float = 0.0
    """Of work, by each agent: the time from one break to the next is exponential."""
    break_length: Duration = TEN_MINUTES
    redial: float = 0.0
    """Share of the callers who gave up that call again, each time anew."""
    redial_after: Duration = FIVE_MINUTES


@dataclass(frozen=True, slots=True)
class Plan:
    """One variant of the day. Arrivals are ``recorded`` ones, or Poisson by ``slots`` into
    ``queue``."""

    queues: tuple[QueueSettings, ...]
    queue: QueueId
    """Whose figures are shown."""
    from_s: float
    to_s: float
    """Arrivals end; those who wait are served on."""
    talk: Duration
    wrap_up: Duration
    patience: Duration = field(default_factory=Endless)
    slots: tuple[Slot, ...] = ()
    recorded: tuple[Arrival, ...] = ()
    shifts: tuple[Shift, ...] = ()
    behaviour: Behaviour = field(default_factory=Behaviour)
    centre: CentreSettings = ANY_HOUR
    warm_up_s: float = 0.0
    """Calls that come so soon after ``from_s`` do not count."""
    orders: tuple[tuple[float, Fact], ...] = ()
    """Given to the core at their moments: changes of settings, doors of queues."""

    @property
    def settings(self) -> QueueSettings:
        return next(q for q in self.queues if q.id == self.queue)


@dataclass(frozen=True, slots=True)
class Demand:
    """The calls of one seed, by order of arrival."""

    arrivals: list[Arrival]
    patience: list[float]
    talk: list[float]
    wrap_up: list[float]


def demand(plan: Plan, seed: int) -> Demand:
    """The same seed gives the same callers to every variant, so that variants compare."""
    rng = np.random.default_rng([seed, 0])
    arrivals = list(plan.recorded) or [
        Arrival(at, f"+7900{i:07d}", plan.queue) for i, at in enumerate(_poisson(plan, rng))
    ]
    n = len(arrivals)

    def drawn(duration: Duration, stream: int) -> list[float]:
        values: list[float] = duration.draw(np.random.default_rng([seed, stream]), n).tolist()
        return values

    patience = [p + a.waited_s for p, a in zip(drawn(plan.patience, 1), arrivals, strict=True)]
    return Demand(arrivals, patience, drawn(plan.talk, 2), drawn(plan.wrap_up, 3))


def _poisson(plan: Plan, rng: np.random.Generator) -> Iterator[float]:
    for slot in plan.slots:
        n = rng.poisson(slot.calls)
        yield from np.sort(rng.uniform(slot.from_s, slot.to_s, n)).tolist()


def shifts_of(slots: tuple[Slot, ...], queues: tuple[QueueId, ...]) -> tuple[Shift, ...]:
    """Shifts that put the wished number of agents in every slot: the i-th agent works in each
    unbroken run of slots that asks for at least i."""
    shifts: list[Shift] = []
    for i in range(1, max((s.agents for s in slots), default=0) + 1):
        began: float | None = None
        part = 0
        for slot in (*slots, Slot(slots[-1].to_s, slots[-1].to_s, 0, 0)):
            if slot.agents >= i and began is None:
                began = slot.from_s
            elif slot.agents < i and began is not None:
                part += 1
                shifts.append(Shift(AgentId(f"a{i}.{part}"), began, slot.from_s, queues))
                began = None
    return tuple(shifts)


def half_hours(plan: Plan) -> tuple[Slot, ...]:
    """The slots that formulas of waiting lines are computed for: those of the plan, or the day in
    equal parts of about half an hour, with the calls that came and those who were there on
    average, less their share of breaks."""
    if plan.slots or not plan.recorded:
        return plan.slots
    length = plan.to_s - plan.from_s
    parts = max(1, round(length / HALF_HOUR_S))
    ends = [plan.from_s + length * i / parts for i in range(parts + 1)]
    moments = [arrival.at for arrival in plan.recorded]
    before = [bisect_left(moments, end) for end in ends[:-1]] + [len(moments)]
    people = plan.behaviour
    at_work = 1 / (1 + people.breaks_per_hour * people.break_length.mean_s / 3600)
    return tuple(
        Slot(a, b, after - first, _whole(_present(plan, a, b) * at_work))
        for a, b, first, after in zip(ends, ends[1:], before, before[1:], strict=False)
    )


def _present(plan: Plan, a: float, b: float) -> float:
    """Agents logged in between two moments, on average."""
    there = (max(0.0, min(b, s.to_s) - max(a, s.from_s)) for s in plan.shifts)
    return sum(there) / (b - a) if b > a else 0.0


def _whole(agents: float) -> int:
    """Formulas take whole agents; a part of one is one."""
    return max(1, round(agents)) if agents else 0


def even(from_s: float, to_s: float, calls_per_hour: float, agents: int) -> tuple[Slot, ...]:
    """One slot of even load."""
    return (Slot(from_s, to_s, calls_per_hour * (to_s - from_s) / 3600, agents),)


def fixed(mean_s: float) -> Duration:
    return Parametric(mean_s, "constant")
