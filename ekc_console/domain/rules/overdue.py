"""The way out of a state that has waited too long for what is outside (``domain.patience``).

Nobody told how it went, so the core takes it for failed: a caller has his place again, or the
queue that takes those who came to none; a number that rings is given up.
"""

from __future__ import annotations

from ekc_console.domain.effects import HangUp, LeaveMenu, StopForward
from ekc_console.domain.facts import CallEnded
from ekc_console.domain.rules import call_facts, handling, joining, overflow
from ekc_console.domain.rules.parties import consult, transfer
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.patience import HANG_UPS
from ekc_console.domain.terms.records import replace


def act(c: Centre, call: Call) -> None:
    match call.state:
        case cl.InMenu():
            _menu(c, call)
        case cl.Connecting():
            joining.failed(c, call, "join overdue")
        case cl.Dialing():
            _dial(c, call)
        case cl.Ringing():
            _party(c, call)
        case cl.Forwarding():
            c.emit(StopForward(call.id))
            overflow.forward_over(c, call, "forward overdue")
        case cl.Ending():
            _hang_up(c, call)


def _menu(c: Centre, call: Call) -> None:
    """To the queue where the caller was before, else to that of those who chose none."""
    c.emit(LeaveMenu(call.id))
    queue = c.queues.get(call.queue) if call.queue else None
    queue = queue or c.fallback_queue()
    if queue is None:
        c.put_call(replace(call, state=cl.Ending(c.now)), "menu overdue")
        c.emit(HangUp(call.id, "menu"))
        return
    new = replace(
        call,
        topic=call.topic or "general",
        queued_at=c.now if call.queued_at is None else call.queued_at,
    )
    overflow.enter(c, new, queue.id, "menu overdue")


def _dial(c: Centre, call: Call) -> None:
    """What is owed to the person is settled when the line is gone."""
    agent = handling.agent_of(c, call)
    assert isinstance(agent.state, ag.Dialing)
    c.put_call(replace(call, state=cl.Ending(c.now, "no_answer")), "dial overdue")
    c.emit(HangUp(call.id, "no_answer"))
    handling.set_free(c, agent, "dial overdue", idle_since=agent.idle_since)


def _party(c: Centre, party: Call) -> None:
    c.put_call(replace(party, state=cl.Ending(c.now, "no_answer")), "dial overdue")
    c.emit(HangUp(party.id, "no_answer"))
    call = c.calls.get(party.party_of) if party.party_of else None
    match call.state if call else None:
        case cl.Consulting(party=other) if call and other == party.id:
            consult.party_gone(c, call, "no_answer")
        case cl.Transferring(party=other) if call and other == party.id:
            transfer.give_back(c, call, "no_answer")


def _hang_up(c: Centre, call: Call) -> None:
    """Ask again; in the end the books are closed, and whoever finds the line hangs it up."""
    state = call.state
    assert isinstance(state, cl.Ending)
    if state.asked < HANG_UPS:
        new = replace(call, state=replace(state, asked=state.asked + 1))
        c.put_call(new, "hang-up overdue")
        c.emit(HangUp(call.id, "overdue"))
    else:
        call_facts.ended(c, CallEnded(call.id, "system", "overdue"))
