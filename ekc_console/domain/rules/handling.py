"""What an agent's work on a call does to both records: clocks, wrap-up, and what comes after."""

from __future__ import annotations

from ekc_console.domain.effects import DialOut, DropLeg, HangUp, KeepWaiting, ShiftEnded
from ekc_console.domain.rules import breaks
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.settings import QueueSettings


def agent_of(c: Centre, call: Call) -> Agent:
    """The agent bound to a call that is being connected, talked, held or dialled."""
    assert call.agent is not None
    return c.agents[call.agent]


def stop_clock(c: Centre, call: Call, agent: Agent, at: float | None = None) -> tuple[Call, Agent]:
    """Both records with the stretch of talk or hold that ends now, or ended at ``at``, added to
    their totals."""
    now = c.now if at is None else at
    match call.state:
        case cl.Talking(since):
            s = now - since
            return replace(call, talk_s=call.talk_s + s), replace(agent, talk_s=agent.talk_s + s)
        case cl.OnHold(since) | cl.Consulting(since, "party"):
            s = now - since
            return replace(call, held_s=call.held_s + s), replace(agent, held_s=agent.held_s + s)
        case cl.Consulting(since):
            s = now - since
            return replace(call, talk_s=call.talk_s + s), replace(agent, talk_s=agent.talk_s + s)
    return call, agent


# -- a callback that is taken -------------------------------------------------


def dial_callback(c: Centre, call: Call, agent: Agent, event: str) -> None:
    """The agent takes a virtual call: the number is dialled. ``call`` has its offers settled."""
    assert call.callback is not None
    assert call.number is not None
    callback = c.callbacks[call.callback]
    taken = replace(call, state=cl.Dialing(c.now), agent=agent.id, virtual=False, announce_at=None)
    c.put_call(taken, event)
    c.put_agent(
        replace(agent, state=ag.Dialing(call.id, c.now), unanswered=0, rejected=0),
        event,
    )
    dialing = cb.Dialing(call.id, agent.id, c.now)
    c.put_callback(replace(callback, state=dialing), event)
    c.emit(DialOut(call.id, agent.id, call.number))


# -- after a call ------------------------------------------------------------


def wrap_up(c: Centre, agent: Agent, call: Call) -> None:
    """A talk has ended: wrap-up by the mode of the call's queue. After a talk about another call,
    that one's goes on."""
    agent = replace(agent, pending_wrap_up=call.about or call.id)
    set_free(c, agent, "CallEnded", queue=call.queue, idle_since=c.now)


def set_free(
    c: Centre,
    agent: Agent,
    event: str,
    *,
    idle_since: float,
    unreachable: bool = False,
    queue: QueueId | None = None,
    caller_first: bool = False,
) -> None:
    """Put an agent who has no call any more in the next state: the wrap-up that is due, else the
    end of the shift that a supervisor ordered, else the break that was asked for, else not
    responding (``unreachable``), else ready.

    ``queue`` rules the wrap-up; without it the agent's first queue does. ``caller_first``: a caller
    is given to the agent before the shift ends or the break that was asked for begins. The end of
    the shift also waits for a caller who may come back (``awaits_caller``).
    """
    owed = agent.pending_wrap_up
    agent = replace(agent, pending_wrap_up=None, idle_since=idle_since)
    state: ag.AgentState = ag.Ready(c.now)
    if unreachable:
        state = ag.NotResponding("unreachable", c.now)
    elif owed is not None:
        state = _wrap_up_state(c, agent, owed, queue) or state
    if agent.pending_logout and not isinstance(state, ag.WrapUp):
        waits = isinstance(state, ag.Ready) and (caller_first or awaits_caller(c, agent))
        new = replace(agent, state=state) if waits else off_duty(c, agent, ordered=True)
        c.put_agent(new, event)
    elif agent.pending_break is not None and not (caller_first or isinstance(state, ag.WrapUp)):
        c.put_agent(breaks.pending_begun(agent, c.now), event)
    else:
        c.put_agent(replace(agent, state=state), event)


def off_duty(c: Centre, agent: Agent, *, ordered: bool) -> Agent:
    """The record of an agent whose shift ends here, by a supervisor's order or not."""
    if agent.has_leg:
        c.emit(DropLeg(agent.id))
    if ordered:
        c.emit(ShiftEnded(agent.id))
    return replace(
        breaks.taken_back(agent),
        state=ag.Offline(),
        has_leg=False,
        pending_logout=False,
        right_lost=False,
        away_since=None,
        missing=False,
    )


def _wrap_up_state(
    c: Centre, agent: Agent, call: CallId, queue: QueueId | None
) -> ag.WrapUp | None:
    if not agent.queues:
        return None  # who leads and took a call over has nothing to fill in
    settings = c.queues.get(queue) if queue else _first_queue(c, agent)
    if settings is None or settings.wrap_up == "none":
        return None
    if not settings.wrap_up.endswith("_timed"):
        return ag.WrapUp(call, c.now, None)
    if settings.wrap_up_s == 0:
        return None
    return ag.WrapUp(call, c.now, c.now + settings.wrap_up_s)


def _first_queue(c: Centre, agent: Agent) -> QueueSettings | None:
    return next((c.queues[q] for q in agent.queues if q in c.queues), None)


def end_wrap_up(c: Centre, agent: Agent, event: str, *, caller_first: bool = False) -> None:
    """The wrap-up is over: what comes next, as of ``set_free``."""
    agent = clocked_off(c, agent)
    set_free(c, agent, event, idle_since=c.now, caller_first=caller_first)


def clocked_off(c: Centre, agent: Agent) -> Agent:
    """The record with the wrap-up that ends now, if there is one, added to its total, and to the
    total of the call it was for."""
    state = agent.state
    if not isinstance(state, ag.WrapUp):
        return agent
    spent = c.now - state.since
    call = c.calls.get(state.call) or c.recently_ended.get(state.call)
    if call is not None:
        c.amend(replace(call, wrap_up_s=call.wrap_up_s + spent))
        c.wrapped_up(call.queue, spent)
    return replace(agent, wrap_up_s=agent.wrap_up_s + spent)


def suspended(c: Centre, agent: Agent) -> Agent:
    """The record of an agent who leaves wrap-up or break for a call: both come back."""
    match agent.state:
        case ag.WrapUp(call):
            return replace(clocked_off(c, agent), pending_wrap_up=call)
        case ag.OnBreak() as state:
            return breaks.interrupted(agent, state, c.now)
    return agent


def hand_over(c: Centre, agent: Agent, call: Call, event: str) -> None:
    """The agent has given the call away: wrap-up by the mode of the call's queue. ``agent`` with
    clocks brought up."""
    agent = replace(agent, pending_wrap_up=call.id)
    set_free(c, agent, event, queue=call.queue, idle_since=c.now)


# -- back to the queue -------------------------------------------------------


def to_queue(c: Centre, call: Call, event: str, *, cut: bool = False) -> None:
    """Give a call that nobody serves any more back to its place. ``cut``: in the midst of the
    talk."""
    every = c.settings_of(call).announce_every_s
    new = replace(
        call,
        state=cl.Waiting(c.now),
        queued_at=c.now if call.queued_at is None else call.queued_at,
        announce_at=c.now + every if every else None,
    )
    c.put_call(new, event)
    c.emit(KeepWaiting(call.id, cut=cut))


def leg_lost(c: Centre, agent: Agent, call: Call) -> None:
    """The agent's leg went down under a call. A talk goes to the head of its queue and is kept
    for the agent for a short time, a call that was only being connected goes to its place; a
    number that is still dialled is given up. ``agent`` is the record without the leg."""
    call, agent = stop_clock(c, call, agent)
    began = call.direction == "out" or not isinstance(call.state, cl.Connecting)
    if isinstance(call.state, cl.Dialing) or call.queue is None:
        c.put_call(replace(call, state=cl.Ending(c.now)), "AgentLegDown")
        c.emit(HangUp(call.id, "agent_leg_lost"))
    else:
        if began:
            call = replace(call, interrupted=True, kept_for=_kept_for(c, call, agent))
        to_queue(c, call, "AgentLegDown", cut=began)
    set_free(
        c,
        replace(agent, pending_wrap_up=None),
        "AgentLegDown",
        unreachable=True,
        idle_since=c.now,
    )


def _kept_for(c: Centre, call: Call, agent: Agent) -> tuple[AgentId, float] | None:
    limit = c.settings_of(call).return_to_agent_s
    return (agent.id, c.now + limit) if limit else None


def reachable_again(c: Centre, agent: Agent) -> Agent:
    """Who was taken out because of a leg that went down need not say "ready" again once leg and
    console are both there. A break that was asked for begins, unless the agent may be needed first
    (``needed``)."""
    out = isinstance(agent.state, ag.NotResponding) and agent.state.reason == "unreachable"
    if not (out and agent.has_leg and agent.present):
        return agent
    if agent.pending_break is not None and not needed(c, agent.id):
        return breaks.pending_begun(agent, c.now)
    return replace(agent, state=ag.Ready(c.now))


def needed(c: Centre, agent: AgentId) -> bool:
    """Whether a caller of this agent's waits for an emergency service alone, or talks with one that
    may leave the caller to the agent."""
    callers = (*c.reach.awaiting_help, *c.reach.alone_with_help)
    return any(c.calls[call].agent == agent for call in callers)


def awaits_caller(c: Centre, agent: Agent) -> bool:
    """Whether a caller whom the agent gave to one party may be offered back (``bring_back``)."""
    callers = (c.calls[call] for call in c.reach.given_to_one)
    mine = (call for call in callers if call.returns_to == agent.id)
    return any(agent.pending_break is None or call.in_emergency for call in mine)


def begin_waiting_breaks(c: Centre) -> None:
    """Breaks of agents who are needed no more begin. After those who are have their callers."""
    for name in list(c.reach.breaks_waiting):
        if not c.agents[name].pending_logout and not needed(c, name):
            c.put_agent(breaks.pending_begun(c.agents[name], c.now), "break waited")


def end_waiting_shifts(c: Centre) -> None:
    """Shifts of agents to whom no caller may come back any more are over. After those who are to
    have a caller are offered it."""
    for name in list(c.reach.shifts_ending):
        if not awaits_caller(c, c.agents[name]):
            c.put_agent(off_duty(c, c.agents[name], ordered=True), "shift waited")
