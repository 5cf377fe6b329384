"""Blind transfers: the agent gives the call away and is free at once.

A transfer to one party, an operator or an outside number, can fail. Then the caller goes back to
the agent who made it, if that agent is still free for it, else to the head of the queue.
"""

from __future__ import annotations

from ekc_console.domain.effects import (
    HangUp,
    KeepWaiting,
    Link,
    PartyLost,
    PartyTook,
    RunMenu,
    Unlink,
)
from ekc_console.domain.facts import (
    CallEnded,
    JoinFailed,
    ReturnedToMenu,
    ReturnReason,
    TransferredOutside,
    TransferredToAgent,
    TransferredToQueue,
)
from ekc_console.domain.rules import handling, offers
from ekc_console.domain.rules.parties import consult, emergency, party
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact

# -- the transfers -----------------------------------------------------------


def to_queue(c: Centre, f: TransferredToQueue) -> None:
    """The caller keeps the time of the first queue, and so comes before later ones."""
    found = consult.owned(c, f.call, f.agent, "TransferredToQueue")
    if found is None:
        return
    if f.queue not in c.queues:
        raise IllegalFact("unknown_queue", f"no queue {f.queue}")
    call, agent = handling.stop_clock(c, *found)
    # The skills that another queue's topic asks for say nothing about this one.
    skills = call.skills if f.queue == call.queue else ()
    moved = offers.let_rest(c, replace(call, queue=f.queue, skills=skills), agent.id)
    handling.to_queue(c, moved, "TransferredToQueue")
    handling.hand_over(c, agent, call, "TransferredToQueue")


def to_agent(c: Centre, f: TransferredToAgent) -> None:
    found, to = consult.owned(c, f.call, f.agent, "TransferredToAgent"), c.agent(f.to)
    if found is None:
        return
    if not to.available:
        raise IllegalFact("not_free", f"agent {to.id} is not free")
    call, agent = handling.stop_clock(c, *found)
    queue = call.queue or _a_queue(c, to) or _a_queue(c, agent)
    if queue is None:
        raise IllegalFact("unknown_queue", f"call {call.id} belongs to no queue")
    new = replace(call, queue=queue, returns_to=agent.id, not_taken=call.in_vain)
    handling.to_queue(c, new, "TransferredToAgent")
    handling.hand_over(c, agent, call, "TransferredToAgent")
    offers.offer_to(c, c.calls[call.id], to.id)


def _a_queue(c: Centre, agent: Agent) -> QueueId | None:
    return next((q for q in agent.queues if q in c.queues), None)


def outside(c: Centre, f: TransferredOutside) -> None:
    found = consult.owned(c, f.call, f.agent, "TransferredOutside")
    if found is None:
        return
    party.check_new(c, f.party)
    call, agent = handling.stop_clock(c, *found)
    state = cl.Transferring(c.now, f.party)
    new = replace(call, state=state, returns_to=agent.id, not_taken=call.in_vain)
    c.put_call(new, "TransferredOutside")
    c.emit(KeepWaiting(call.id))
    party.dial(c, call, f.party, f.number, "TransferredOutside")
    handling.hand_over(c, agent, call, "TransferredOutside")


def to_menu(c: Centre, f: ReturnedToMenu) -> None:
    found = consult.owned(c, f.call, f.agent, "ReturnedToMenu")
    if found is None:
        return
    call, agent = handling.stop_clock(c, *found)
    c.put_call(replace(call, state=cl.InMenu(c.now)), "ReturnedToMenu")
    c.emit(RunMenu(call.id, f.scenario))
    handling.hand_over(c, agent, call, "ReturnedToMenu")


# -- outside parties ---------------------------------------------------------


def party_answered(c: Centre, record: Call) -> None:
    """An outside party picked up: of a transfer, or of a consultation."""
    assert record.party_of is not None
    call = party.answered(c, c.calls[record.party_of], record.id)
    record = replace(record, answered_at=c.now)
    if isinstance(call.state, cl.Consulting):
        c.put_call(replace(record, state=cl.Advising(c.now)), "CallAnswered")
        consult.party_answered(c, call)
        return
    c.put_call(replace(record, state=cl.Linked(c.now, call.id)), "CallAnswered")
    state = cl.Linked(c.now, record.id)
    # Who leaves an emergency's caller at once is counted with those who did not answer.
    not_taken = call.in_vain if call.emergency is None else call.not_taken
    linked = replace(call, state=state, returns_to=None, not_taken=not_taken)
    if call.emergency is None:
        linked = party.handed(c, linked, record.id)
    c.put_call(linked, "party answered")
    c.emit(Link(call.id, record.id))
    if call.agent is not None:
        c.emit(PartyTook(call.id, call.agent, number=record.called))


def party_ended(c: Centre, record: Call, f: CallEnded) -> None:
    """The line of an outside party is about to be put as ended."""
    assert record.party_of is not None
    call = c.calls.get(record.party_of)
    match call.state if call else None:
        case cl.Consulting(party=other) if call and other == record.id:
            consult.party_gone(c, call, party.why_gone(record, f))
        case cl.Transferring(party=other) if call and other == record.id:
            give_back(c, call, party.why_gone(record, f))
        case cl.Linked(other=other) if call and other == record.id:
            if emergency.not_taken(c, call):
                give_back(c, call, "left")
            else:
                _end(c, call)


def caller_ended(c: Centre, call: Call, why: ReturnReason) -> None:
    """The line of a caller who was given to an outside party is about to be put as ended."""
    match call.state:
        case cl.Transferring(party=other) | cl.Linked(other=other):
            if isinstance(call.state, cl.Transferring) and call.emergency is not None:
                emergency.given_up(c, call, why)
            party.let_go(c, other)
            c.emit(Unlink(call.id))


def join_failed(c: Centre, f: JoinFailed) -> None:
    call = c.call(f.call)
    if not CALL_TABLE.acts_on(call.state, "JoinFailed", f"call {call.id}"):
        return
    if isinstance(call.state, cl.Consulting):
        consult.join_failed(c, call)
        return
    assert isinstance(call.state, cl.Linked)
    party.let_go(c, call.state.other)
    give_back(c, call, "failed")


def _end(c: Centre, call: Call) -> None:
    c.put_call(replace(call, state=cl.Ending(c.now)), "party lost")
    c.emit(Unlink(call.id))
    c.emit(HangUp(call.id, "party"))


# -- back --------------------------------------------------------------------


def give_back(c: Centre, call: Call, why: ReturnReason) -> None:
    """From an outside number that did not take the caller, who waits again: ``bring_back`` does
    the rest."""
    state = call.state
    assert isinstance(state, cl.Transferring | cl.Linked)
    line = state.party if isinstance(state, cl.Transferring) else state.other
    call = party.handed(c, party.not_taken(c, call, line, why), None)
    if isinstance(state, cl.Linked):
        c.emit(Unlink(call.id))
    if call.emergency is not None and emergency.next_number(c, call):
        return
    if call.queue is None and (queue := emergency.queue_of(c, call)) is not None:
        call = replace(call, queue=queue)
    if call.queue is None:
        _end(c, call)
        return
    call = replace(call, returns_to=call.agent, emergency=None)
    _tell(c, call, why)
    handling.to_queue(c, call, "party lost")


def bring_back(c: Centre) -> None:
    """Calls whose transfer to one party failed in this event: to the agent who made it, if free
    for it, else to the head of the queue. Before the event's matches are made."""
    for name in list(c.freed_calls):
        call = c.calls.get(name)
        if call is None or call.returns_to is None or not isinstance(call.state, cl.Waiting):
            continue
        agent = c.agents[call.returns_to]
        can = party.may_take_back(c, call, agent.id)
        if call.offers and call.offers[-1].ended_at == c.now:
            call = _noted(call, call.offers[-1])
            _tell(c, call, call.not_taken[-1].why)
        if can and isinstance(agent.state, ag.WrapUp):
            handling.end_wrap_up(c, agent, "wrap-up over", caller_first=True)
        call = replace(call, state=cl.Waiting(c.now), returns_to=None, interrupted=True)
        c.put_call(call, "transfer failed")
        if can:
            offers.offer_to(c, call, agent.id)


def _noted(call: Call, offer: cl.SettledOffer) -> Call:
    failed = cl.NotTaken(offer.agent, _WHY.get(offer.result, "failed"))
    return replace(call, not_taken=(*call.not_taken, failed))


_WHY: dict[cl.OfferResult, ReturnReason] = {
    "rejected": "rejected",
    "paused": "rejected",
    "timeout": "no_answer",
    "unreachable": "unreachable",
}


def _tell(c: Centre, call: Call, why: ReturnReason) -> None:
    if call.returns_to is not None:
        back = party.may_take_back(c, call, call.returns_to)
        c.emit(PartyLost(call.id, call.returns_to, why, back))
