"""What each fact about a call does. Every handler checks first and changes afterwards."""

from __future__ import annotations

from typing import Literal

from ekc_console.domain.effects import DialOut, HoldCall, PartyTook, RefuseCall, ResumeCall
from ekc_console.domain.facts import (
    CallAnswered,
    CallArrived,
    CallbackAsked,
    CallBridged,
    CallBridgeFailed,
    CallEnded,
    CallHeld,
    CallMissed,
    CallPlaced,
    CallQueued,
    CallResumed,
    CallStepEntered,
    ReturnReason,
)
from ekc_console.domain.rules import callback_queue, handling, joining, offers, overflow, reach
from ekc_console.domain.rules.parties import consult, emergency, party, transfer
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state import skills
from ekc_console.domain.state.agent import AGENT_TABLE, Agent
from ekc_console.domain.state.call import Call, Outcome
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.dial_ends import dial_end
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact

AGENT_LEG_FAILED = "agent_leg"
"""The ``CallBridgeFailed.reason`` that blames the agent's leg: the agent gets no further calls
until ready again. Any other reason blames nobody."""


def _acts_on(call: Call, event: str) -> bool:
    return CALL_TABLE.acts_on(call.state, event, f"call {call.id}")


def _check_new(c: Centre, call: CallId) -> None:
    if call in c.calls or call in c.recently_ended:
        raise IllegalFact("duplicate", f"call {call} is known already")


def arrived(c: Centre, f: CallArrived) -> None:
    _check_new(c, f.call)
    refused = _refusal(c, f.number)
    call = _new(c, f, f.since)
    if refused:
        call = replace(call, state=cl.Ending(c.now, "refused"))
        c.emit(RefuseCall(call.id, refused))
    c.put_call(call, "CallArrived")


def _refusal(c: Centre, number: str | None) -> Literal["blocked", "too_many"] | None:
    """Why a new call of the number is not taken; None when it is."""
    if number is None:
        return None
    if c.is_blocked(number):
        return "blocked"
    limit = c.settings.calls_per_number
    if not limit:
        return None
    calls = (c.calls[call] for call in c.reach.lines_of(number))
    live = sum(x.direction == "in" and not isinstance(x.state, cl.Ending) for x in calls)
    return "too_many" if live >= limit else None


def missed(c: Centre, f: CallMissed) -> None:
    """The call is over already; a caller whose number is known is owed a callback by the time at
    which the call came."""
    _check_new(c, f.call)
    call = _new(c, f, f.since)
    c.put_call(call, "CallArrived")
    blocked = f.number is not None and c.is_blocked(f.number)
    outcome: Outcome = "abandoned_menu" if f.left is not None else "failed"
    over = replace(
        call,
        state=cl.Ended("engine" if f.left is None else "caller", "missed"),
        ended_at=c.now if f.left is None else min(max(f.left, call.arrived_at), c.now),
        outcome="refused" if blocked else outcome,
        callback=reach.call_lost(c, call) if reach.reachable(c, call) else None,
    )
    c.put_call(over, "CallEnded")


def _new(c: Centre, f: CallArrived | CallMissed, since: float | None) -> Call:
    c.arrivals += 1
    came = c.now if since is None else min(since, c.now)
    trunk = f.trunk if isinstance(f, CallArrived) else ""
    return Call(f.call, "in", f.number, f.called, c.arrivals, came, cl.InMenu(c.now), trunk=trunk)


def step_entered(c: Centre, f: CallStepEntered) -> None:
    call = c.call(f.call)
    if _acts_on(call, "CallStepEntered"):
        state = call.state
        if isinstance(state, cl.InMenu):
            state = replace(state, step_at=c.now)
        new = replace(
            call, state=state, scenario=f.scenario, scenario_version=f.version, step=f.step
        )
        c.put_call(new, "CallStepEntered")


def callback_asked(c: Centre, f: CallbackAsked) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallbackAsked"):
        return
    if f.queue not in c.queues:
        raise IllegalFact("unknown_queue", f"no queue {f.queue}")
    if not reach.reachable(c, call) or call.callback is not None:
        return
    asked = replace(call, queue=f.queue, topic=f.topic)
    c.put_call(replace(asked, callback=reach.promised(c, asked)), "CallbackAsked")


def queued(c: Centre, f: CallQueued) -> None:
    """From the menu, or from one queue to another; the time of the first queue is kept."""
    call = c.call(f.call)
    if not _acts_on(call, "CallQueued"):
        return
    if f.queue not in c.queues:
        raise IllegalFact("unknown_queue", f"no queue {f.queue}")
    try:
        skills.needs(tuple(sorted(set(f.skills))), 0)
    except SettingsError as e:
        raise IllegalFact("bad_skill", str(e)) from e
    if call.virtual:
        raise IllegalFact("wrong_state", f"call {call.id} has no line and no scenario")
    new = replace(
        call,
        topic=f.topic,
        skills=tuple(sorted(set(f.skills))),
        priority=f.priority,
        preferred=f.preferred,
        assigned=None,
        queued_at=c.now if call.queued_at is None else call.queued_at,
        interrupted=reach.comes_first(c, call),
    )
    overflow.enter(c, new, f.queue, "CallQueued")


def announcement_due(c: Centre, call: Call) -> bool:
    """Plan the next announcement; True if the call waits, so that this one is to be made."""
    every = c.settings_of(call).announce_every_s
    new = replace(call, announce_at=c.now + every if every else None)
    c.put_call(new, "announcement due", shown=False)
    return isinstance(call.state, cl.Waiting)


def bridged(c: Centre, f: CallBridged) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallBridged"):
        return
    if isinstance(call.state, cl.Consulting):
        consult.agent_is_back(c, call)
        return
    agent = handling.agent_of(c, call)
    answered = c.now if call.answered_at is None else call.answered_at
    talking = replace(
        call, state=cl.Talking(c.now), answered_at=answered, resting=(), returns_to=None
    )
    c.put_call(talking, "CallBridged")
    if call.returns_to is not None:
        c.emit(PartyTook(call.id, call.returns_to, to=agent.id))
    new = replace(agent, state=ag.Talking(call.id, c.now), calls=agent.calls + 1)
    c.put_agent(new, "CallBridged")
    reach.talk_began(c, talking, "CallBridged")


def bridge_failed(c: Centre, f: CallBridgeFailed) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallBridgeFailed"):
        return
    blame = f.reason == AGENT_LEG_FAILED
    joining.failed(c, call, "CallBridgeFailed", unreachable=blame)


def held(c: Centre, f: CallHeld) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallHeld"):
        return
    _check_owner(call, f.agent)
    call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
    c.put_call(replace(call, state=cl.OnHold(c.now)), "CallHeld")
    c.put_agent(replace(agent, state=ag.Holding(call.id, c.now)), "CallHeld")
    c.emit(HoldCall(call.id, agent.id))


def _check_owner(call: Call, agent: AgentId | None) -> None:
    if agent is not None and call.agent != agent:
        raise IllegalFact("not_yours", f"call {call.id} is not with agent {agent}")


def resumed(c: Centre, f: CallResumed) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallResumed"):
        return
    _check_owner(call, f.agent)
    call, agent = handling.stop_clock(c, call, handling.agent_of(c, call))
    c.put_call(replace(call, state=cl.Talking(c.now)), "CallResumed")
    c.put_agent(replace(agent, state=ag.Talking(call.id, c.now)), "CallResumed")
    c.emit(ResumeCall(call.id, agent.id))


# -- outgoing ----------------------------------------------------------------


def placed(c: Centre, f: CallPlaced) -> None:
    agent = c.agent(f.agent)
    AGENT_TABLE.acts_on(agent.state, "CallPlaced", f"agent {agent.id}")
    _check_new(c, f.call)
    if not agent.has_leg:
        raise IllegalFact("no_leg", f"agent {agent.id} has no leg")
    owed = c.callback(f.callback) if f.callback is not None else None
    if owed and not isinstance(owed.state, cb.Queued):  # that one is taken out of its queue
        cb.CALLBACK_TABLE.acts_on(owed.state, "CallPlaced", f"callback {owed.id}")
    about = _wrapped_up(c, agent, f.about) if f.about is not None else None
    c.arrivals += 1
    call = Call(
        id=f.call,
        direction="out",
        number=f.number,
        called=f.number,
        seq=c.arrivals,
        arrived_at=c.now,
        state=cl.Dialing(c.now),
        topic=owed.topic if owed else "",
        queue=about.queue if about else _own_queue(c, agent, owed),
        agent=agent.id,
        callback=f.callback,
        about=f.about,
    )
    c.put_call(call, "CallPlaced")
    if about is not None:
        party.service_called(c, about, call.id, f.number)
    if f.callback is not None:
        reach.dial_began(c, f.callback, call, agent.id)
    agent = handling.suspended(c, c.agents[agent.id])
    c.put_agent(replace(agent, state=ag.Dialing(call.id, c.now)), "CallPlaced")
    c.emit(DialOut(call.id, agent.id, f.number))


def _own_queue(c: Centre, agent: Agent, owed: cb.Callback | None) -> QueueId | None:
    """Whose wrap-up rules an outgoing call, and which it is counted for."""
    first = next((queue for queue in agent.queues if queue in c.queues), None)
    return (c.queue_of(owed) if owed else None) or first


def _wrapped_up(c: Centre, agent: Agent, call: CallId) -> Call:
    if not isinstance(agent.state, ag.WrapUp) or agent.state.call != call:
        raise IllegalFact("wrong_state", f"agent {agent.id} is not wrapping {call} up")
    return c.call(call)


def _about(c: Centre, call: Call) -> Call | None:
    name = call.about
    return None if name is None else c.calls.get(name) or c.recently_ended.get(name)


def answered(c: Centre, f: CallAnswered) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallAnswered"):
        return
    callback_queue.way_found(c)
    call = replace(call, trunk=f.trunk)
    if call.party_of is not None:
        transfer.party_answered(c, call)
        return
    if (about := _about(c, call)) is not None:
        c.amend(party.answered(c, about, call.id))
    agent = handling.agent_of(c, call)
    c.put_call(replace(call, state=cl.Connecting(c.now)), "CallAnswered")
    c.put_agent(replace(agent, state=ag.Connecting(call.id, c.now)), "CallAnswered")


# -- the end -----------------------------------------------------------------


def ended(c: Centre, f: CallEnded) -> None:
    call = c.call(f.call)
    if not _acts_on(call, "CallEnded"):
        return
    if call.virtual:
        raise IllegalFact("wrong_state", f"call {call.id} has no line that could end")
    if f.by == "agent" and (about := _about(c, call)) is not None:
        c.amend(party.called_off(c, about, call.id))
    party.service_ended(c, call, f)
    outcome = _outcome(c, call, f)
    owed = _owed_after(c, call, f)
    call = _let_agents_go(c, call, f)
    if call.direction == "out" and call.answered_at is None:
        callback_queue.way_told(c, f.cause, call.callback)
        if call.party_of is None:
            reach.dial_over(c, call, f)
    new = replace(
        call,
        state=cl.Ended(f.by, f.cause),
        ended_at=_ended_at(c, call, f),
        outcome=outcome,
        callback=owed,
        trunk=call.trunk or f.trunk,
        announce_at=None,
        overflow_at=None,
        overflow_due=False,
        virtual=False,
        resting=(),
        returns_to=None,
        emergency=None,
        not_taken=(),
        kept_for=None,
    )
    c.put_call(new, "CallEnded")


def _owed_after(c: Centre, call: Call, f: CallEnded) -> CallbackId | None:
    if reach.owes(c, call, f.by):
        return reach.call_lost(c, call)
    if reach.cut_short(c, call, f.by, _ended_at(c, call, f)):
        return reach.tried(c, call)
    return call.callback


def _ended_at(c: Centre, call: Call, f: CallEnded) -> float:
    """Not after now, nor before what is known of the call: the moment is by another's clock."""
    if f.at is None:
        return c.now
    return min(max(f.at, call.arrived_at, getattr(call.state, "since", 0.0)), c.now)


def _let_agents_go(c: Centre, call: Call, f: CallEnded) -> Call:
    """Free whoever is bound to the ended call; its record with clocks and offers brought up."""
    if call.party_of is not None:
        transfer.party_ended(c, call, f)
        return call
    why: ReturnReason = "engine" if f.by == "engine" else "caller_gone"
    match call.state:
        case cl.Consulting():
            if emergency.all_talk(call) and f.by in ("caller", "engine"):
                return emergency.caller_gone(c, call, why)
            return consult.caller_gone(c, call, why)
        case cl.Transferring() | cl.Linked():
            transfer.caller_ended(c, call, why)
        case cl.Offered():
            return offers.withdraw_all(c, call)
        case cl.Talking() | cl.OnHold():
            agent, at = handling.agent_of(c, call), _ended_at(c, call, f)
            call, agent = handling.stop_clock(c, call, agent, at)
            handling.wrap_up(c, agent, call)
        case cl.Connecting() | cl.Dialing():
            agent = handling.agent_of(c, call)
            handling.set_free(c, agent, "CallEnded", idle_since=agent.idle_since)
    return call


def _outcome(c: Centre, call: Call, f: CallEnded) -> Outcome:
    if call.answered_at is not None:
        return "answered"
    expected = call.state.outcome if isinstance(call.state, cl.Ending) else None
    unrung = call.direction == "out" and dial_end(f.cause) == "unrung"
    if expected is not None and not unrung:
        return expected
    if isinstance(call.state, cl.Forwarded):
        return "forwarded"
    if call.direction == "out":
        return reach.dial_result(call, f, c.now)
    if f.by == "engine":
        return "failed"
    if isinstance(call.state, cl.InMenu):
        return "abandoned_menu" if f.by == "caller" else "served_by_menu"
    if f.by != "caller":
        return "flowed_out"
    if call.queued_at is None:  # on the way out of the menu, by an order
        return "abandoned_menu"
    short = _ended_at(c, call, f) - call.queued_at < c.settings_of(call).short_abandon_s
    return "short_abandoned" if short else "abandoned_queue"
