"""What becomes of a call and its agent when the two are not joined, whoever is to blame.

A caller goes back to the place in the queue, with the original time; an outgoing call that nobody
has spoken in is ended. The agent is free again.
"""

from __future__ import annotations

from ekc_console.domain.effects import HangUp
from ekc_console.domain.rules import handling, offers
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.records import replace


def has_place(call: Call) -> bool:
    """A queue has, or had, the person: there is a place to go back to."""
    return call.queue is not None and (call.direction == "in" or call.answered_at is not None)


def failed(c: Centre, call: Call, event: str, *, unreachable: bool = False) -> None:
    """No voice path came about. ``unreachable``: the agent's leg is to blame."""
    agent = handling.agent_of(c, call)
    if has_place(call):
        handling.to_queue(c, offers.let_rest(c, call, agent.id), event)
    else:
        c.put_call(replace(call, state=cl.Ending(c.now)), event)
        c.emit(HangUp(call.id, "bridge_failed"))
    handling.set_free(c, agent, event, unreachable=unreachable, idle_since=agent.idle_since)


def given_up(c: Centre, call: Call, event: str) -> None:
    """The agent hung up before the voice path was there: as an offer that is refused."""
    agent = handling.agent_of(c, call)
    handling.to_queue(c, offers.let_rest(c, call, agent.id), event)
    handling.set_free(c, agent, event, idle_since=c.now)
