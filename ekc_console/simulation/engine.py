"""The event loop in virtual time: callers, agents and the engine around the routing core.

The core is the one that serves calls, unchanged, with its own deadlines. Position announcements
are off: they decide nothing and cost a third of the time. Callbacks are distributed only if the
plan says so, whatever the settings of the queues.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from math import inf
from random import Random
from typing import Any

from numpy.random import default_rng

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.insight.metrics import AgentTimes, CallRecord, Contact, record_of
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.simulation.absences import Absences
from ekc_console.simulation.durations import one_by_one
from ekc_console.simulation.plan import Demand, Plan, Shift, demand

DRAIN_S = 3600.0
"""So long after the last arrival those who still wait are sent away."""
RING_S = 8.0
NO_ANSWER_S = 25.0
"""How long a person who is called back lets it ring before picking up, and an agent when nobody
does."""
GOODBYE_S = 5.0
"""The words to a caller who is let go."""
NOT_YET = "not yet"
"""Why an agent is on a break who takes calls later than the shift begins."""


@dataclass(slots=True)
class Day:
    """What one run came to."""

    calls: list[CallRecord] = field(default_factory=list)
    """Of the queue that is shown, without those of the warm-up."""
    by_queue: dict[QueueId, list[CallRecord]] = field(default_factory=dict)
    """All callers, those of the warm-up too, by the queue into which they came."""
    busy_s: dict[AgentId, float] = field(default_factory=dict)
    """Talk and wrap-up of each agent, in the time of ``agents``."""
    contacts: list[Contact] = field(default_factory=list)
    agents: AgentTimes = field(default_factory=AgentTimes)
    """All agents together, from the end of the warm-up to the end of arrivals."""
    queue_max: int = 0
    facts: int = 0
    ended_at: float = 0.0


def simulate(plan: Plan, seed: int, on_progress: Callable[[float], None] | None = None) -> Day:
    """Live through the plan. ``on_progress`` gets the share that is done, now and then."""
    return _Simulation(plan, seed).run(on_progress)


@dataclass(slots=True)
class _OnCall:
    index: int
    """In the demand; the first call of the person for a callback."""
    agent: AgentId
    since: float


class _Simulation:
    def __init__(self, plan: Plan, seed: int) -> None:
        self._plan = plan
        self._calls: Demand = demand(plan, seed)
        self._random = Random(seed)
        self._router = Router()
        self._absences = Absences(plan.behaviour, seed, self._router, self._at, self._give)
        self._redials = Random(f"{seed}:redial")
        self._redial_after = one_by_one(plan.behaviour.redial_after, default_rng([seed, 7]))
        self._patience_again = one_by_one(plan.patience, default_rng([seed, 8]))
        self._calls_again = 0
        self._to_come = 0
        """Callers who will call again."""
        self._day = Day()
        self._events: list[tuple[float, int, Callable[[Any, float], None], Any]] = []
        self._pushed = 0
        self._soon: deque[f.Fact] = deque()
        self._index: dict[CallId, int] = {}
        self._waiting: dict[CallId, None] = {}
        self._elsewhere: set[CallId] = set()
        """On the line or being dialled, with neither a place in a queue nor an agent to talk to."""
        self._on_call: dict[CallId, _OnCall] = {}
        self._leaving: set[AgentId] = set()
        self._counted_from = plan.from_s + plan.warm_up_s
        self._talk_s = self._wrap_up_s = self._present_s = 0.0
        self._reactions: dict[type, Callable[[Any, float], None]] = {
            ef.OfferCall: self._offered,
            ef.Connect: self._connect,
            ef.HangUp: self._hang_up,
            ef.DialOut: self._dial_out,
            ef.Forward: self._forward,
            ef.LetGo: self._let_go,
            ef.RefuseCall: self._hang_up,
            ef.AgentChanged: self._agent_changed,
        }

    def run(self, on_progress: Callable[[float], None] | None) -> Day:
        plan = self._plan
        self._order(f.QueuesConfigured(plan.queues, plan.centre), plan.from_s)
        for at, order in plan.orders:
            self._at(at, self._order, order)
        for shift in plan.shifts:
            self._at(shift.from_s, self._shift_begins, shift)
        length = max(plan.to_s - plan.from_s, 1.0)
        for count, now in enumerate(self._moments()):
            if on_progress and count % 2000 == 0:
                on_progress(min(1.0, (now - plan.from_s) / length))
            self._day.ended_at = now
        self._send_away(self._day.ended_at)
        away_s = sum(self._counted(*stretch) for stretch in self._absences.ended())
        self._day.agents = AgentTimes(
            talk_s=self._talk_s,
            wrap_up_s=self._wrap_up_s,
            ready_s=max(0.0, self._present_s - self._talk_s - self._wrap_up_s - away_s),
            break_s=away_s,
        )
        return self._day

    def _moments(self) -> Iterator[float]:
        """Do what is next, and give its moment."""
        arrivals, events, router = self._calls.arrivals, self._events, self._router
        i, n, last = 0, len(arrivals), self._plan.to_s + DRAIN_S
        while True:
            arrival = arrivals[i].at if i < n else inf
            event = events[0][0] if events else inf
            due = router.next_deadline()
            now = min(arrival, event, inf if due is None else due)
            if now == inf or now > last or (i == n and self._idle()):
                return
            if now == due:
                self._give(f.TimePassed(), now)
            elif now == event:
                _, _, act, subject = heappop(events)
                act(subject, now)
            else:
                self._arrive(i, now)
                i += 1
            yield now

    def _idle(self) -> bool:
        """Arrivals are over and nobody is on the line: what is left counts no more."""
        busy = self._waiting or self._on_call or self._elsewhere
        return not busy and not self._to_come

    def _at(self, at: float, act: Callable[[Any, float], None], subject: Any) -> None:
        self._pushed += 1
        heappush(self._events, (at, self._pushed, act, subject))

    def _give(self, fact: f.Fact, now: float) -> None:
        """A fact, and then the facts that its effects bring about at the same moment."""
        soon = self._soon
        soon.append(fact)
        while soon:
            self._day.facts += 1
            for effect in self._router.handle(soon.popleft(), now):
                react = self._reactions.get(type(effect))
                if react is not None:
                    react(effect, now)

    def _order(self, fact: f.Fact, now: float) -> None:
        if isinstance(fact, f.QueuesConfigured):
            callbacks = self._plan.behaviour.callbacks
            queues = (
                replace(q, announce_every_s=0.0, callback_auto=callbacks) for q in fact.queues
            )
            fact = replace(fact, queues=tuple(queues))
        self._give(fact, now)

    # -- callers ---------------------------------------------------------------

    def _arrive(self, i: int, now: float) -> None:
        self._come(CallId(f"c{i}"), i, self._calls.patience[i], now)

    def _come(self, call: CallId, i: int, patience: float, now: float) -> None:
        arrival = self._calls.arrivals[i]
        self._index[call] = i
        self._give(f.CallArrived(call, arrival.number, "122"), now)
        if not isinstance(self._router.calls[call].state, cl.InMenu):
            return  # refused
        self._waiting[call] = None
        queued = f.CallQueued(
            call, arrival.queue, "topic", skills=arrival.skills, priority=arrival.priority
        )
        self._give(queued, now)
        self._day.queue_max = max(self._day.queue_max, len(self._waiting))
        if self._unserved(call) and patience < inf:
            self._at(now + patience, self._gives_up, call)

    def _unserved(self, call: CallId) -> bool:
        return call in self._waiting or call in self._elsewhere

    def _gives_up(self, call: CallId, now: float) -> None:
        if self._unserved(call) and not isinstance(self._router.calls[call].state, cl.Forwarded):
            self._ended(call, "caller", now)
            self._may_call_again(call, now)

    def _may_call_again(self, call: CallId, now: float) -> None:
        behaviour = self._plan.behaviour
        if behaviour.redial and self._redials.random() < behaviour.redial:
            at = now + next(self._redial_after)
            if at < self._plan.to_s:
                self._to_come += 1
                self._at(at, self._calls_once_more, call)

    def _calls_once_more(self, before: CallId, now: float) -> None:
        """The same person about the same matter, with new patience."""
        self._to_come -= 1
        self._calls_again += 1
        i = self._index[before]
        self._come(CallId(f"c{i}.{self._calls_again}"), i, next(self._patience_again), now)

    def _ended(self, call: CallId, by: f.EndedBy, now: float, cause: str = "") -> None:
        self._waiting.pop(call, None)
        self._elsewhere.discard(call)
        self._give(f.CallEnded(call, by, cause), now)
        record = self._router.recently_ended[call]
        contact = Contact(record.number, record.direction, record.arrived_at, record.answered_at)
        if record.direction == "out":
            self._day.contacts.append(contact)
            return
        came_into = self._calls.arrivals[self._index[call]].queue
        self._day.by_queue.setdefault(came_into, []).append(record_of(record))
        if record.arrived_at >= self._counted_from and record.queue == self._plan.queue:
            self._day.calls.append(record_of(record))
            self._day.contacts.append(contact)

    def _send_away(self, now: float) -> None:
        for call in [*self._waiting, *sorted(self._elsewhere)]:
            self._ended(call, "system", now)

    # -- agents ----------------------------------------------------------------

    def _shift_begins(self, shift: Shift, now: float) -> None:
        login = f.AgentLoggedIn(shift.agent, shift.queues, shift.skills, shift.tiers)
        self._give(login, now)
        self._give(f.AgentLegUp(shift.agent), now)
        if shift.ready_s is None or shift.ready_s <= now:
            self._give(f.AgentReady(shift.agent), now)
        else:
            self._give(f.AgentPaused(shift.agent, NOT_YET), now)
            self._at(shift.ready_s, self._give, f.AgentReady(shift.agent))
        self._present_s += self._counted(now, shift.to_s)
        self._absences.begins_work(shift.agent, now)
        if shift.to_s < inf:
            self._at(shift.to_s, self._shift_ends, shift.agent)

    def _shift_ends(self, agent: AgentId, now: float) -> None:
        self._leaving.add(agent)
        self._absences.leaves(agent, now)
        self._give(f.AgentPaused(agent, "shift over"), now)

    def _agent_changed(self, effect: ef.AgentChanged, now: float) -> None:
        if effect.agent in self._leaving:
            state = self._router.agents[effect.agent].state
            if isinstance(state, ag.OnBreak | ag.NotResponding):
                self._leaving.discard(effect.agent)
                self._soon.append(f.AgentLoggedOut(effect.agent))
        elif self._absences.happen:
            self._absences.changed(effect.agent, now)

    def _offered(self, offer: ef.OfferCall, now: float) -> None:
        reaction = self._absences.reaction()
        if reaction == "misses":
            return  # it runs out in the core
        kind = f.OfferAccepted if reaction == "accepts" else f.OfferRefused
        answer = kind(offer.offer, offer.agent)
        delay = self._plan.behaviour.answer_delay_s
        if delay:
            self._at(now + delay, self._give, answer)
        else:
            self._soon.append(answer)

    def _connect(self, effect: ef.Connect, now: float) -> None:
        self._waiting.pop(effect.call, None)
        self._soon.append(f.CallBridged(effect.call))
        self._talk(effect.call, self._index[effect.call], effect.agent, now)

    def _talk(self, call: CallId, index: int, agent: AgentId, now: float) -> None:
        self._on_call[call] = _OnCall(index, agent, now)
        self._at(now + self._calls.talk[index], self._talk_over, call)

    def _talk_over(self, call: CallId, now: float) -> None:
        talk = self._on_call.pop(call)
        queue = self._router.calls[call].queue
        talked = self._counted(talk.since, now)
        self._ended(call, "caller", now)
        wanted = self._calls.wrap_up[talk.index]
        limit = _longest_wrap_up(self._router.queues[queue]) if queue is not None else 0.0
        worked = self._counted(now, now + min(wanted, limit))
        self._talk_s += talked
        self._wrap_up_s += worked
        busy = self._day.busy_s
        busy[talk.agent] = busy.get(talk.agent, 0.0) + talked + worked
        if wanted < limit:
            self._at(now + wanted, self._wrap_up_over, (talk.agent, call))

    def _wrap_up_over(self, subject: tuple[AgentId, CallId], now: float) -> None:
        agent, call = subject
        state = self._router.agents[agent].state
        if isinstance(state, ag.WrapUp) and state.call == call:
            self._give(f.WrapUpFinished(agent), now)

    def _counted(self, since: float, until: float) -> float:
        """The part of a stretch of time that counts."""
        return max(0.0, min(until, self._plan.to_s) - max(since, self._counted_from))

    # -- the engine, and callbacks -----------------------------------------------

    def _hang_up(self, effect: ef.HangUp, now: float) -> None:
        self._at(now, self._hung_up, effect.call)

    def _hung_up(self, call: CallId, now: float) -> None:
        if call in self._router.calls:
            self._on_call.pop(call, None)
            self._ended(call, "system", now)

    def _let_go(self, effect: ef.LetGo, now: float) -> None:
        self._waiting.pop(effect.call, None)
        self._elsewhere.add(effect.call)
        self._at(now + GOODBYE_S, self._hung_up, effect.call)

    def _forward(self, effect: ef.Forward, now: float) -> None:
        self._waiting.pop(effect.call, None)
        self._elsewhere.add(effect.call)
        if self._random.random() < self._plan.behaviour.forward_answer:
            self._at(now + RING_S, self._forwarded, effect.call)
        else:
            self._at(now + NO_ANSWER_S, self._forward_failed, effect.call)

    def _forwarded(self, call: CallId, now: float) -> None:
        if call in self._elsewhere:
            self._give(f.ForwardAnswered(call), now)
            self._at(now + self._calls.talk[self._index[call]], self._outside_talk_over, call)

    def _outside_talk_over(self, call: CallId, now: float) -> None:
        self._ended(call, "caller", now)

    def _forward_failed(self, call: CallId, now: float) -> None:
        if call in self._elsewhere:
            self._elsewhere.discard(call)
            self._waiting[call] = None
            self._give(f.ForwardFailed(call, "no_answer"), now)

    def _dial_out(self, effect: ef.DialOut, now: float) -> None:
        """The person who is called back talks as long as in the first call they would have."""
        callback = self._router.calls[effect.call].callback
        assert callback is not None
        self._index[effect.call] = self._index[self._router.callbacks[callback].first_call]
        self._elsewhere.add(effect.call)
        if self._random.random() < self._plan.behaviour.callback_answer:
            self._at(now + RING_S, self._picks_up, effect)
        else:
            self._at(now + NO_ANSWER_S, self._no_answer, effect.call)

    def _picks_up(self, effect: ef.DialOut, now: float) -> None:
        self._elsewhere.discard(effect.call)
        self._give(f.CallAnswered(effect.call), now)
        self._give(f.CallBridged(effect.call), now)
        self._talk(effect.call, self._index[effect.call], effect.agent, now)

    def _no_answer(self, call: CallId, now: float) -> None:
        self._ended(call, "caller", now, "no_answer")


def _longest_wrap_up(queue: QueueSettings) -> float:
    if queue.wrap_up == "none":
        return 0.0
    return queue.wrap_up_s if queue.wrap_up.endswith("_timed") else inf
