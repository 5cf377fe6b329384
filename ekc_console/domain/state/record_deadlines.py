"""Which deadlines a record sets, and whether a deadline still means something.

A deadline is never taken back: when its time comes, the records tell whether it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.state.deadlines import Deadline, Due
from ekc_console.domain.state.limits import Door, NoWay
from ekc_console.domain.state.patience import WAITS_FOR_OUTSIDE, away_at, overdue_at
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.terms.settings import CentreSettings, OverflowRule, QueueSettings


class Records(Protocol):
    """What a deadline is held against, as the centre has it at the moment."""

    settings: CentreSettings
    queues: dict[QueueId, QueueSettings]
    calls: dict[CallId, Call]
    agents: dict[AgentId, Agent]
    callbacks: dict[CallbackId, Callback]
    doors: dict[QueueId, Door]
    no_way: NoWay | None
    offers: dict[OfferId, tuple[CallId, AgentId]]


_TIMED = frozenset(WAITS_FOR_OUTSIDE)


def of_call(old: Call | None, call: Call, settings: CentreSettings) -> Iterator[Deadline]:
    """The deadlines that ``call`` sets and ``old``, its record before, had not set."""
    state = call.state
    if type(state) in _TIMED and (old is None or old.state is not state):
        at = overdue_at(call, settings)
        if at is not None:
            yield Deadline(at, Due.OVERDUE, call.id)
    if call.announce_at is not None and (old is None or old.announce_at != call.announce_at):
        yield Deadline(call.announce_at, Due.ANNOUNCEMENT, call.id)
    if call.overflow_at is not None and (old is None or old.overflow_at != call.overflow_at):
        yield Deadline(call.overflow_at, Due.OVERFLOW, call.id)
    for agent, until in call.resting:
        if old is None or (agent, until) not in old.resting:
            yield Deadline(until, Due.REST, call.id, agent)
    if isinstance(state, cl.Waiting | cl.Offered) and call.opening.until is not None:
        waited = old is not None and isinstance(old.state, cl.Waiting | cl.Offered)
        if old is None or not waited or old.opening.until != call.opening.until:
            yield Deadline(call.opening.until, Due.OPENING, call.id)
    if call.kept_for is not None and (old is None or old.kept_for != call.kept_for):
        agent, until = call.kept_for
        yield Deadline(until, Due.KEPT, call.id, agent)
    if isinstance(state, cl.Offered):
        before = old.state.next_ring if old and isinstance(old.state, cl.Offered) else None
        if state.next_ring is not None and state.next_ring != before:
            yield Deadline(state.next_ring, Due.RING_STEP, call.id)


def of_agent(agent: Agent, settings: CentreSettings) -> Iterator[Deadline]:
    """The deadlines of a state that the agent has just come into, or of a console that went."""
    if agent.away_since is not None:
        at = away_at(agent, settings)
        if at is not None:
            yield Deadline(at, Due.AWAY, agent.id)
    match agent.state:
        case ag.WrapUp(until=float(until)):
            yield Deadline(until, Due.WRAP_UP, agent.id)
        case ag.OnBreak(until=float(until)):
            yield Deadline(until, Due.BREAK, agent.id)
        case ag.Asked(until=until):
            yield Deadline(until, Due.CONSULT, agent.id)


def of_limits(records: Records) -> Iterator[Deadline]:
    """When what is closed opens by itself."""
    for door in records.doors.values():
        if door.until is not None:
            yield Deadline(door.until, Due.REOPENING, door.id)
    if records.no_way is not None and records.no_way.again_at is not None:
        yield Deadline(records.no_way.again_at, Due.WAY_OUT, "")


def next_waited(call: Call, rules: Iterable[OverflowRule], after: float) -> float | None:
    """The first moment later than ``after`` at which one of the rules applies, counted from when
    the call came into its queue; None if there is none."""
    if call.entered_at is None:
        return None
    moments = [call.entered_at + rule.limit for rule in rules if rule.when == "waited"]
    return min((m for m in moments if m > after), default=None)


def still_due(records: Records, d: Deadline) -> bool:
    """The record that set the deadline still waits for it."""
    if d.due is Due.OVERDUE:  # first: most of these, two a call, have become pointless
        stuck = records.calls.get(CallId(d.subject))
        return (
            stuck is not None
            and type(stuck.state) in _TIMED
            and overdue_at(stuck, records.settings) == d.at
        )
    match d.due:
        case Due.OFFER:
            return OfferId(d.subject) in records.offers
        case Due.WRAP_UP | Due.BREAK | Due.CONSULT:
            return _agent_waits(records.agents[AgentId(d.subject)], d)
        case Due.AWAY:
            return away_at(records.agents[AgentId(d.subject)], records.settings) == d.at
        case Due.CALLBACK:
            callback = records.callbacks.get(CallbackId(d.subject))
            owed = callback.state if callback else None
            return isinstance(owed, cb.Open) and owed.not_before == d.at
        case Due.WAY_OUT:
            return records.no_way is not None and records.no_way.again_at == d.at
        case Due.REOPENING:
            door = records.doors.get(QueueId(d.subject))
            closed = door is not None and not door.open and door.until == d.at
            return closed and d.subject in records.queues
    call = records.calls.get(CallId(d.subject))
    return call is not None and _call_waits(call, d)


def _agent_waits(agent: Agent, d: Deadline) -> bool:
    match d.due, agent.state:
        case (Due.WRAP_UP, ag.WrapUp(until=until)) | (Due.CONSULT, ag.Asked(until=until)):
            return until == d.at
        case Due.BREAK, ag.OnBreak(until=until, overrun=overrun):
            return until == d.at and not overrun
    return False


def _call_waits(call: Call, d: Deadline) -> bool:
    waits = isinstance(call.state, cl.Waiting | cl.Offered)
    match d.due:
        case Due.OVERFLOW:
            return waits and call.overflow_at == d.at and not call.overflow_due
        case Due.CALLING_OVER:
            return call.virtual
        case Due.ANNOUNCEMENT:
            return call.announce_at == d.at
        case Due.KEPT:
            return waits and call.kept_for == (AgentId(d.other), d.at)
        case Due.REST:
            return (AgentId(d.other), d.at) in call.resting
        case Due.OPENING:
            return waits and call.opening.until == d.at
    return isinstance(call.state, cl.Offered) and call.state.next_ring == d.at
