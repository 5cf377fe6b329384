"""Consultations: the agent who has a call asks an operator or an outside party about it.

The call stays with its agent until the consultation is completed; whatever becomes of the one
who was asked, the caller is with the agent again. Its clocks run on: hold while the agent talks
with the other one, talk while the agent talks with the caller.
"""

from __future__ import annotations

from ekc_console.domain.effects import (
    Connect,
    Consult,
    Effect,
    Link,
    PartyLost,
    ResumeCall,
    ReturnLeg,
)
from ekc_console.domain.facts import (
    ConsultAccepted,
    ConsultAsked,
    ConsultCancelled,
    ConsultCompleted,
    ConsultDialled,
    ConsultLeft,
    ConsultSwitched,
    EmergencyCalled,
    ReturnReason,
)
from ekc_console.domain.rules import handling
from ekc_console.domain.rules.parties import emergency, party
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import AGENT_TABLE, Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact

ASK_S = 20.0
"""So long an operator is asked."""


def owned(c: Centre, call: CallId, agent: AgentId, event: str) -> tuple[Call, Agent] | None:
    """Both records; None when the event comes late for the call. Raises IllegalFact."""
    record, who = c.call(call), c.agent(agent)
    if not CALL_TABLE.acts_on(record.state, event, f"call {record.id}"):
        return None
    if record.agent != who.id:
        raise IllegalFact("not_yours", f"call {record.id} is not with agent {who.id}")
    return record, who


def consulting(call: Call) -> cl.Consulting:
    assert isinstance(call.state, cl.Consulting)
    return call.state


# -- the beginning -----------------------------------------------------------


def asked(c: Centre, f: ConsultAsked) -> None:
    found, adviser = owned(c, f.call, f.agent, "ConsultAsked"), c.agent(f.adviser)
    if found is None:
        return
    if not adviser.available:
        raise IllegalFact("not_free", f"agent {adviser.id} is not free")
    call = _begin(c, *found, cl.Consulting(c.now, "party", adviser.id, None), "ConsultAsked")
    state = ag.Asked(call.id, c.now, c.now + ASK_S)
    c.put_agent(replace(adviser, state=state), "ConsultAsked")


def dialled(c: Centre, f: ConsultDialled) -> None:
    found = owned(c, f.call, f.agent, "ConsultDialled")
    if found is None:
        return
    party.check_new(c, f.party)
    state = cl.Consulting(c.now, "party", None, f.party)
    call = _begin(c, *found, state, "ConsultDialled")
    party.dial(c, call, f.party, f.number, "ConsultDialled")


def emergency_called(c: Centre, f: EmergencyCalled) -> None:
    found = owned(c, f.call, f.agent, "EmergencyCalled")
    if found is None:
        return
    call, agent = found
    if not f.lines:
        raise IllegalFact("bad_settings", "there is no number of an emergency service")
    if call.emergency is not None and emergency.number(c, call) == f.lines[0][1]:
        raise IllegalFact("wrong_state", f"call {call.id}: {f.lines[0][1]} is called already")
    if len({line for line, _ in f.lines}) != len(f.lines):
        raise IllegalFact("duplicate", f"call {call.id}: two numbers on one line")
    for line, _ in f.lines:
        party.check_new(c, line)
    if isinstance(call.state, cl.Consulting):
        call = party.called_off(c, call, call.state.party)
        _dismiss(c, call)
    call, agent = handling.stop_clock(c, call, agent)
    call = emergency.begun(call, f.lines, c.now)
    c.put_call(call, "EmergencyCalled")
    c.put_agent(replace(agent, state=ag.Consulting(call.id, c.now)), "EmergencyCalled")
    c.emit(voice_paths(call))
    party.dial(c, call, *f.lines[0], "EmergencyCalled")


def _begin(c: Centre, call: Call, agent: Agent, state: cl.Consulting, event: str) -> Call:
    call, agent = handling.stop_clock(c, call, agent)
    call = replace(call, state=state)
    c.put_call(call, event)
    c.put_agent(replace(agent, state=ag.Consulting(call.id, c.now)), event)
    c.emit(voice_paths(call))
    return call


def accepted(c: Centre, f: ConsultAccepted) -> None:
    adviser = _adviser(c, f.call, f.adviser)
    if not AGENT_TABLE.acts_on(adviser.state, "ConsultAccepted", f"agent {adviser.id}"):
        return
    c.put_agent(replace(adviser, state=ag.Advising(f.call, c.now)), "ConsultAccepted")
    _opened(c, c.calls[f.call], "ConsultAccepted")


def party_answered(c: Centre, call: Call) -> None:
    """The outside party picked up; its own record is brought up by the caller."""
    _opened(c, call, "party answered")


def _opened(c: Centre, call: Call, event: str) -> None:
    state = replace(consulting(call), open=True)
    if call.emergency is not None:
        # Who leaves the caller before the agent is there is counted with those who did not answer.
        not_taken = call.not_taken if state.agent_awaited else ()
        call, state = replace(call, not_taken=not_taken), replace(state, heard="all")
    call = replace(call, state=state)
    c.put_call(call, event)
    c.emit(voice_paths(call))


def agent_is_back(c: Centre, call: Call) -> None:
    """The agent stands with the caller again."""
    state = consulting(call)
    if state.agent_awaited:
        not_taken = () if state.open else call.not_taken
        state = replace(state, agent_awaited=False)
        c.put_call(replace(call, state=state, not_taken=not_taken), "CallBridged")


def voice_paths(call: Call) -> Effect:
    """Who hears whom in the present state of the consultation."""
    assert call.agent is not None
    state = consulting(call)
    adviser, other = (state.adviser, state.party) if state.open else (None, None)
    return Consult(call.id, call.agent, state.heard, adviser, other)


# -- in the midst ------------------------------------------------------------


def switched(c: Centre, f: ConsultSwitched) -> None:
    found = owned(c, f.call, f.agent, "ConsultSwitched")
    if found is None:
        return
    call, agent = found
    if not consulting(call).open and f.heard == "all":
        raise IllegalFact("wrong_state", f"call {call.id}: nobody has answered yet")
    if call.emergency is not None:
        raise IllegalFact("wrong_state", f"call {call.id}: the caller is not put aside now")
    call, agent = handling.stop_clock(c, call, agent)
    call = replace(call, state=replace(consulting(call), since=c.now, heard=f.heard))
    c.put_call(call, "ConsultSwitched")
    c.put_agent(replace(agent, state=ag.Consulting(call.id, c.now)), "ConsultSwitched")
    c.emit(voice_paths(call))


def completed(c: Centre, f: ConsultCompleted) -> None:
    found = owned(c, f.call, f.agent, "ConsultCompleted")
    if found is None:
        return
    call, agent = found
    state = consulting(call)
    if not state.open:
        raise IllegalFact("wrong_state", f"call {call.id}: nobody has answered yet")
    call, agent = handling.stop_clock(c, call, agent)
    if state.adviser is not None:
        _to_adviser(c, call, state.adviser)
    else:
        assert state.party is not None
        _to_party(c, call, state.party)
    handling.hand_over(c, agent, call, "ConsultCompleted")


def _to_adviser(c: Centre, call: Call, adviser: AgentId) -> None:
    new = replace(call, state=cl.Connecting(c.now), agent=adviser)
    c.put_call(new, "ConsultCompleted")
    who = c.agents[adviser]
    c.put_agent(replace(who, state=ag.Connecting(call.id, c.now)), "ConsultCompleted")
    c.emit(ReturnLeg(call.id, adviser))
    c.emit(Connect(call.id, adviser))


def _to_party(c: Centre, call: Call, other: CallId) -> None:
    linked = replace(call, state=cl.Linked(c.now, other, handed=True))
    c.put_call(party.handed(c, linked, other), "ConsultCompleted")
    record = c.calls[other]
    c.put_call(replace(record, state=cl.Linked(c.now, call.id)), "ConsultCompleted")
    c.emit(Link(call.id, other))


def cancelled(c: Centre, f: ConsultCancelled) -> None:
    found = owned(c, f.call, f.agent, "ConsultCancelled")
    if found is not None:
        call = party.called_off(c, found[0], consulting(found[0]).party)
        _dismiss(c, call)
        _back(c, call)


def left(c: Centre, f: ConsultLeft) -> None:
    adviser = _adviser(c, f.call, f.adviser)
    why: ReturnReason = "rejected" if isinstance(adviser.state, ag.Asked) else "left"
    adviser_gone(c, adviser, "consult over", why)


def _adviser(c: Centre, call: CallId, adviser: AgentId) -> Agent:
    who = c.agent(adviser)
    if not isinstance(who.state, ag.Asked | ag.Advising) or who.state.call != call:
        raise IllegalFact("wrong_state", f"agent {adviser} is not consulted about {call}")
    return who


# -- the end, whoever makes it -----------------------------------------------


def adviser_gone(
    c: Centre, adviser: Agent, event: str, why: ReturnReason, *, unreachable: bool = False
) -> None:
    """``adviser`` is the record with what the event changes beside the state."""
    assert isinstance(adviser.state, ag.Asked | ag.Advising)
    call = c.calls[adviser.state.call]
    _let_adviser_go(c, call, adviser, event, unreachable=unreachable)
    _back(c, call)
    _tell(c, call, why)


def ask_timed_out(c: Centre, adviser: AgentId) -> None:
    adviser_gone(c, c.agents[adviser], "consult over", "no_answer")


def party_gone(c: Centre, call: Call, why: ReturnReason) -> None:
    """The outside party's line ended."""
    state = consulting(call)
    in_vain = not state.open or emergency.not_taken(c, call)
    if call.emergency is not None and in_vain:
        _emergency_failed(c, call, why)
        return
    _back(c, call)
    _tell(c, call, why)


def join_failed(c: Centre, call: Call) -> None:
    state = consulting(call)
    if call.emergency is not None and not state.open and not state.remade:
        # Between agent and caller: the service that rings is not to blame.
        call = replace(call, state=replace(state, remade=True))
        c.put_call(call, "JoinFailed")
        c.emit(voice_paths(call))
        return
    _dismiss(c, call)
    if call.emergency is not None:
        _emergency_failed(c, call, "failed")
        return
    _back(c, call)
    _tell(c, call, "failed")


def _emergency_failed(c: Centre, call: Call, why: ReturnReason) -> None:
    line = consulting(call).party
    assert line is not None
    call = party.not_taken(c, call, line, why)
    if not emergency.next_number(c, call):
        _back(c, call)


def caller_gone(c: Centre, call: Call, why: ReturnReason) -> Call:
    """The caller's line ended: all are let go. The record with clocks brought up."""
    _dismiss(c, call)
    state = consulting(call)
    if state.adviser is not None or state.heard == "party" or call.emergency is not None:
        _tell(c, call, why, back=False)
    call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
    handling.wrap_up(c, agent, call)
    return call


def asker_lost(c: Centre, agent: Agent) -> None:
    """The leg of the agent who has the call went down; ``agent`` is the record without it."""
    assert isinstance(agent.state, ag.Consulting)
    call = c.calls[agent.state.call]
    if call.emergency is not None:
        emergency.agent_lost(c, agent, call)
        return
    _dismiss(c, call)
    handling.leg_lost(c, agent, call)


def _dismiss(c: Centre, call: Call) -> None:
    """Let the one go who was asked."""
    state = consulting(call)
    party.let_go(c, state.party)
    if state.adviser is not None:
        _let_adviser_go(c, call, c.agents[state.adviser], "consult over")


def _let_adviser_go(
    c: Centre, call: Call, adviser: Agent, event: str, *, unreachable: bool = False
) -> None:
    was_joined = isinstance(adviser.state, ag.Advising) and adviser.has_leg
    idle_since = c.now if isinstance(adviser.state, ag.Advising) else adviser.idle_since
    handling.set_free(c, adviser, event, idle_since=idle_since, unreachable=unreachable)
    if was_joined:
        c.emit(ReturnLeg(call.id, adviser.id))


def _back(c: Centre, call: Call) -> None:
    """Agent and caller talk with one another alone."""
    call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
    c.put_call(replace(call, state=cl.Talking(c.now), emergency=None), "consult over")
    c.put_agent(replace(agent, state=ag.Talking(call.id, c.now)), "consult over")
    c.emit(ResumeCall(call.id, agent.id))


def _tell(c: Centre, call: Call, why: ReturnReason, *, back: bool = True) -> None:
    assert call.agent is not None
    c.emit(PartyLost(call.id, call.agent, why, back, emergency=call.emergency is not None))
