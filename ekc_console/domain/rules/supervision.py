"""What supervisors order: calls sent elsewhere, queues paused or closed, agents put in another
state, numbers blocked, an announcement."""

from __future__ import annotations

from ekc_console.domain.effects import HangUp, QueueChanged
from ekc_console.domain.facts import (
    AgentForced,
    AnnouncementSet,
    CallAssigned,
    CallCut,
    CallMoved,
    CallReordered,
    NumberBlocked,
    NumberUnblocked,
    QueueClosed,
    QueueOpened,
    QueuePaused,
    QueueResumed,
)
from ekc_console.domain.rules import agent_facts, handling, offers, reach
from ekc_console.domain.rules.parties import consult
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import AGENT_TABLE, Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.deadlines import Deadline, Due
from ekc_console.domain.state.eligibility import at_work
from ekc_console.domain.state.limits import Blocked, Door
from ekc_console.domain.terms.ids import CallId, QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact

# -- calls -------------------------------------------------------------------


def assigned(c: Centre, f: CallAssigned) -> None:
    """Whatever skills, tiers and queues the agent has. An offer that the agent hears of this call
    goes on; others are taken back."""
    call = _waiting(c, f.call, "CallAssigned")
    agent = None if f.agent is None else c.agent(f.agent)
    if agent is not None and not at_work(agent):
        state = type(agent.state).__name__
        raise IllegalFact("not_at_work", f"agent {agent.id} is away or in state {state}")
    call = offers.withdraw_all(
        c, replace(call, assigned=f.agent, kept_for=None), "withdrawn", but=f.agent
    )
    if not offers.open_offers(call):
        call = replace(call, state=cl.Waiting(c.now))
    c.put_call(c.opened(call), "CallAssigned")


def reordered(c: Centre, f: CallReordered) -> None:
    call = _waiting(c, f.call, "CallReordered")
    c.put_call(replace(call, priority=f.priority), "CallReordered")


def moved(c: Centre, f: CallMoved) -> None:
    """What was asked of the agent is asked in the other queue too; an assignment is over."""
    call, settings = _waiting(c, f.call, "CallMoved"), _queue(c, f.queue)
    if call.queue == f.queue:
        raise IllegalFact("same_queue", f"call {call.id} waits in queue {f.queue} already")
    call = offers.withdraw_all(c, call, "withdrawn")
    every = settings.announce_every_s
    new = replace(
        call,
        kept_for=None,
        state=cl.Waiting(c.now),
        queue=f.queue,
        assigned=None,
        announce_at=c.now + every if every else None,
    )
    c.put_call(new, "CallMoved")


def cut(c: Centre, f: CallCut) -> None:
    """Whoever waits is offered to nobody from now on, and owed a callback when the line is gone; a
    talk ends as if its agent had hung up."""
    call = c.call(f.call)
    CALL_TABLE.acts_on(call.state, "CallCut", f"call {call.id}")
    if call.virtual or call.party_of is not None:
        raise IllegalFact("unknown_call", f"call {call.id} is not a caller's")
    if call.in_emergency:
        raise IllegalFact("emergency", f"call {call.id} has an emergency service in it")
    if isinstance(call.state, cl.InMenu | cl.Waiting | cl.Offered):
        call = offers.withdraw_all(c, call, "withdrawn")
        ending = replace(
            call,
            state=cl.Ending(c.now),
            announce_at=None,
            overflow_at=None,
            overflow_due=False,
        )
        c.put_call(ending, "CallCut")
    c.emit(HangUp(call.id, "supervisor"))


def _waiting(c: Centre, call: CallId, event: str) -> Call:
    """The call, if it waits or is offered. Raises IllegalFact."""
    found = c.call(call)
    CALL_TABLE.acts_on(found.state, event, f"call {found.id}")
    return found


# -- queues ------------------------------------------------------------------


def queue_paused(c: Centre, f: QueuePaused) -> None:
    """Offers that agents hear already go on."""
    _queue(c, f.queue)
    if f.queue not in c.paused:
        c.paused[f.queue] = None
        c.emit(QueueChanged(f.queue))


def queue_resumed(c: Centre, f: QueueResumed) -> None:
    _queue(c, f.queue)
    if f.queue in c.paused:
        del c.paused[f.queue]
        c.freed_agents.update(dict.fromkeys(c.ready.of_queue(f.queue)))
        c.freed_calls.update(dict.fromkeys(c.waiting.claimed(f.queue)))
        c.emit(QueueChanged(f.queue))


def queue_opened(c: Centre, f: QueueOpened) -> None:
    _turn(c, Door(f.queue, True, f.by, f.why, c.now))


def queue_closed(c: Centre, f: QueueClosed) -> None:
    if f.until is not None and f.until <= c.now:
        raise IllegalFact("bad_time", "the moment of reopening has passed")
    _turn(c, Door(f.queue, False, f.by, f.why, c.now, f.until, f.lasts))


def _turn(c: Centre, door: Door) -> None:
    _queue(c, door.id)
    c.doors[door.id] = door
    if door.until is not None:
        c.deadlines.add(Deadline(door.until, Due.REOPENING, door.id))
    c.emit(QueueChanged(door.id))


def reopen(c: Centre, queue: QueueId) -> None:
    """The time for which a queue was closed by hand is over."""
    _turn(c, Door(queue, True, "system", "", c.now))


def _queue(c: Centre, queue: QueueId) -> QueueSettings:
    try:
        return c.queues[queue]
    except KeyError:
        raise IllegalFact("unknown_queue", f"no queue {queue}") from None


# -- agents ------------------------------------------------------------------


def forced(c: Centre, f: AgentForced) -> None:
    agent = c.agent(f.agent)
    AGENT_TABLE.acts_on(agent.state, "AgentForced", f"agent {agent.id}")
    match f.state:
        case "ready":
            kept = replace(agent, pending_logout=False, right_lost=False)
            if f.finish or agent.pending_logout:
                c.put_agent(kept, "AgentForced")
            if not f.finish:
                agent_facts.go_ready(c, kept, "AgentForced")
        case "break":
            agent_facts.go_on_break(c, agent, f.reason, f.limit_s, "AgentForced")
        case "offline":
            right_lost = f.by == "system"
            _end_shift(c, replace(agent, right_lost=right_lost), f.finish)


def _end_shift(c: Centre, agent: Agent, finish: bool) -> None:
    match agent.state:
        case ag.Offered(offer):
            leaving = replace(agent, pending_logout=True)
            offers.give_back(c, offer, "paused", "AgentForced", leaving)
        case ag.Asked():
            leaving = replace(agent, pending_logout=True)
            consult.adviser_gone(c, leaving, "AgentForced", "rejected")
        case ag.WrapUp() if finish:
            c.put_agent(replace(agent, pending_logout=True), "AgentForced")
        case _ if isinstance(agent.state, ag.OnCall | ag.Advising):
            c.put_agent(replace(agent, pending_logout=True), "AgentForced")
        case _:
            off = handling.off_duty(c, handling.clocked_off(c, agent), ordered=True)
            c.put_agent(off, "AgentForced")


# -- callers -----------------------------------------------------------------


def number_blocked(c: Centre, f: NumberBlocked) -> None:
    if f.until is not None and f.until <= c.now:
        raise IllegalFact("bad_time", "the end of the block has passed")
    c.blocked[f.number] = Blocked(f.number, f.until, f.by, f.why, c.now, f.lasts)
    reach.blocked(c, f.number)


def number_unblocked(c: Centre, f: NumberUnblocked) -> None:
    c.blocked.pop(f.number, None)


def announcement_set(c: Centre, f: AnnouncementSet) -> None:
    c.announcement = f.text
