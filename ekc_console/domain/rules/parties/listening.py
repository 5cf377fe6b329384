"""Listening to a talk, being heard in it, and taking it over.

It stands beside the talk: nothing of call and agents changes by it until the call is taken over.
Who listens follows the call from one agent to the next, as far as the own right goes, and hears
nobody while no agent has it.
One person listens to a call at a time, so that everybody who is heard hears all the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ekc_console.domain.effects import (
    AgentChanged,
    Connect,
    Listen,
    Listened,
    ListeningEnd,
    ListeningOver,
    PartyTook,
)
from ekc_console.domain.facts.listening import (
    CallTakenOver,
    ListeningBegun,
    ListeningFailed,
    ListeningStopped,
)
from ekc_console.domain.rules import handling
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import AGENT_TABLE, Agent, Listening
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact

_WITH_AN_AGENT = cl.Talking | cl.OnHold | cl.Consulting


def begun(c: Centre, f: ListeningBegun) -> None:
    call, agent = c.call(f.call), c.agent(f.by)
    if call.party_of is not None or not isinstance(call.state, _WITH_AN_AGENT):
        raise IllegalFact("wrong_state", f"call {call.id} is no talk of an agent")
    if not agent.has_leg:
        raise IllegalFact("no_leg", f"agent {agent.id} has no leg")
    if not isinstance(agent.state, ag.OnBreak):
        raise IllegalFact("not_free", f"agent {agent.id} has other work")
    other = of_call(c, call.id)
    if other is not None and other.id != agent.id:
        raise IllegalFact("listened", f"{other.id} listens to call {call.id}")
    before = c.listenings.get(agent.id)
    new = Listening(agent.id, call.id, f.mode, c.now, _ear(call), f.why, f.whose)
    if before is not None and before.call != call.id:
        _over(c, before, "another")
    elif before is not None and before.mode == f.mode:
        new = replace(new, since=before.since, why=before.why)
    elif before is not None:
        _note(c, before)
    _put(c, new)


def stopped(c: Centre, f: ListeningStopped) -> None:
    """One that is over already is no error: it ends by itself, too."""
    c.agent(f.by)
    if (found := c.listenings.get(f.by)) is not None:
        _over(c, found, "stopped")


def failed(c: Centre, f: ListeningFailed) -> None:
    found = c.listenings.get(f.by)
    if found is not None and found.call == f.call:
        _over(c, found, "failed")


def taken_over(c: Centre, f: CallTakenOver) -> None:
    call, taker = c.call(f.call), c.agent(f.by)
    listening = c.listenings.get(taker.id)
    if listening is None or listening.call != call.id:
        raise IllegalFact("wrong_state", f"{taker.id} does not listen to call {call.id}")
    CALL_TABLE.acts_on(call.state, "CallTakenOver", f"call {call.id}")
    AGENT_TABLE.acts_on(taker.state, "CallTakenOver", f"agent {taker.id}")
    call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
    _over(c, listening, "taken_over")
    c.put_call(replace(call, state=cl.Connecting(c.now), agent=taker.id), "CallTakenOver")
    taker = replace(handling.suspended(c, taker), state=ag.Connecting(call.id, c.now))
    c.put_agent(taker, "CallTakenOver")
    c.emit(Connect(call.id, taker.id))
    c.emit(PartyTook(call.id, agent.id, to=taker.id))
    handling.hand_over(c, agent, call, "CallTakenOver")


def settle(c: Centre) -> None:
    """After every fact: who listens goes along with the call, or listens no more."""
    for listening in list(c.listenings.values()):
        call = c.calls.get(listening.call)
        end = _end(call, c.agents[listening.id])
        if call is None or end is not None:
            _over(c, listening, end or "call_over")
        elif not _follows(c, listening, ear := _ear(call)):
            _over(c, listening, "other_team")
        elif ear != listening.ear:
            _put(c, replace(listening, ear=ear))


def of_call(c: Centre, call: CallId) -> Listening | None:
    """Who listens to it."""
    return next((one for one in c.listenings.values() if one.call == call), None)


def _end(call: Call | None, listener: Agent) -> ListeningEnd | None:
    """Why it is over; None: it goes on."""
    if call is None or isinstance(call.state, cl.Ending):
        return "call_over"
    if isinstance(listener.state, ag.Offline):
        return "shift_over"
    if not listener.has_leg:
        return "line_down"
    return None if isinstance(listener.state, ag.OnBreak) else "other_work"


def _ear(call: Call) -> AgentId | None:
    """At whose leg the talk is heard."""
    return call.agent if isinstance(call.state, _WITH_AN_AGENT) else None


def _follows(c: Centre, listening: Listening, ear: AgentId | None) -> bool:
    """Whether the right of who listens goes as far as who has the call now."""
    if ear is None or listening.whose == "centre" or not c.settings.teams:
        return True
    return any(ear in team.people for team in c.settings.led_by(listening.id))


def _put(c: Centre, listening: Listening) -> None:
    c.listenings[listening.id] = listening
    c.emit(Listen(listening.call, listening.id, listening.mode, listening.ear))
    _shown(c, listening)


def _over(c: Centre, listening: Listening, why: ListeningEnd) -> None:
    del c.listenings[listening.id]
    _note(c, listening)
    c.emit(ListeningOver(listening.call, listening.id, why))
    agent, ends = c.agents[listening.id], why not in ("another", "taken_over")
    if ends and agent.only_listens and not agent.present:
        c.put_agent(handling.off_duty(c, agent, ordered=False), "listening over")
    _shown(c, listening)


def _note(c: Centre, one: Listening) -> None:
    c.emit(Listened(one.call, one.id, one.mode, one.since, one.why))


def _shown(c: Centre, listening: Listening) -> None:
    if (call := c.calls.get(listening.call)) is not None:
        c.amend(call)
    c.show(AgentChanged(listening.id))


HANDLERS: Mapping[type, Callable[[Centre, Any], None]] = {
    ListeningBegun: begun,
    ListeningStopped: stopped,
    ListeningFailed: failed,
    CallTakenOver: taken_over,
}
