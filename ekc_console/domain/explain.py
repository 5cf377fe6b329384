"""Why a waiting call goes where it goes: the candidates of a decision and their order, read from a
router at one moment without changing it.

Give the router the state *before* the fact whose decision is to be explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain import agent as ag
from ekc_console.domain.agent import Agent
from ekc_console.domain.call import Call
from ekc_console.domain.ids import AgentId, CallId
from ekc_console.domain.queue import score
from ekc_console.domain.router import Router
from ekc_console.domain.strategy import strategy_named

Obstacle = Literal[
    "on_break",
    "offered",
    "busy",
    "wrap_up",
    "not_responding",
    "no_leg",
    "console_gone",
    "skill_missing",
    "rests",
]
"""Why an agent may not be offered the call now.

``on_break``, ``not_responding``: ``Candidate.detail`` has the reason. ``offered``: hears another
offer (or this one) already. ``busy``: on a call. ``no_leg``: the standing leg is down.
``console_gone``: the console is not connected. ``skill_missing``: ``detail`` names the first one.
``rests``: refused this call a moment ago.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One logged-in agent of the call's queue."""

    agent: AgentId
    obstacle: Obstacle | None
    """None: may be offered the call."""
    detail: str
    tier: int
    """Lower goes first, whatever the key."""
    key: float
    """By which the queue's strategy orders the agents of one tier, the least first."""

    @property
    def eligible(self) -> bool:
        return self.obstacle is None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A waiting call with the parts of its score, in the order in which they decide."""

    call: CallId
    interrupted: bool
    """Its talk was cut on our side: before all others."""
    effective: float
    """Seconds since the epoch: when it was queued less what its priority is worth."""
    seq: int
    """Order of arrival."""


def candidates(router: Router, call: Call) -> list[Candidate]:
    """Everybody logged in for the queue of a waiting or offered call, in the order in which the
    strategy prefers them, those who may not be asked included. The strategies that draw lots
    choose among the eligible ones of the lowest tier. Raises KeyError for a call without queue."""
    if call.queue is None:
        raise KeyError(call.id)
    strategy = strategy_named(router.queues[call.queue].strategy)
    at_work = [
        a
        for a in router.agents.values()
        if call.queue in a.queues and not isinstance(a.state, ag.Offline)
    ]
    at_work.sort(key=lambda a: (strategy.key(a), a.login_seq, a.id))
    return [Candidate(a.id, *_obstacle(a, call), 1, strategy.key(a)) for a in at_work]


def order(router: Router, agent: Agent) -> list[Ranked]:
    """The waiting calls that the agent may serve, the next one first; whether the agent is free
    is not asked."""
    found = [
        (score(call, router.queues[queue]), call)
        for queue in agent.queues
        if queue in router.queues
        for call in (router.calls[c] for c in router.waiting(queue))
        if _fit(agent, call)[0] is None
    ]
    found.sort(key=lambda pair: pair[0])
    return [
        Ranked(call.id, call.interrupted, effective, seq) for (_, effective, seq, _), call in found
    ]


def _obstacle(agent: Agent, call: Call) -> tuple[Obstacle | None, str]:
    match agent.state:
        case ag.OnBreak(reason):
            return "on_break", reason
        case ag.NotResponding(reason):
            return "not_responding", reason
        case ag.Offered():
            return "offered", ""
        case ag.WrapUp():
            return "wrap_up", ""
        case ag.Ready():
            pass
        case _:
            return "busy", ""
    if not agent.present:
        return "console_gone", ""
    if not agent.has_leg:
        return "no_leg", ""
    return _fit(agent, call)


def _fit(agent: Agent, call: Call) -> tuple[Obstacle | None, str]:
    missing = sorted(set(call.skills) - set(agent.skills))
    if missing:
        return "skill_missing", missing[0]
    if call.rests_at(agent.id):
        return "rests", ""
    return None, ""
