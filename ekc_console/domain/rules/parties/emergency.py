"""Emergency services called for a caller: the numbers of a list, one after the other.

The caller talks with the agent meanwhile and hears no music: the state is that of a consultation
in which the caller is heard. Once a service answers all three hear each other. An agent whose line
goes down ends nothing: the caller waits for the service, as in a transfer, or goes on with it. Nor
does a caller who hangs up among three: the agent tells the service the rest.

``Call.emergency`` is what makes a consultation, a transfer or a link such a one; it ends with them.
A service to which the agent gave the caller has taken the call (``Linked.handed``).
"""

from __future__ import annotations

from ekc_console.domain.effects import (
    Connect,
    Consult,
    EmergencyFailed,
    KeepWaiting,
    Link,
    PartyLost,
    Rejoin,
)
from ekc_console.domain.facts import ReturnReason
from ekc_console.domain.rules import handling
from ekc_console.domain.rules.parties import party
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.dialling import TAKEN_S
from ekc_console.domain.terms.ids import CallId, QueueId
from ekc_console.domain.terms.records import replace


def begun(call: Call, lines: tuple[tuple[CallId, str], ...], now: float) -> Call:
    """The record with the first of ``lines`` as the one that is called."""
    first, *rest = lines
    state = cl.Consulting(now, "caller", None, first[0])
    return replace(call, state=state, emergency=tuple(rest), not_taken=())


def number(c: Centre, call: Call) -> str:
    """That is called, or on the line."""
    state = call.state
    assert isinstance(state, cl.Consulting | cl.Transferring)
    assert state.party is not None
    return c.calls[state.party].called


def next_number(c: Centre, call: Call) -> bool:
    """``call`` has the present number among those ``not_taken``: call the next of the list in its
    place. False: none is left, and what a lost party means is to follow."""
    # A name that was taken meanwhile by another line is nobody's to be called by.
    left = [line for line in call.emergency or () if party.is_new(c, line[0])]
    calling = left[0][1] if left else None
    _tell(c, call, calling)
    if not left:
        return False
    (line, number), *rest = left
    _in_place(c, replace(call, emergency=tuple(rest)), line)
    party.dial(c, call, line, number, "next number")
    return True


def all_talk(call: Call) -> bool:
    """A service has answered, and agent, caller and service hear each other."""
    return isinstance(call.state, cl.Consulting) and call.state.open and call.emergency is not None


def caller_gone(c: Centre, call: Call, why: ReturnReason) -> Call:
    """The caller's line ended while ``all_talk``: the service and the agent, who knows place and
    need, talk on, as in a call that the agent placed about that caller. The record with clocks
    brought up."""
    state = call.state
    assert isinstance(state, cl.Consulting)
    assert state.party is not None
    call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
    about = call.about or call.id
    service = replace(
        c.calls[state.party],
        state=cl.Connecting(c.now),
        party_of=None,
        agent=agent.id,
        queue=call.queue,
        about=about,
    )
    c.put_call(service, "caller gone")
    agent = replace(agent, state=ag.Connecting(service.id, c.now), pending_wrap_up=about)
    c.put_agent(agent, "caller gone")
    lost = PartyLost(call.id, agent.id, why, back=False, emergency=True, stays=service.called)
    c.emit(lost)
    c.emit(Connect(service.id, agent.id))
    return call


def given_up(c: Centre, call: Call, why: ReturnReason) -> None:
    """The caller, whom no agent has, hung up or was cut off before a service answered."""
    line = call.state.party if isinstance(call.state, cl.Transferring) else None
    assert line is not None
    _tell(c, party.not_taken(c, call, line, why), None)


def _tell(c: Centre, call: Call, calling: str | None) -> None:
    assert call.agent is not None
    tried = tuple((failed.who, failed.why) for failed in call.not_taken)
    alone = not isinstance(call.state, cl.Consulting)
    c.emit(EmergencyFailed(call.id, call.agent, tried, calling, alone, _answered(call)))


def _answered(call: Call) -> str:
    """The service that spoke with the caller last; empty: none did."""
    in_vain = {failed.who for failed in call.not_taken}
    spoke = (s.number for s in reversed(call.services) if s.answered_at is not None)
    return next((number for number in spoke if number not in in_vain), "")


def _in_place(c: Centre, call: Call, line: CallId) -> None:
    match call.state:
        case cl.Consulting(agent_awaited=awaited):
            call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
            state = cl.Consulting(c.now, "caller", None, line, agent_awaited=awaited)
            c.put_call(replace(call, state=state), "next number")
            c.put_agent(replace(agent, state=ag.Consulting(call.id, c.now)), "next number")
            c.emit(Consult(call.id, agent.id, "caller"))
        case cl.Transferring():
            c.put_call(replace(call, state=cl.Transferring(c.now, line)), "next number")
        case cl.Linked():
            c.put_call(replace(call, state=cl.Transferring(c.now, line)), "next number")
            c.emit(KeepWaiting(call.id, help_comes=True))


def not_taken(c: Centre, call: Call) -> bool:
    """The service that leaves now was joined with the caller alone, and for too short a time."""
    since = _alone_since(call)
    return call.emergency is not None and since is not None and c.now - since < TAKEN_S


def _alone_since(call: Call) -> float | None:
    """When the service and the caller whom nobody handed over were joined; None: they are not alone
    with one another."""
    state = call.state
    if isinstance(state, cl.Linked):
        return None if state.handed else state.since
    if isinstance(state, cl.Consulting) and state.agent_awaited:
        return next((one.answered_at for one in call.services if one.line == state.party), None)
    return None


def queue_of(c: Centre, call: Call) -> QueueId | None:
    """Where a caller of no queue waits whom no service has taken; None where there is no queue, or
    no emergency."""
    queue = c.fallback_queue() if call.emergency is not None else None
    return queue.id if queue else None


def agent_lost(c: Centre, agent: Agent, call: Call) -> None:
    """The agent's leg went down in the midst; ``agent`` is the record without it."""
    state = call.state
    assert isinstance(state, cl.Consulting)
    assert state.party is not None
    call, agent = handling.stop_clock(c, call, agent)
    if state.open:
        linked = replace(call, state=cl.Linked(c.now, state.party))
        c.put_call(linked, "AgentLegDown")
        other = c.calls[state.party]
        c.put_call(replace(other, state=cl.Linked(c.now, call.id)), "AgentLegDown")
        c.emit(Link(call.id, state.party))
    else:
        waits = replace(call, state=cl.Transferring(c.now, state.party))
        c.put_call(waits, "AgentLegDown")
        c.emit(KeepWaiting(call.id, help_comes=True))
    agent = replace(agent, pending_wrap_up=None)
    handling.set_free(
        c, agent, "AgentLegDown", unreachable=True, idle_since=c.now, caller_first=True
    )


def bring_agents_back(c: Centre) -> None:
    """Agents who are free again for a caller whom they left, and who waits for a service without
    them, have that caller again. Before the event's matches are made."""
    for name in list(c.reach.awaiting_help):
        call = c.calls[name]
        if party.may_take_back(c, call, call.agent):
            _rejoin(c, call, handling.agent_of(c, call))


def _rejoin(c: Centre, call: Call, agent: Agent) -> None:
    assert isinstance(call.state, cl.Transferring)
    if isinstance(agent.state, ag.WrapUp):
        handling.end_wrap_up(c, agent, "wrap-up over", caller_first=True)
        agent = c.agents[agent.id]
    state = cl.Consulting(c.now, "caller", None, call.state.party, agent_awaited=True)
    c.put_call(replace(call, state=state), "agent back")
    c.put_agent(replace(agent, state=ag.Consulting(call.id, c.now)), "agent back")
    c.emit(Rejoin(call.id, agent.id))
