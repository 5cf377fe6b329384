"""Outside parties of consultations and transfers: lines that we dial for another call.

A party has a record of its own, so that a line is never without one, and it goes when its call
goes. It is bound to no agent: whoever asks is bound to the call itself.
"""

from __future__ import annotations

from ekc_console.domain.effects import DialParty, HangUp
from ekc_console.domain.facts import CallEnded, ReturnReason
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.dial_ends import DialEnd, dial_end
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact

_CAUSES: dict[DialEnd, ReturnReason] = {
    "busy": "busy",
    "rejected": "rejected",
    "no_answer": "no_answer",
    "unreachable": "unreachable",
    "moved": "moved",
    "no_way": "no_way",
}


def is_new(c: Centre, party: CallId) -> bool:
    return party not in c.calls and party not in c.recently_ended


def check_new(c: Centre, party: CallId) -> None:
    if not is_new(c, party):
        raise IllegalFact("duplicate", f"call {party} is known already")


def dial(c: Centre, call: Call, party: CallId, number: str, event: str) -> None:
    """Begin the record of a party (``check_new`` first), and have it called."""
    c.arrivals += 1
    record = Call(
        id=party,
        direction="out",
        number=number,
        called=number,
        seq=c.arrivals,
        arrived_at=c.now,
        state=cl.Ringing(c.now),
        party_of=call.id,
    )
    c.put_call(record, event)
    c.emit(DialParty(call.id, party, number))
    if call.emergency is not None or kind_of(number) == "emergency":
        service_called(c, c.calls[call.id], party, number)


def service_called(c: Centre, call: Call, line: CallId, number: str) -> None:
    """An emergency service is called on that line for the caller of ``call``, live or ended."""
    c.amend(replace(call, services=(*call.services, cl.Service(line, number))))


def answered(c: Centre, call: Call, party: CallId) -> Call:
    """The record of ``call`` with the moment at which that party picked up, if it is an emergency
    service."""
    services = tuple(
        replace(one, answered_at=c.now) if one.line == party else one for one in call.services
    )
    return replace(call, services=services)


def handed(c: Centre, call: Call, line: CallId | None) -> Call:
    """The record of ``call``, whose agent has given the caller to that line, if it is an emergency
    service; None: the caller is back, and none has taken the call."""
    services = tuple(
        replace(one, handed_at=c.now if one.line == line else None) for one in call.services
    )
    return replace(call, services=services)


def service_ended(c: Centre, line: Call, f: CallEnded) -> None:
    """What is known of the emergency service whose line ends here, to its caller's record."""
    name = line.party_of or line.about
    call = c.calls.get(name) or c.recently_ended.get(name) if name else None
    if call is None or not any(one.line == line.id for one in call.services):
        return
    services = tuple(
        replace(one, ended_at=c.now, ended_by=_ended_by(call, f)) if one.line == line.id else one
        for one in call.services
    )
    c.amend(replace(call, services=services))


def _ended_by(call: Call, f: CallEnded) -> cl.ServiceEnd:
    """``call``: the one for whose caller the service was called."""
    match f.by:
        case "caller":
            return "service"
        case "engine":
            return "engine"
        case "agent":
            return "operator"
    return "caller" if isinstance(call.state, cl.Ended | cl.Ending) else "operator"


def called_off(c: Centre, call: Call, line: CallId | None) -> Call:
    """The record of ``call`` with the moment at which its agent calls that line off, if it is an
    emergency service that has not picked up."""
    services = tuple(
        replace(one, cancelled_at=c.now) if one.line == line and one.answered_at is None else one
        for one in call.services
    )
    return replace(call, services=services)


def let_go(c: Centre, party: CallId | None) -> None:
    """The call it was dialled for has no use for it any more. None, or one that is on its way out
    already: nothing."""
    record = c.calls.get(party) if party else None
    if record is not None and not isinstance(record.state, cl.Ending):
        c.put_call(replace(record, state=cl.Ending(c.now)), "caller lost")
        c.emit(HangUp(record.id, "party"))


def not_taken(c: Centre, call: Call, party: CallId, why: ReturnReason) -> Call:
    """The record of ``call`` with the party among those who did not take it. Before that line's
    own record is put away."""
    who = c.calls[party].called
    return replace(call, not_taken=(*call.not_taken, cl.NotTaken(who, why)))


def may_take_back(c: Centre, call: Call, agent: AgentId | None) -> bool:
    """Whether the agent, who had the call, is free for it. The end of the shift waits for it, and
    in an emergency a break that was asked for does."""
    record = c.agents.get(agent) if agent else None
    if record is None or not record.has_leg or not record.present:
        return False
    if record.pending_break and not call.in_emergency:
        return False
    state = record.state
    return isinstance(state, ag.Ready) or (isinstance(state, ag.WrapUp) and state.call == call.id)


def why_gone(party: Call, f: CallEnded) -> ReturnReason:
    if isinstance(party.state, cl.Ringing):
        return _CAUSES.get(dial_end(f.cause), "failed")
    return "left"
