"""Why a waiting call goes where it goes: the candidates of a decision and their order, read from a
router at one moment without changing it.

For what a decision saw, read within :meth:`Router.watch`: everybody whom the fact itself made free
is free by then, and the offer is not made yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.queue import score
from ekc_console.domain.state.skills import missing
from ekc_console.domain.state.strategy import strategy_named
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId

Obstacle = Literal[
    "on_break",
    "offered",
    "busy",
    "wrap_up",
    "not_responding",
    "no_leg",
    "console_gone",
    "queue_paused",
    "kept_for_other",
    "tier_closed",
    "skill_missing",
    "rests",
]
"""Why an agent may not be offered the call now.

``on_break``, ``not_responding``: ``Candidate.detail`` has the reason. ``offered``: hears another
offer (or this one) already. ``busy``: on a call. ``no_leg``: the standing leg is down.
``console_gone``: the console is not connected. ``kept_for_other``: the call waits for the agent in
``detail``, by a supervisor's order or because they talked last. ``tier_closed``: the call has not
waited long enough for the agent's tier. ``skill_missing``: ``detail`` names the first one that is
asked for now, with its level. ``rests``: refused this call a moment ago.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One agent who is logged in for the call's queue, or to whom the call is assigned."""

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
    """Seconds since the epoch: when it was queued less what priority and weight are worth."""
    seq: int
    """Order of arrival."""
    assigned: bool
    """By a supervisor to this agent: before everything else."""
    listed: bool
    """A callback of the list, which takes turns with the callers on the line."""


RIVALS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is asked, out of whom, and why this call."""

    call: CallId
    chosen: tuple[AgentId, ...]
    strategy: str
    by: Literal["key", "lot", "name"]
    """The least key of the lowest tier; a lot among the eligible of that tier; or the agent whom
    a transfer names, whatever the strategy."""
    candidates: tuple[Candidate, ...]
    place: int | None
    """Of the call among the waiting ones that the chosen agent may serve, by their score. None
    where several agents are asked, or one more for a call that rings already."""
    rivals: tuple[Ranked, ...]
    """The first ``RIVALS_SHOWN`` in that order; empty without ``place``."""
    waiting: int
    """How many calls there are in that order."""
    by_turn: bool
    """It is a caller's turn: those before this one in that order are callbacks of the list."""


def candidates(router: Router, call: Call) -> list[Candidate]:
    """Everybody logged in for the queue of a waiting or offered call, in the order in which the
    strategy prefers them, those who may not be asked included. The strategies that draw lots
    choose among the eligible ones of the lowest tier. Raises KeyError for a call without queue."""
    queue = call.queue
    if queue is None:
        raise KeyError(call.id)
    strategy = strategy_named(router.queues[queue].strategy)
    at_work = [
        a
        for a in router.agents.values()
        if (queue in a.queues or a.id == call.opening.only) and not isinstance(a.state, ag.Offline)
    ]
    at_work.sort(key=lambda a: (a.tier_in(queue), strategy.key(a), a.login_seq, a.id))
    return [
        Candidate(a.id, *_obstacle(router, a, call, queue), a.tier_in(queue), strategy.key(a))
        for a in at_work
    ]


def decision(router: Router, call: Call, chosen: Sequence[AgentId], named: bool) -> Decision:
    """What a witness of ``router`` sees when ``call`` is about to be offered to ``chosen``."""
    assert call.queue is not None
    strategy = strategy_named(router.queues[call.queue].strategy)
    ranked = order(router, router.agents[chosen[0]]) if len(chosen) == 1 else []
    place = next((i for i, r in enumerate(ranked, start=1) if r.call == call.id), None)
    return Decision(
        call=call.id,
        chosen=tuple(chosen),
        strategy=strategy.name,
        by="name" if named else "lot" if strategy.draws else "key",
        candidates=tuple(candidates(router, call)),
        place=place,
        rivals=tuple(ranked[:RIVALS_SHOWN]) if place else (),
        waiting=len(ranked) if place else 0,
        by_turn=bool(place) and not call.listed and _all_listed(ranked[: (place or 1) - 1]),
    )


def _all_listed(before: Sequence[Ranked]) -> bool:
    return bool(before) and all(one.listed for one in before)


def order(router: Router, agent: Agent) -> list[Ranked]:
    """The waiting calls that the agent may serve, the next one first; whether the agent is free
    is not asked."""
    found = [
        (not call.ordered_to(agent.id), score(call, router.queues[queue]), call)
        for queue in router.queues
        for call in (router.calls[c] for c in router.waiting(queue))
        if queue in agent.queues or call.opening.only == agent.id
        if _fit(router, agent, call, queue)[0] is None
    ]
    found.sort(key=lambda item: item[:2])
    return [
        Ranked(call.id, call.interrupted, effective, seq, not unassigned, call.listed)
        for unassigned, (_, effective, seq, _), call in found
    ]


def _obstacle(
    router: Router, agent: Agent, call: Call, queue: QueueId
) -> tuple[Obstacle | None, str]:
    match agent.state:
        case ag.OnBreak(reason):
            return "on_break", reason
        case ag.NotResponding(why):
            return "not_responding", why
        case ag.Offered():
            return "offered", ""
        case ag.WrapUp():
            return "wrap_up", ""
        case ag.Ready() if not agent.pending_logout:
            pass
        case _:
            return "busy", ""
    if not agent.present:
        return "console_gone", ""
    if not agent.has_leg:
        return "no_leg", ""
    return _fit(router, agent, call, queue)


def _cut_off(router: Router, call: Call) -> bool:
    """In an emergency: the pause of a queue holds back neither the callback nor the caller."""
    owed = router.callbacks.values() if call.interrupted else ()
    return any(one.urgent and one.number == call.number for one in owed)


def _fit(router: Router, agent: Agent, call: Call, queue: QueueId) -> tuple[Obstacle | None, str]:
    opening = call.opening
    if queue in router.paused and not _cut_off(router, call):
        return "queue_paused", ""
    if opening.only is not None:
        if opening.only != agent.id:
            return "kept_for_other", opening.only
    elif agent.tier_in(queue) > opening.tier:
        return "tier_closed", ""
    elif short := missing(opening.needs, agent.skills):
        skill, level = short
        return "skill_missing", f"{skill}>={level}" if level > 1 else skill
    return ("rests", "") if call.rests_at(agent.id) else (None, "")
