"""Facts for tests: any fact by Hypothesis, and a random day that a router has really lived."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ekc_console.domain import facts as f
from ekc_console.domain.effects import Effect
from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import Offered
from ekc_console.domain.state.call import Talking
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact

T0 = 1_750_000_000.0


def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that facts are made of; dataclasses with every field filled."""
    if kind is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if kind is int:
        return st.integers(-(2**63), 2**63 - 1)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of(*map(of_type, get_args(kind)))
    if get_origin(kind) is tuple and get_args(kind)[-1] is not ...:
        return st.tuples(*map(of_type, get_args(kind)))
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        if rest != [...]:
            return st.tuples(*map(of_type, get_args(kind)))
        return st.lists(of_type(first), max_size=4).map(tuple)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: of_type(hints[f.name]) for f in fields(kind)})
    return st.from_type(kind)


def any_fact() -> st.SearchStrategy[Any]:
    return st.one_of(*map(of_type, f.FACTS.values()))


QUEUES = (
    QueueSettings(QueueId("main"), "Главная", max_unanswered=3, wrap_up_s=20.0),
    QueueSettings(QueueId("all"), "Всем сразу", strategy="ring-all", offer_timeout_s=8.0),
    QueueSettings(QueueId("own"), "Без обработки", wrap_up="none", retry_same_agent_s=0.0),
)
AGENTS = tuple(AgentId(name) for name in ("anna", "boris", "vera", "gleb"))

ZOYA = AgentId("zoya")
"""Serves no queue."""

Step = tuple[f.Fact, float, list[Effect]]


class Day:
    """A router that is told random facts; what it refuses did not happen."""

    def __init__(self, seed: int) -> None:
        self.router = Router()
        self._random = random.Random(seed)
        self._now = T0
        self._calls = 0

    def steps(self, count: int) -> Iterator[Step]:
        """Each step right after the router has handled its fact."""
        yield self._give(f.QueuesConfigured(QUEUES))
        for agent in AGENTS:
            yield self._give(f.AgentLoggedIn(agent, tuple(q.id for q in QUEUES)))
            yield self._give(f.AgentLegUp(agent))
            yield self._give(f.AgentReady(agent))
        for _ in range(count):
            self._now += self._random.choice((0.0, 0.5, 1.0, 3.0, 10.0, 30.0))
            while (due := self.router.next_deadline()) is not None and due <= self._now:
                yield self._give(f.TimePassed(), due)
            try:
                yield self._give(self._any())
            except IllegalFact:
                continue

    def listened_to(self, count: int) -> Iterator[Step]:
        """The same, with somebody who listens to every talk that she can."""
        for step in self.steps(count):
            yield step
            if ZOYA not in self.router.agents:
                yield self._give(f.AgentLoggedIn(ZOYA, ()))
                yield self._give(f.AgentLegUp(ZOYA))
            talk = next((c.id for c in self.router.calls.values() if type(c.state) is Talking), "")
            if talk and ZOYA not in self.router.listenings:
                yield self._give(f.ListeningBegun(ZOYA, CallId(talk), "whisper", "учёба"))

    def _give(self, fact: f.Fact, at: float | None = None) -> Step:
        now = self._now if at is None else at
        return fact, now, self.router.handle(fact, now)

    def _any(self) -> f.Fact:
        pick = self._random.choice
        agent = pick(AGENTS)
        call = pick([*self.router.calls, CallId("none")])
        queue = pick(QUEUES).id
        offers = [
            (a.state.offer, a.id) for a in self.router.agents.values() if type(a.state) is Offered
        ]
        offer = pick(offers) if offers else None
        callback = pick([*self.router.callbacks, CallbackId("none")])
        return pick(
            [self._arrival, self._arrival, lambda: f.CallStepEntered(call, "menu", "v1", "start")]
            + 3 * [lambda: f.CallQueued(call, queue, "topic")]
            + (4 * [lambda: f.OfferAccepted(*offer)] if offer else [])  # type: ignore[misc]
            + ([lambda: f.OfferRefused(*offer)] if offer else [])  # type: ignore[misc]
            + 4 * [lambda: f.CallBridged(call)]
            + 2 * [lambda: f.CallEnded(call, pick(("caller", "agent", "system", "engine")))]
            + [
                lambda: f.CallBridgeFailed(call, "timeout"),
                lambda: f.CallHeld(call),
                lambda: f.CallResumed(call),
                lambda: f.CallAnswered(call, "reserve"),
                lambda: self._placed(agent, None),
                lambda: self._placed(agent, callback),
                lambda: f.AgentReady(agent),
                lambda: f.AgentReady(agent),
                lambda: f.AgentPaused(agent, "lunch"),
                lambda: f.WrapUpFinished(agent),
                lambda: f.AgentLegDown(agent),
                lambda: f.AgentLegUp(agent),
                lambda: f.AgentLegUp(agent),
                lambda: f.AgentVanished(agent),
                lambda: f.AgentReturned(agent),
                lambda: f.AgentReturned(agent),
                lambda: f.AgentLoggedOut(agent),
                lambda: f.AgentLoggedIn(agent, tuple(q.id for q in QUEUES)),
                lambda: f.CallbackClosed(callback, "cancelled", agent),
            ]
        )()

    def _arrival(self) -> f.Fact:
        self._calls += 1
        number = self._random.choice([None, *(f"+7900000000{n}" for n in range(8))])
        return f.CallArrived(
            CallId(f"c{self._calls}"), number, "122", trunk=("town", "")[self._calls % 2]
        )

    def _placed(self, agent: AgentId, callback: CallbackId | None) -> f.Fact:
        self._calls += 1
        owed = self.router.callbacks.get(callback) if callback else None
        number = owed.number if owed else "+79000000009"
        return f.CallPlaced(CallId(f"c{self._calls}"), agent, number, callback)
