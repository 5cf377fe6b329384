"""Breaks of agents: begun at once or later, with a limit that is told when it is passed."""

from __future__ import annotations

from ekc_console.domain.effects import BreakOverrun
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.records import replace


def begun(
    agent: Agent, now: float, reason: str, limit_s: float, began_at: float | None = None
) -> Agent:
    """``began_at``: of a break that goes on after a call."""
    until = now + limit_s if limit_s else None
    return replace(agent, state=ag.OnBreak(reason, now, until, began_at=began_at))


def asked_for(agent: Agent, reason: str, limit_s: float) -> Agent:
    """The break begins when the present call and its wrap-up are over."""
    return replace(taken_back(agent), pending_break=reason, pending_limit_s=limit_s)


def taken_back(agent: Agent) -> Agent:
    return replace(agent, pending_break=None, pending_limit_s=0.0, pending_began_at=None)


def pending_begun(agent: Agent, now: float) -> Agent:
    """The break that was asked for begins."""
    reason, limit_s = agent.pending_break or "", agent.pending_limit_s
    return begun(taken_back(agent), now, reason, limit_s, agent.pending_began_at)


def interrupted(agent: Agent, state: ag.OnBreak, now: float) -> Agent:
    """A call cuts the break short; what is left of it follows. One that is overrun already is
    told no second time."""
    left = 0.0 if state.until is None else max(0.0, state.until - now)
    return replace(asked_for(agent, state.reason, left), pending_began_at=ag.lasts_from(state))


def overrun(c: Centre, agent: Agent) -> None:
    state = agent.state
    assert isinstance(state, ag.OnBreak)
    c.put_agent(replace(agent, state=replace(state, overrun=True)), "break overrun")
    c.emit(BreakOverrun(agent.id, state.reason))
