"""The state of the centre: records, and the indexes that follow from them.

Every change of a record goes through ``put_call``, ``put_agent`` or ``put_callback``, which hold
it against the transition table and keep indexes, deadlines and the list of changes in step.
Everything but the records, the counters and the time can be rebuilt from them (:meth:`restore`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ekc_console.domain import agent as ag
from ekc_console.domain import call as cl
from ekc_console.domain import callback as cb
from ekc_console.domain.agent import AGENT_TABLE, Agent
from ekc_console.domain.call import CALL_TABLE, Call
from ekc_console.domain.callback import CALLBACK_TABLE, Callback
from ekc_console.domain.deadlines import Deadline, Deadlines, Due
from ekc_console.domain.effects import AgentChanged, CallbackChanged, CallChanged, Effect
from ekc_console.domain.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.opening import at_work, opening_of
from ekc_console.domain.queue import AgentIndex, CallIndex
from ekc_console.domain.settings import QueueSettings
from ekc_console.domain.state_table import IllegalFact
from ekc_console.domain.strategy import Strategy, strategy_named

K = TypeVar("K")
V = TypeVar("V")

KEPT = 1000
"""So many ended calls, and as many settled callbacks, can still be read; the oldest go first."""


class Centre:
    def __init__(self) -> None:
        self.now = 0.0
        """The latest moment seen; never goes back."""
        self.arrivals = 0
        self.logins = 0
        self.offers_made = 0
        self.callbacks_made = 0
        self.queues: dict[QueueId, QueueSettings] = {}
        self.paused: dict[QueueId, None] = {}
        """Queues that make no offers for now."""
        self.calls: dict[CallId, Call] = {}
        self.agents: dict[AgentId, Agent] = {}
        self.callbacks: dict[CallbackId, Callback] = {}
        self.recently_ended: dict[CallId, Call] = {}
        self.recently_settled: dict[CallbackId, Callback] = {}

        self.strategies: dict[QueueId, Strategy] = {}
        self.waiting = CallIndex()
        self.ringing = CallIndex()
        """Calls of ring-all queues that are offered already and take every agent who comes free."""
        self.ready = AgentIndex()
        self.offers: dict[OfferId, tuple[CallId, AgentId]] = {}
        self.owed: dict[str, CallbackId] = {}
        """The unsettled callback of a number."""
        self.deadlines = Deadlines(self._means_something)
        self.freed_agents: dict[AgentId, None] = {}
        self.freed_calls: dict[CallId, None] = {}
        """What this event made free: only these can be part of a new match."""
        self.stepping: dict[CallId, None] = {}
        """Offered calls that this event lets ring at more agents."""
        self.leaving: dict[AgentId, None] = {}
        """Agents whom calls wait for and who may not come free, by what this event told."""

        self._effects: list[Effect] = []
        self._changes: dict[Effect, None] = {}

    # -- effects -----------------------------------------------------------

    def emit(self, effect: Effect) -> None:
        self._effects.append(effect)

    def take_effects(self) -> list[Effect]:
        """Effects in order, then each record that changed, once."""
        effects = [*self._effects, *self._changes]
        self._effects, self._changes = [], {}
        return effects

    # -- lookups -----------------------------------------------------------

    def call(self, call: CallId) -> Call:
        """A live call or one that ended recently. Raises IllegalFact."""
        found = self.calls.get(call) or self.recently_ended.get(call)
        if found is None:
            raise IllegalFact("unknown_call", f"no call {call}")
        return found

    def agent(self, agent: AgentId) -> Agent:
        """Raises IllegalFact for one who never logged in."""
        try:
            return self.agents[agent]
        except KeyError:
            raise IllegalFact("unknown_agent", f"no agent {agent}") from None

    def callback(self, callback: CallbackId) -> Callback:
        """An unsettled callback or one that was settled recently. Raises IllegalFact."""
        found = self.callbacks.get(callback) or self.recently_settled.get(callback)
        if found is None:
            raise IllegalFact("unknown_callback", f"no callback {callback}")
        return found

    def settings_of(self, call: Call) -> QueueSettings:
        """Settings of the call's queue. Raises KeyError for a call that has none."""
        if call.queue is None:
            raise KeyError(call.id)
        return self.queues[call.queue]

    # -- changes -----------------------------------------------------------

    def configure(self, queues: Iterable[QueueSettings]) -> None:
        """Put checked settings in force. A queue that is not among them stays as it was while a
        live call belongs to it: no caller is lost by a change of settings."""
        used = {call.queue for call in self.calls.values()}
        kept = {q: s for q, s in self.queues.items() if q in used}
        self.queues = kept | {s.id: s for s in queues}
        self.paused = {q: None for q in self.paused if q in self.queues}
        for call in self.calls.values():
            if isinstance(call.state, cl.Waiting | cl.Offered):
                self.calls[call.id] = self.opened(call)
        self._index_all()
        self.freed_agents = {a.id: None for a in self.agents.values() if a.available}

    def put_call(self, call: Call, event: str, *, shown: bool = True) -> None:
        """``shown`` False: nothing that a screen shows has changed."""
        old = self.calls.get(call.id)
        CALL_TABLE.verify(old.state if old else None, event, call.state)
        if isinstance(call.state, cl.Waiting) and (old is None or old.state is not call.state):
            call = self.opened(call)
        if isinstance(call.state, cl.Ended):
            self.calls.pop(call.id, None)
            _keep(self.recently_ended, call.id, call)
        else:
            self.calls[call.id] = call
        self._index_call(old, call)
        if shown:
            self._changes[CallChanged(call.id)] = None

    def opened(self, call: Call) -> Call:
        """The record of a waiting or offered call with its opening as it is now."""
        opening = opening_of(call, self.settings_of(call), self.agents, self.now)
        return call if opening == call.opening else replace(call, opening=opening)

    def amend(self, call: Call) -> None:
        """Replace the record of a call, live or ended and still kept, in the same state."""
        for records in (self.calls, self.recently_ended):
            if call.id in records:
                records[call.id] = call
                self._changes[CallChanged(call.id)] = None

    def put_agent(self, agent: Agent, event: str) -> None:
        old = self.agents.get(agent.id)
        AGENT_TABLE.verify(old.state if old else None, event, agent.state)
        self.agents[agent.id] = agent
        self._index_agent(old, agent)
        self._changes[AgentChanged(agent.id)] = None

    def amend_agent(self, agent: Agent) -> None:
        """Replace the record of an agent in the same state: its clocks have moved."""
        self.agents[agent.id] = agent
        self._changes[AgentChanged(agent.id)] = None

    def put_callback(self, callback: Callback, event: str) -> None:
        old = self.callbacks.get(callback.id)
        CALLBACK_TABLE.verify(old.state if old else None, event, callback.state)
        if isinstance(callback.state, cb.Closed):
            del self.callbacks[callback.id], self.owed[callback.number]
            _keep(self.recently_settled, callback.id, callback)
        else:
            self.callbacks[callback.id] = callback
            self.owed[callback.number] = callback.id
        self._changes[CallbackChanged(callback.id)] = None

    # -- indexes -----------------------------------------------------------

    def _index_call(self, old: Call | None, call: Call) -> None:
        if old is None or old.state is not call.state or not _same_place(old, call):
            if old is not None and isinstance(old.state, cl.Waiting | cl.Offered):
                self.waiting.discard(call.id)
                self.ringing.discard(call.id)
            self._index_state(call)
        self._watch_call(old, call)

    def _index_state(self, call: Call) -> None:
        state = call.state
        if isinstance(state, cl.Waiting):
            self.waiting.add(call, self.settings_of(call))
            self.freed_calls[call.id] = None
        elif isinstance(state, cl.Offered):
            settings = self.settings_of(call)
            if self.strategies[settings.id].ring == "all" and call.returns_to is None:
                self.ringing.add(call, settings)

    def _watch_call(self, old: Call | None, call: Call) -> None:
        add, state = self.deadlines.add, call.state
        if call.announce_at is not None and (old is None or old.announce_at != call.announce_at):
            add(Deadline(call.announce_at, Due.ANNOUNCEMENT, call.id))
        for agent, until in call.resting:
            if old is None or (agent, until) not in old.resting:
                add(Deadline(until, Due.REST, call.id, agent))
        if isinstance(state, cl.Waiting | cl.Offered) and call.opening.until is not None:
            waited = old is not None and isinstance(old.state, cl.Waiting | cl.Offered)
            if old is None or not waited or old.opening.until != call.opening.until:
                add(Deadline(call.opening.until, Due.OPENING, call.id))
        if isinstance(state, cl.Offered):
            before = old.state.next_ring if old and isinstance(old.state, cl.Offered) else None
            if state.next_ring is not None and state.next_ring != before:
                add(Deadline(state.next_ring, Due.RING_STEP, call.id))

    def watch_offer(self, call: CallId, offer: cl.Offer) -> None:
        """To be called once for each offer; ``self.offers`` has it until it is settled."""
        self.offers[offer.id] = (call, offer.agent)
        self.deadlines.add(Deadline(offer.expires_at, Due.OFFER, offer.id))

    def _index_agent(self, old: Agent | None, agent: Agent) -> None:
        if old is not None and old.available:
            self.ready.discard(agent.id)
        if agent.available:
            self.ready.add(agent, self._strategies_of(agent))
            self.freed_agents[agent.id] = None
        state = agent.state
        if old is None or state is not old.state:
            self._watch_agent(agent)
        if self.waiting.waiting_for(agent.id) and not _stays(agent):
            self.leaving[agent.id] = None

    def _watch_agent(self, agent: Agent) -> None:
        match agent.state:
            case ag.WrapUp(until=float(until)):
                self.deadlines.add(Deadline(until, Due.WRAP_UP, agent.id))
            case ag.OnBreak(until=float(until)):
                self.deadlines.add(Deadline(until, Due.BREAK, agent.id))
            case ag.Asked(until=until):
                self.deadlines.add(Deadline(until, Due.CONSULT, agent.id))

    def _strategies_of(self, agent: Agent) -> list[tuple[QueueId, Strategy]]:
        return [(q, self.strategies[q]) for q in agent.queues if q in self.strategies]

    def _index_all(self) -> None:
        """Build every index anew from the records."""
        self.strategies = {q: strategy_named(s.strategy) for q, s in self.queues.items()}
        self.waiting, self.ringing, self.ready = CallIndex(), CallIndex(), AgentIndex()
        self.offers = {}
        self.deadlines = Deadlines(self._means_something)
        for call in self.calls.values():
            self._index_call(None, call)
            if isinstance(call.state, cl.Offered):
                for offer in call.state.offers:
                    self.watch_offer(call.id, offer)
        for agent in self.agents.values():
            self._index_agent(None, agent)
        self.owed = {c.number: c.id for c in self.callbacks.values()}
        self.freed_agents, self.freed_calls, self.leaving = {}, {}, {}

    def restore(self) -> None:
        """After the records, the counters and the time were set from outside."""
        self._index_all()

    def _means_something(self, d: Deadline) -> bool:
        if d.due is Due.OFFER:
            return OfferId(d.subject) in self.offers
        if d.due is Due.WRAP_UP:
            agent = self.agents[AgentId(d.subject)]
            return isinstance(agent.state, ag.WrapUp) and agent.state.until == d.at
        if d.due is Due.BREAK:
            state = self.agents[AgentId(d.subject)].state
            return isinstance(state, ag.OnBreak) and state.until == d.at and not state.overrun
        if d.due is Due.CONSULT:
            agent = self.agents[AgentId(d.subject)]
            return isinstance(agent.state, ag.Asked) and agent.state.until == d.at
        call = self.calls.get(CallId(d.subject))
        if call is None:
            return False
        if d.due is Due.ANNOUNCEMENT:
            return call.announce_at == d.at
        if d.due is Due.REST:
            return (AgentId(d.other), d.at) in call.resting
        if d.due is Due.OPENING:
            waits = isinstance(call.state, cl.Waiting | cl.Offered)
            return waits and call.opening.until == d.at
        return isinstance(call.state, cl.Offered) and call.state.next_ring == d.at


def _same_place(old: Call, call: Call) -> bool:
    return old.opening is call.opening and old.priority == call.priority


def _stays(agent: Agent) -> bool:
    """Nothing speaks against it that calls wait for this agent."""
    on_break = isinstance(agent.state, ag.OnBreak) or agent.pending_break is not None
    return at_work(agent) and not on_break and agent.has_leg


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        del kept[next(iter(kept))]
