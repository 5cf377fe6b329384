"""What each fact about an agent does. Every handler checks first and changes afterwards."""

from __future__ import annotations

from dataclasses import replace

from ekc_console.domain import agent as ag
from ekc_console.domain import offers, work
from ekc_console.domain.agent import AGENT_TABLE, Agent
from ekc_console.domain.call import CALL_TABLE
from ekc_console.domain.centre import Centre
from ekc_console.domain.effects import DropLeg, HangUp
from ekc_console.domain.facts import (
    AgentHungUp,
    AgentLegDown,
    AgentLegUp,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentReady,
    AgentReturned,
    AgentVanished,
    OfferAccepted,
    OfferRefused,
    WrapUpFinished,
)
from ekc_console.domain.ids import AgentId, OfferId
from ekc_console.domain.state_table import IllegalFact


def _acts_on(agent: Agent, event: str) -> bool:
    return AGENT_TABLE.acts_on(agent.state, event, f"agent {agent.id}")


# -- the shift ---------------------------------------------------------------


def logged_in(c: Centre, f: AgentLoggedIn) -> None:
    """The shift begins with a break, so that nobody gets a call before saying so."""
    old = c.agents.get(f.agent)
    if old is not None:
        _acts_on(old, "AgentLoggedIn")
    for queue in f.queues:
        if queue not in c.queues:
            raise IllegalFact("unknown_queue", f"no queue {queue}")
    c.logins += 1
    new = Agent(
        id=f.agent,
        state=ag.OnBreak(ag.LOGIN_BREAK, c.now),
        queues=tuple(dict.fromkeys(f.queues)),
        skills=tuple(sorted(set(f.skills))),
        login_seq=c.logins,
        logged_in_at=c.now,
        idle_since=c.now,
    )
    c.put_agent(new, "AgentLoggedIn")


def logged_out(c: Centre, f: AgentLoggedOut) -> None:
    agent = c.agent(f.agent)
    if not _acts_on(agent, "AgentLoggedOut"):
        return
    if agent.has_leg:
        c.emit(DropLeg(agent.id))
    agent = replace(work.clocked_off(c, agent), has_leg=False, pending_break=None)
    c.put_agent(replace(agent, state=ag.Offline()), "AgentLoggedOut")


def ready(c: Centre, f: AgentReady) -> None:
    agent = c.agent(f.agent)
    if not _acts_on(agent, "AgentReady"):
        return
    agent = replace(work.clocked_off(c, agent), pending_break=None)
    if isinstance(agent.state, ag.OnBreak | ag.WrapUp | ag.NotResponding):
        agent = replace(agent, state=ag.Ready(c.now), idle_since=c.now, unanswered=0, rejected=0)
    c.put_agent(agent, "AgentReady")


def paused(c: Centre, f: AgentPaused) -> None:
    agent = c.agent(f.agent)
    if not _acts_on(agent, "AgentPaused"):
        return
    match agent.state:
        case ag.Offered(offer):
            asked = replace(agent, pending_break=f.reason)
            offers.give_back(c, offer, "paused", "AgentPaused", asked)
        case ag.Ready() | ag.OnBreak() | ag.NotResponding():
            c.put_agent(replace(agent, state=ag.OnBreak(f.reason, c.now)), "AgentPaused")
        case _:
            c.put_agent(replace(agent, pending_break=f.reason), "AgentPaused")


# -- leg and console ---------------------------------------------------------


def leg_up(c: Centre, f: AgentLegUp) -> None:
    agent = c.agent(f.agent)
    _acts_on(agent, "AgentLegUp")
    if isinstance(agent.state, ag.Offline):
        c.emit(DropLeg(agent.id))
    else:
        c.put_agent(replace(agent, has_leg=True), "AgentLegUp")


def leg_down(c: Centre, f: AgentLegDown) -> None:
    agent = c.agent(f.agent)
    if not _acts_on(agent, "AgentLegDown"):
        return
    _without(c, replace(agent, has_leg=False), "AgentLegDown")


def vanished(c: Centre, f: AgentVanished) -> None:
    """The talk goes on: only an open offer is given back."""
    agent = c.agent(f.agent)
    if not _acts_on(agent, "AgentVanished"):
        return
    _without(c, replace(agent, present=False), "AgentVanished")


def _without(c: Centre, agent: Agent, event: str) -> None:
    """``agent`` is the record without its leg, or without its console."""
    match agent.state:
        case ag.Offered(offer):
            offers.give_back(c, offer, "unreachable", event, agent)
        case ag.Connecting(call) | ag.Dialing(call) | ag.Talking(call) | ag.Holding(call) if (
            not agent.has_leg
        ):
            work.leg_lost(c, agent, c.calls[call])
        case _:
            c.put_agent(agent, event)


def returned(c: Centre, f: AgentReturned) -> None:
    agent = c.agent(f.agent)
    _acts_on(agent, "AgentReturned")
    c.put_agent(replace(agent, present=True), "AgentReturned")


# -- offers and work ---------------------------------------------------------


def accepted(c: Centre, f: OfferAccepted) -> None:
    if _is_open(c, f.offer, f.agent):
        offers.accept(c, f.offer)


def refused(c: Centre, f: OfferRefused) -> None:
    if _is_open(c, f.offer, f.agent):
        offers.give_back(c, f.offer, f.reason, "OfferRefused")


def _is_open(c: Centre, offer: OfferId, agent: AgentId) -> bool:
    """False for an offer that is over. Raises IllegalFact for one that was never made, or that
    is open at another agent."""
    c.agent(agent)
    if offer in c.offers:
        if c.offers[offer][1] != agent:
            raise IllegalFact("not_yours", f"offer {offer} was not made to {agent}")
        return True
    number = offer[1:]
    made = offer[:1] == "o" and number.isascii() and number.isdigit()
    if not made or not 1 <= int(number) <= c.offers_made:
        raise IllegalFact("unknown_offer", f"no offer {offer}")
    return False


def hung_up(c: Centre, f: AgentHungUp) -> None:
    """The line goes first; what follows for the agent comes with ``CallEnded``."""
    agent, call = c.agent(f.agent), c.call(f.call)
    if not CALL_TABLE.acts_on(call.state, "AgentHungUp", f"call {call.id}"):
        return
    if call.agent != agent.id:
        raise IllegalFact("not_yours", f"call {call.id} is not with agent {agent.id}")
    c.emit(HangUp(call.id, "agent"))


def wrap_up_finished(c: Centre, f: WrapUpFinished) -> None:
    agent = c.agent(f.agent)
    if _acts_on(agent, "WrapUpFinished"):
        work.end_wrap_up(c, agent, "WrapUpFinished")
