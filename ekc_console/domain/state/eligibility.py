"""To whom a waiting call is open, which changes as it waits.

Three things widen it, each at its own pace: levels of skills fall, further tiers of agents are
asked, and the claim of the agent who talked with the person last runs out. A supervisor's
assignment shuts it to all but one. The opening stands in the call's record and is made anew when
the call comes back to its queue, at the deadline it names, and when the agent it waits for leaves.
"""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.opening import LAST_TIER, TO_ALL, Opening
from ekc_console.domain.state.skills import Needs, fits, last_step, needs
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.settings import QueueSettings


def opening_of(
    call: Call, settings: QueueSettings, agents: Mapping[AgentId, Agent], now: float
) -> Opening:
    """To whom a call in the queue of ``settings`` is open from ``now`` on."""
    if call.assigned is not None and takes_calls(agents.get(call.assigned)):
        return Opening(only=call.assigned)
    if not call.skills and not settings.tier_wait_s and not call.preferred:
        return TO_ALL
    assert call.queued_at is not None
    steps, step_at = _relaxing(call, settings.skill_relax_s, now)
    needed = needs(call.skills, steps)
    tier, tier_at = _tier(call.queued_at, settings.tier_wait_s, now)
    held_until = call.queued_at + settings.preferred_agent_s
    agent = agents.get(call.preferred) if call.preferred else None
    if agent and now < held_until and _waits_for(call, agent, needed, now, held_until):
        return Opening(only=agent.id, until=held_until)
    return Opening(
        needed, tier, until=min((at for at in (step_at, tier_at) if at is not None), default=None)
    )


def takes_calls(agent: Agent | None) -> bool:
    """A call can wait for this agent: it is offered now, or after the one in hand. Whoever is on a
    break, or goes on one next, comes back when it suits."""
    return (
        agent is not None
        and at_work(agent)
        and agent.has_leg
        and agent.pending_break is None
        and not isinstance(agent.state, ag.OnBreak)
    )


def at_work(agent: Agent | None) -> bool:
    """The agent is at the console and goes on working."""
    return (
        agent is not None
        and agent.present
        and not agent.pending_logout
        and not isinstance(agent.state, ag.Offline | ag.NotResponding)
    )


def _waits_for(call: Call, agent: Agent, needed: Needs, now: float, until: float) -> bool:
    """Whether the person who called may wait for the agent who talked with them last: one who
    serves the queue, was not asked yet, and is free or can be so by then."""
    if call.queue not in agent.queues or not fits(needed, agent.skills):
        return False
    if any(offer.agent == agent.id for offer in call.offers):
        return False
    if not agent.has_leg or not at_work(agent) or agent.pending_break is not None:
        return False
    back_at = agent.state.until if isinstance(agent.state, ag.OnBreak) else until
    return back_at is not None and now <= back_at <= until


def _relaxing(call: Call, every: float, now: float) -> tuple[int, float | None]:
    last = last_step(call.skills)
    if not every or not last:
        return 0, None
    assert call.queued_at is not None
    steps, next_at = _steps(call.queued_at, every, now)
    return (steps, next_at) if steps < last else (last, None)


def _tier(since: float, every: float, now: float) -> tuple[int, float | None]:
    if not every:
        return LAST_TIER, None
    steps, next_at = _steps(since, every, now)
    return (1 + steps, next_at) if 1 + steps < LAST_TIER else (LAST_TIER, None)


def _steps(since: float, every: float, now: float) -> tuple[int, float]:
    """How many times ``every`` has passed, and when it will have once more. Exact at the moment
    of a deadline that was computed here, whatever rounding does to the quotient."""
    steps = max(0, int((now - since) / every))
    while since + (steps + 1) * every <= now:
        steps += 1
    while steps and since + steps * every > now:
        steps -= 1
    return steps, since + (steps + 1) * every
