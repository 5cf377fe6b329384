"""Breaks of the simulated agents, and the offers that they do not answer or reject.

An agent works for a while (exponential, ``breaks_per_hour``), goes on a break as soon as call and
wrap-up let it, and comes back after its length. An offer that is missed runs out in the core; an
agent whom the core sets to not responding for missing or rejecting them is ready again after
``back_after``.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Literal

from numpy.random import default_rng

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.ids import AgentId
from ekc_console.simulation.durations import Parametric, one_by_one
from ekc_console.simulation.plan import Behaviour

At = Callable[[float, Callable[[Any, float], None], Any], None]
Give = Callable[[f.Fact, float], None]

Reaction = Literal["accepts", "misses", "rejects"]

BREAK = "break"


class Absences:
    def __init__(self, behaviour: Behaviour, seed: int, router: Router, at: At, give: Give) -> None:
        """``at`` plans an act, ``give`` gives a fact to the core."""
        self._missed = behaviour.missed
        self._rejected = behaviour.rejected
        self._breaks = behaviour.breaks_per_hour > 0
        self._router = router
        self._at = at
        self._give = give
        self._chance = Random(f"{seed}:missed")
        work = Parametric(3600 / behaviour.breaks_per_hour) if self._breaks else Parametric(0.0)
        self._work = one_by_one(work, default_rng([seed, 4]))
        self._length = one_by_one(behaviour.break_length, default_rng([seed, 5]))
        self._back = one_by_one(behaviour.back_after, default_rng([seed, 6]))
        self._away: dict[AgentId, float] = {}
        """Since when."""
        self._planned: set[AgentId] = set()
        """Whose next break has its moment."""
        self._over: list[tuple[float, float]] = []
        self.happen = self._breaks or self._missed + self._rejected > 0
        """Else nothing need be told to this object."""

    def reaction(self) -> Reaction:
        """What an agent does with an offer."""
        if self._missed + self._rejected == 0:
            return "accepts"
        chance = self._chance.random()
        if chance < self._missed:
            return "misses"
        return "rejects" if chance < self._missed + self._rejected else "accepts"

    def begins_work(self, agent: AgentId, now: float) -> None:
        if self._breaks and agent not in self._planned:
            self._planned.add(agent)
            self._at(now + next(self._work), self._break_due, agent)

    def changed(self, agent: AgentId, now: float) -> None:
        """The core changed the agent's record."""
        state = self._router.agents[agent].state
        on_break = isinstance(state, ag.OnBreak) and state.reason == BREAK
        if agent in self._away or not (on_break or isinstance(state, ag.NotResponding)):
            return
        self._away[agent] = now
        length = next(self._length if on_break else self._back)
        self._at(now + length, self._comes_back, (agent, now))

    def leaves(self, agent: AgentId, now: float) -> None:
        """The shift is over."""
        if (since := self._away.pop(agent, None)) is not None:
            self._over.append((since, now))

    def ended(self) -> list[tuple[float, float]]:
        """All stretches of absence; those that go on end with the day."""
        return [*self._over, *((since, float("inf")) for since in self._away.values())]

    def _break_due(self, agent: AgentId, now: float) -> None:
        self._planned.discard(agent)
        if isinstance(self._router.agents[agent].state, ag.Offline):
            return
        if agent in self._away:
            self.begins_work(agent, now)
        else:
            self._give(f.AgentPaused(agent, BREAK), now)

    def _comes_back(self, subject: tuple[AgentId, float], now: float) -> None:
        agent, since = subject
        if self._away.get(agent) != since:
            return  # went home
        del self._away[agent]
        self._over.append((since, now))
        self._give(f.AgentReady(agent), now)
        self.begins_work(agent, now)
