"""What a rehearsal starts from: the people and callers of one moment, and how calls come, last and
are given up lately."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal

import numpy as np

from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.simulation.durations import Duration, Empirical, Parametric
from ekc_console.simulation.plan import Arrival, Behaviour, Shift

Doing = Literal["ready", "talk", "wrap_up", "away"]
Assumed = Literal["calls_of_day", "calls", "talk", "wrap_up", "patience", "answers"]
"""What was not seen often enough: ``calls_of_day``, none came in the last half-hour and those of
the last day are taken; the others are as usual elsewhere."""

BACK_AFTER_S = 600.0
"""A break whose end nobody knows."""
_ORDER: dict[Doing, int] = {"ready": 0, "wrap_up": 1, "talk": 2, "away": 3}


@dataclass(frozen=True, slots=True)
class Present:
    """One who is on shift now; moments in seconds since the epoch."""

    agent: AgentId
    queues: tuple[QueueId, ...]
    skills: tuple[str, ...] = ()
    tiers: tuple[tuple[QueueId, int], ...] = ()
    doing: Doing = "ready"
    since: float = 0.0
    until: float | None = None
    """When it ends, where that is known."""


@dataclass(frozen=True, slots=True)
class Load:
    now: float
    """Seconds since the epoch."""
    people: tuple[Present, ...]
    waiting: tuple[Arrival, ...]
    """The longest wait first."""
    recent: tuple[Arrival, ...]
    """Calls that came lately: each that comes is like one of them, taken at random."""
    calls_per_hour: float
    talk: Duration
    wrap_up: Duration
    patience: Duration
    assumed: tuple[Assumed, ...] = ()
    seen: int = 0
    """Calls that ``calls_per_hour`` stands on, seen in the last ``seen_s`` seconds."""
    seen_s: float = 0.0
    behaviour: Behaviour = field(default_factory=Behaviour)

    @property
    def begins(self) -> float:
        """Everybody is there when the first of those who wait comes, and before any order."""
        return min([self.now, *(call.at for call in self.waiting)]) - 1.0


def staffed(
    people: tuple[Present, ...], number: int, queues: tuple[QueueId, ...]
) -> tuple[Present, ...]:
    """So many people: of those who are there who takes calls the soonest, and whoever is more,
    ready, like one of them in turn; serving all ``queues`` where nobody is there."""
    like = people or (Present(AgentId("anybody"), queues),)
    more = (
        replace(
            like[i % len(like)], agent=AgentId(f"+{i + 1}"), doing="ready", since=0.0, until=None
        )
        for i in range(number - len(people))
    )
    return (*sorted(people, key=_soonest)[:number], *more)


def _soonest(who: Present) -> tuple[int, float]:
    """Who takes calls before whom: the ready, those at work on a call, those who are away by the
    end of it; of an unknown end, the one known as usual."""
    if who.doing == "away":
        return _ORDER["away"], who.since + BACK_AFTER_S if who.until is None else who.until
    return _ORDER[who.doing], who.since


def callers(load: Load, until: float, seed: int) -> tuple[Arrival, ...]:
    """Those who wait and those who come by ``until``; the same for every variant."""
    rng = np.random.default_rng([seed, 11])
    like = load.recent
    hours = (until - load.now) / 3600
    count = int(rng.poisson(load.calls_per_hour * hours)) if like else 0
    moments = np.sort(rng.uniform(load.now, until, count)).tolist()
    which = rng.integers(max(1, len(like)), size=count).tolist()
    coming = [replace(like[i], at=at) for i, at in zip(which, moments, strict=True)]
    everybody = (*load.waiting, *coming)
    return tuple(replace(call, number=f"+7900{i:07d}") for i, call in enumerate(everybody))


def shifts(load: Load, seed: int) -> tuple[Shift, ...]:
    """Nobody comes or goes; who is busy or away takes calls when that is over."""
    rng = np.random.default_rng([seed, 12])
    return tuple(
        Shift(
            who.agent, load.begins, inf, who.queues, who.skills, who.tiers,
            ready_s=load.now + _left_s(load, who, rng),
        )
        for who in load.people
    )  # fmt: skip


def _left_s(load: Load, who: Present, rng: np.random.Generator) -> float:
    gone_s = load.now - who.since
    if who.doing == "ready":
        return 0.0
    if who.doing == "talk":
        return _rest(load.talk, gone_s, rng) + float(load.wrap_up.draw(rng, 1)[0])
    if who.until is not None:
        return max(0.0, who.until - load.now)
    if who.doing == "wrap_up":
        return _rest(load.wrap_up, gone_s, rng)
    return _rest(Parametric(BACK_AFTER_S), gone_s, rng)


def _rest(duration: Duration, gone_s: float, rng: np.random.Generator) -> float:
    """How much longer lasts what has lasted so long. A distribution that is not observed is taken
    as exponential: what is over says nothing of what is to come."""
    if isinstance(duration, Empirical):
        longer = [s - gone_s for s in duration.samples if s > gone_s]
        return float(rng.choice(longer)) if longer else duration.mean_s
    return float(rng.exponential(duration.mean_s))
