"""What each fact about an agent does. Every handler checks first and changes afterwards."""

from __future__ import annotations

from typing import Any

from ekc_console.domain.effects import Connect, DropLeg, HangUp
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
    CallPicked,
    DutyChanged,
    OfferAccepted,
    OfferRefused,
    WrapUpFinished,
)
from ekc_console.domain.rules import breaks, handling, joining, offers
from ekc_console.domain.rules.parties import consult
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import skills
from ekc_console.domain.state.agent import AGENT_TABLE, Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.opening import LAST_TIER
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, OfferId, QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact


def _acts_on(agent: Agent, event: str) -> bool:
    return AGENT_TABLE.acts_on(agent.state, event, f"agent {agent.id}")


# -- the shift ---------------------------------------------------------------


def logged_in(c: Centre, f: AgentLoggedIn) -> None:
    """The shift begins with a break, so that nobody gets a call before saying so."""
    old = c.agents.get(f.agent)
    if old is not None:
        _acts_on(old, "AgentLoggedIn")
    duty = _duty(c, f)
    c.logins += 1
    new = Agent(
        id=f.agent,
        state=ag.OnBreak(ag.LOGIN_BREAK, c.now),
        login_seq=c.logins,
        logged_in_at=c.now,
        idle_since=c.now,
    )
    c.put_agent(replace(new, **duty, had_queues=bool(f.queues)), "AgentLoggedIn")


def duty_changed(c: Centre, f: DutyChanged) -> None:
    """A call that waits for this agent alone is looked at again: it may be open to all by now."""
    agent = c.agent(f.agent)
    _acts_on(agent, "DutyChanged")
    had = agent.serves or bool(f.queues)
    c.put_agent(replace(agent, **_duty(c, f), had_queues=had), "DutyChanged")
    if c.waiting.waiting_for(agent.id):
        c.leaving[agent.id] = None


def _duty(c: Centre, f: AgentLoggedIn | DutyChanged) -> dict[str, Any]:
    """The fields of the agent's record that say what calls are for this agent. Raises
    IllegalFact."""
    for queue in f.queues:
        if queue not in c.queues:
            raise IllegalFact("unknown_queue", f"no queue {queue}")
    _check_skills(f.skills)
    return {
        "queues": tuple(dict.fromkeys(f.queues)),
        "skills": tuple(sorted(set(f.skills))),
        "tiers": _tiers(f),
    }


def _check_skills(texts: tuple[str, ...]) -> None:
    try:
        skills.levels(tuple(sorted(set(texts))))
    except SettingsError as e:
        raise IllegalFact("bad_skill", str(e)) from e


def _tiers(f: AgentLoggedIn | DutyChanged) -> tuple[tuple[QueueId, int], ...]:
    for queue, tier in f.tiers:
        if queue not in f.queues or not 1 <= tier <= LAST_TIER:
            raise IllegalFact("bad_tier", f"tier {tier} in queue {queue}")
    return tuple((queue, tier) for queue, tier in sorted(f.tiers) if tier != 1)


def logged_out(c: Centre, f: AgentLoggedOut) -> None:
    agent = c.agent(f.agent)
    if _acts_on(agent, "AgentLoggedOut"):
        off = handling.off_duty(c, handling.clocked_off(c, agent), ordered=False)
        c.put_agent(off, "AgentLoggedOut")


def ready(c: Centre, f: AgentReady) -> None:
    agent = c.agent(f.agent)
    if _acts_on(agent, "AgentReady"):
        go_ready(c, agent, "AgentReady")


def go_ready(c: Centre, agent: Agent, event: str) -> None:
    """Of an agent who hears an offer, or is ready and asked for no break: nothing."""
    if isinstance(agent.state, ag.Offered | ag.Asked):
        return
    if isinstance(agent.state, ag.Ready) and agent.pending_break is None:
        return
    agent = breaks.taken_back(handling.clocked_off(c, agent))
    leaves = agent.pending_logout and not handling.awaits_caller(c, agent)
    if isinstance(agent.state, ag.WrapUp) and leaves:
        agent = handling.off_duty(c, agent, ordered=True)
    elif isinstance(agent.state, ag.OnBreak | ag.WrapUp | ag.NotResponding):
        agent = replace(agent, state=ag.Ready(c.now), idle_since=c.now, unanswered=0, rejected=0)
    c.put_agent(agent, event)


def paused(c: Centre, f: AgentPaused) -> None:
    agent = c.agent(f.agent)
    if _acts_on(agent, "AgentPaused"):
        go_on_break(c, agent, f.reason, f.limit_s, "AgentPaused")


def go_on_break(c: Centre, agent: Agent, reason: str, limit_s: float, event: str) -> None:
    """At once, or after the call and its wrap-up; an open offer is given back."""
    match agent.state:
        case ag.Offered(offer):
            asked = breaks.asked_for(agent, reason, limit_s)
            offers.give_back(c, offer, "paused", event, asked)
        case ag.Asked():
            asked = breaks.asked_for(agent, reason, limit_s)
            consult.adviser_gone(c, asked, event, "rejected")
        case ag.Ready() if agent.pending_logout:
            c.put_agent(handling.off_duty(c, agent, ordered=True), event)
        case ag.Ready() | ag.OnBreak() | ag.NotResponding():
            c.put_agent(breaks.begun(breaks.taken_back(agent), c.now, reason, limit_s), event)
        case _:
            c.put_agent(breaks.asked_for(agent, reason, limit_s), event)


# -- leg and console ---------------------------------------------------------


def leg_up(c: Centre, f: AgentLegUp) -> None:
    agent = c.agent(f.agent)
    _acts_on(agent, "AgentLegUp")
    if isinstance(agent.state, ag.Offline):
        c.emit(DropLeg(agent.id))
    else:
        c.put_agent(handling.reachable_again(c, replace(agent, has_leg=True)), "AgentLegUp")


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
    since = c.now if agent.away_since is None else agent.away_since
    _without(c, replace(agent, present=False, away_since=since), "AgentVanished")


def _without(c: Centre, agent: Agent, event: str) -> None:
    """``agent`` is the record without its leg, or without its console."""
    match agent.state:
        case ag.Offered(offer):
            offers.give_back(c, offer, "unreachable", event, agent)
        case ag.Asked():
            consult.adviser_gone(c, agent, event, "unreachable")
        case ag.Advising() if not agent.has_leg:
            consult.adviser_gone(c, agent, event, "left", unreachable=True)
        case ag.Consulting() if not agent.has_leg:
            consult.asker_lost(c, agent)
        case ag.Connecting(call) | ag.Dialing(call) | ag.Talking(call) | ag.Holding(call) if (
            not agent.has_leg
        ):
            handling.leg_lost(c, agent, c.calls[call])
        case _:
            c.put_agent(agent, event)


def returned(c: Centre, f: AgentReturned) -> None:
    agent = c.agent(f.agent)
    _acts_on(agent, "AgentReturned")
    here = replace(agent, present=True, away_since=None, missing=False)
    c.put_agent(handling.reachable_again(c, here), "AgentReturned")


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


def picked(c: Centre, f: CallPicked) -> None:
    """A call of the agent's own queues, taken without an offer. One that a supervisor assigned to
    somebody else is not to be had but by who may take it from others."""
    agent, call = c.agent(f.agent), c.call(f.call)
    CALL_TABLE.acts_on(call.state, "CallPicked", f"call {call.id}")
    _acts_on(agent, "CallPicked")
    if not agent.has_leg:
        raise IllegalFact("no_leg", f"agent {agent.id} has no leg")
    if not f.ordered:
        _require_own(agent, call)
    if isinstance(agent.state, ag.Offered):
        if agent.state.call != call.id:
            raise IllegalFact("wrong_state", f"agent {agent.id} is offered another call")
        offers.accept(c, agent.state.offer)
        return
    call = offers.withdraw_all(c, call, "taken")
    if call.virtual:
        handling.dial_callback(c, call, handling.suspended(c, agent), "CallPicked")
        return
    c.put_call(
        replace(call, state=cl.Connecting(c.now), agent=agent.id, announce_at=None), "CallPicked"
    )
    agent = replace(handling.suspended(c, agent), unanswered=0, rejected=0)
    c.put_agent(replace(agent, state=ag.Connecting(call.id, c.now)), "CallPicked")
    c.emit(Connect(call.id, agent.id))


def _require_own(agent: Agent, call: Call) -> None:
    """Raises IllegalFact."""
    if call.queue not in agent.queues:
        raise IllegalFact("not_yours", f"agent {agent.id} does not serve queue {call.queue}")
    if call.opening.only not in (None, agent.id) and call.opening.only == call.assigned:
        raise IllegalFact("assigned", f"call {call.id} is assigned to another agent")


def hung_up(c: Centre, f: AgentHungUp) -> None:
    """The line goes first; what follows for the agent comes with ``CallEnded``. A caller who was
    not spoken with yet keeps the place instead."""
    agent, call = c.agent(f.agent), c.call(f.call)
    if not CALL_TABLE.acts_on(call.state, "AgentHungUp", f"call {call.id}"):
        return
    if call.agent != agent.id:
        raise IllegalFact("not_yours", f"call {call.id} is not with agent {agent.id}")
    if isinstance(call.state, cl.Connecting) and joining.has_place(call):
        joining.given_up(c, call, "AgentHungUp")
    else:
        c.emit(HangUp(call.id, "agent"))


def wrap_up_finished(c: Centre, f: WrapUpFinished) -> None:
    agent = c.agent(f.agent)
    if _acts_on(agent, "WrapUpFinished"):
        handling.end_wrap_up(c, agent, "WrapUpFinished")
