"""Dispatch: who is offered which call, and how an offer ends.

Invariant after every event: no available agent and no waiting call that this agent may serve
exist side by side. So an event can only make a match with what it has freed itself, and
:func:`settle` looks at nothing else. The one exception is a call that rests at the agent who
refused it (``QueueSettings.retry_same_agent_s``); it ends with a deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ekc_console.domain.effects import Connect, OfferCall, WithdrawOffer, WithdrawReason
from ekc_console.domain.rules import breaks, handling, turns
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call, Offer, OfferResult, SettledOffer
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.strategy import RING_STEPS
from ekc_console.domain.terms.ids import AgentId, CallId, OfferId
from ekc_console.domain.terms.records import replace

_WITHDRAWN: dict[OfferResult, WithdrawReason] = {
    "taken": "accepted",
    "rejected": "rejected",
    "timeout": "timeout",
    "caller_gone": "caller_gone",
    "unreachable": "unreachable",
    "paused": "paused",
    "withdrawn": "withdrawn",
}


CALLBACK_REST_S = 300.0
"""For so long a callback is not offered again to whoever let it go."""


# -- making offers -----------------------------------------------------------


def settle(c: Centre) -> None:
    """Match what the event has freed. Free agents choose first, each the best call of all its
    queues; that call then goes to the agent whom its queue's strategy picks."""
    leaving, c.leaving = c.leaving, {}
    for agent in leaving:
        for call in c.waiting.waiting_for(agent):
            opened = c.opened(c.calls[call])
            if opened is not c.calls[call]:
                c.put_call(opened, "opening changed", shown=False)
    agents, c.freed_agents = c.freed_agents, {}
    for agent in agents:
        _serve(c, agent)
    calls, c.freed_calls = c.freed_calls, {}
    for call in c.waiting.in_turn(x for x in calls if x in c.waiting):
        _offer_out(c, c.calls[call])
    stepping, c.stepping = c.stepping, {}
    for call in stepping:
        if isinstance(c.calls[call].state, cl.Offered):
            _offer_out(c, c.calls[call])


def _serve(c: Centre, agent: AgentId) -> None:
    may = _may_hear(c, agent)
    while agent in c.ready:
        call = c.waiting.first_for(c.agents[agent], may, c.paused)
        if call is None:
            break
        _offer_out(c, c.calls[call])
    if agent in c.ready:
        call = c.ringing.first_for(c.agents[agent], may, c.paused)
        if call is not None:
            _make_offers(c, c.calls[call], [agent])


def _may_hear(c: Centre, agent: AgentId) -> Callable[[CallId], bool]:
    def may(call: CallId) -> bool:
        return not c.calls[call].rests_at(agent) and not held_back(c, c.calls[call])

    return may


def _offer_out(c: Centre, call: Call) -> None:
    """Offer a call to whom its queue's strategy says, if there is anybody; those before whose turn
    it is."""
    if held_back(c, call):
        return
    agents = _asked(c, call)
    while (first := _first_before(c, call, agents)) is not None:
        _offer_out(c, first)
        agents = _asked(c, call)
    _make_offers(c, call, agents)


def _asked(c: Centre, call: Call) -> Sequence[AgentId]:
    strategy = c.strategies[c.settings_of(call).id]
    if strategy.ring == "all":
        return c.ready.all_for(call)
    agent = c.ready.best_for(call, strategy, f"{call.id}:{c.offers_made}")
    return [] if agent is None else [agent]


def _first_before(c: Centre, call: Call, agents: Sequence[AgentId]) -> Call | None:
    if not call.listed:
        return None
    found = (turns.first_before(c, call, agent, _may_hear(c, agent)) for agent in agents)
    first = next((first for first in found if first is not None), None)
    return None if first is None else c.calls[first]


def held_back(c: Centre, call: Call) -> bool:
    """Its queue is paused. Who was cut off in an emergency is called back, and heard who calls
    again, all the same."""
    if call.queue not in c.paused:
        return False
    owed = c.owed.get(call.number or "")
    return not call.interrupted or owed is None or not c.callbacks[owed].urgent


def _make_offers(c: Centre, call: Call, agents: Sequence[AgentId], *, named: bool = False) -> None:
    if not agents:
        return
    if c.witness is not None:
        c.witness(call, agents, named)
    settings, now = c.settings_of(call), c.now
    if not isinstance(call.state, cl.Offered):
        turns.begun(c, call)
    made: list[Offer] = []
    for agent in agents:
        c.offers_made += 1
        offer = Offer(OfferId(f"o{c.offers_made}"), agent, now, now + settings.offer_timeout_s)
        made.append(offer)
        c.put_agent(
            replace(
                c.agents[agent],
                state=ag.Offered(offer.id, call.id, now),
                last_turn=c.offers_made,
                callers_owed=turns.after_at_agent(
                    c.agents[agent].callers_owed, call, settings.callback_share
                ),
            ),
            "offer made",
        )
        c.watch_offer(call.id, offer)
        c.emit(OfferCall(offer.id, call.id, agent, offer.expires_at))
    state = call.state
    if isinstance(state, cl.Offered):
        new = replace(state, offers=(*state.offers, *made))
    else:
        new = cl.Offered(now, tuple(made), _next_ring(c, call))
    c.put_call(replace(call, state=new), "offer made")


def offer_to(c: Centre, call: Call, agent: AgentId) -> None:
    """Offer a waiting call to this available agent, whatever the queue's strategy says."""
    _make_offers(c, call, [agent], named=True)


def _next_ring(c: Centre, call: Call) -> float | None:
    settings = c.settings_of(call)
    if call.returns_to is not None:
        return None
    if c.strategies[settings.id].ring != "progressive":
        return None
    return c.now + settings.offer_timeout_s / RING_STEPS


def ring_step(c: Centre, call: Call) -> None:
    """ring-progressively: plan the next step, and ask one more agent if one stays free when the
    calls that are offered to nobody have been served."""
    state = call.state
    assert isinstance(state, cl.Offered)
    new = replace(call, state=replace(state, next_ring=_next_ring(c, call)))
    c.put_call(new, "ring step", shown=False)
    c.stepping[call.id] = None


def opening_due(c: Centre, call: Call) -> None:
    """The call has waited long enough to be open to more agents."""
    c.put_call(c.opened(call), "opening changed", shown=False)
    if c.strategies[c.settings_of(call).id].ring == "all":
        c.stepping[call.id] = None


# -- ending offers -----------------------------------------------------------


def accept(c: Centre, offer: OfferId) -> None:
    """The agent takes the call; the other agents who hear it are let go."""
    call_id, agent_id = c.offers[offer]
    call, agent = c.calls[call_id], c.agents[agent_id]
    call = withdraw_all(c, call, "taken", but=agent_id)
    mine = next(o for o in open_offers(call) if o.id == offer)
    call = _settled(c, call, mine, "accepted")
    if call.virtual:
        handling.dial_callback(c, call, agent, "OfferAccepted")
        return
    c.put_call(
        replace(call, state=cl.Connecting(c.now), agent=agent_id, announce_at=None, kept_for=None),
        "OfferAccepted",
    )
    c.put_agent(
        replace(agent, state=ag.Connecting(call_id, c.now), unanswered=0, rejected=0),
        "OfferAccepted",
    )
    c.emit(Connect(call_id, agent_id))


def give_back(
    c: Centre, offer: OfferId, result: OfferResult, event: str, agent: Agent | None = None
) -> None:
    """End an open offer; the call returns to its place, or goes on ringing elsewhere.

    ``event`` is what ends it, for the agent's table. ``agent`` is the agent's record with what
    the event changes beside the state; without it the present record."""
    call_id, _ = c.offers[offer]
    call = c.calls[call_id]
    mine = next(o for o in open_offers(call) if o.id == offer)
    call = _settled(c, call, mine, result)
    left = open_offers(call)
    if result in ("rejected", "timeout"):
        call = let_rest(c, call, mine.agent)
    state = call.state
    assert isinstance(state, cl.Offered)
    c.put_call(call if left else replace(call, state=cl.Waiting(c.now)), "offer over")
    _release(c, call, mine, result, event, agent)


def withdraw_all(
    c: Centre, call: Call, result: OfferResult = "caller_gone", but: AgentId | None = None
) -> Call:
    """Let all agents go who hear the call (``but`` one). Returns the record with the offers
    settled, which the caller of this function puts in its next state."""
    for offer in open_offers(call):
        if offer.agent != but:
            call = _settled(c, call, offer, result)
            _release(c, call, offer, result, "offer over")
    return call


def let_rest(c: Centre, call: Call, agent: AgentId) -> Call:
    """Do not offer the call to that agent again for the queue's ``retry_same_agent_s``, a callback
    for longer: nobody hears music meanwhile, and she may dial it from the list. A call that was
    kept for the agent is kept no longer."""
    if call.kept_for is not None and call.kept_for[0] == agent:
        call = replace(call, kept_for=None)
    rest = c.settings_of(call).retry_same_agent_s
    if call.virtual and rest:
        rest = max(rest, CALLBACK_REST_S)
    return replace(call, resting=(*call.resting, (agent, c.now + rest))) if rest else call


def rest_over(c: Centre, call: Call, agent: AgentId, until: float) -> None:
    """The call may be offered to the agent again."""
    left = tuple(rest for rest in call.resting if rest != (agent, until))
    c.put_call(replace(call, resting=left), "rest over", shown=False)
    c.freed_agents[agent] = None


def keep_no_longer(c: Centre, call: Call) -> None:
    """The agent who lost the caller is not back in time: the call may be offered to everybody."""
    new = replace(call, kept_for=None)
    c.put_call(new, "kept for nobody", shown=False)
    if call.id in c.waiting:
        c.freed_calls[call.id] = None
    elif call.id in c.ringing:
        c.freed_agents |= dict.fromkeys(c.ready.all_for(new))


def open_offers(call: Call) -> tuple[Offer, ...]:
    return call.state.offers if isinstance(call.state, cl.Offered) else ()


def _settled(c: Centre, call: Call, offer: Offer, result: OfferResult) -> Call:
    """The call's record with the offer moved from the open ones to the settled ones."""
    del c.offers[offer.id]
    state = call.state
    assert isinstance(state, cl.Offered)
    past = SettledOffer(offer.id, offer.agent, offer.made_at, c.now, result)
    return replace(
        call,
        state=replace(state, offers=tuple(o for o in state.offers if o.id != offer.id)),
        offers=(*call.offers, past)[-cl.OFFERS_KEPT :],
    )


def _release(
    c: Centre,
    call: Call,
    offer: Offer,
    result: OfferResult,
    event: str,
    agent: Agent | None = None,
) -> None:
    """The agent's side of an offer that ended without a talk."""
    c.put_agent(_after_offer(c, call, agent or c.agents[offer.agent], result), event)
    c.emit(WithdrawOffer(offer.id, call.id, offer.agent, _WITHDRAWN[result]))


def _after_offer(c: Centre, call: Call, agent: Agent, result: OfferResult) -> Agent:
    if agent.pending_logout:
        return handling.off_duty(c, agent, ordered=True)
    settings, now = c.settings_of(call), c.now
    ready = ag.Ready(now)
    if result == "timeout":
        agent = replace(agent, unanswered=agent.unanswered + 1, idle_since=now)
        out = agent.unanswered >= settings.max_unanswered
        return replace(agent, state=ag.NotResponding("no_answer", now) if out else ready)
    if result == "rejected":
        agent = replace(agent, rejected=agent.rejected + 1, unanswered=0, idle_since=now)
        out = agent.rejected >= settings.max_rejected
        return replace(agent, state=ag.NotResponding("rejected", now) if out else ready)
    if result == "paused":
        return breaks.pending_begun(agent, now)
    if result == "unreachable" and agent.has_leg and agent.present:
        return replace(agent, state=ag.NotResponding("unreachable", now))
    # No act of the agent ended it, or its leg or console is gone and makes it wait anyway.
    return replace(agent, state=ready)
