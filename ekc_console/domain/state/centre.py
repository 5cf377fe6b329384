"""The state of the centre: records, and the indexes that follow from them.

Every change of a record goes through ``put_call``, ``put_agent`` or ``put_callback``, which hold
it against the transition table and keep indexes, deadlines and the list of changes in step.
Everything but the records, the counters and the time can be rebuilt from them (:meth:`restore`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ekc_console.domain.effects import AgentChanged, CallbackChanged, CallChanged, Effect
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state import record_deadlines
from ekc_console.domain.state.agent import AGENT_TABLE, Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.callback import CALLBACK_TABLE, Callback
from ekc_console.domain.state.deadlines import Deadline, Deadlines, Due
from ekc_console.domain.state.eligibility import opening_of, takes_calls
from ekc_console.domain.state.limits import Blocked, Door, NoWay, Turn
from ekc_console.domain.state.queue import AgentIndex, CallIndex
from ekc_console.domain.state.reach_index import ReachIndex, RefusalIndex
from ekc_console.domain.state.strategy import Strategy, strategy_named
from ekc_console.domain.state.wait import Pace
from ekc_console.domain.terms.dialling import machine_dials
from ekc_console.domain.terms.hours import calling_until
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.settings import USUAL_CENTRE, CentreSettings, QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact

K = TypeVar("K")
V = TypeVar("V")

Witness = Callable[[Call, Sequence[AgentId], bool], None]
"""Sees a call and the agents who are about to be offered it, before anything changes by it, and
whether the strategy had no say: the agent is the one whom a transfer names."""

KEPT = 1000
"""So many ended calls, and as many settled callbacks, can still be read; the oldest go first."""

_WAITS = (cl.Waiting, cl.Offered)


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
        self.settings = USUAL_CENTRE
        self.announcement = ""
        """What every new caller hears first; empty: nothing."""
        self.blocked: dict[str, Blocked] = {}
        self.doors: dict[QueueId, Door] = {}
        self.listenings: dict[AgentId, ag.Listening] = {}
        self.paces: dict[QueueId, Pace] = {}
        self.turns: dict[QueueId, Turn] = {}
        self.no_way: NoWay | None = None
        """None: calls out find a way, as far as is known."""

        self.strategies: dict[QueueId, Strategy] = {}
        self.waiting = CallIndex()
        self.ringing = CallIndex()
        """Calls of ring-all queues that are offered already and take every agent who comes free."""
        self.ready = AgentIndex()
        self.offers: dict[OfferId, tuple[CallId, AgentId]] = {}
        self.owed: dict[str, CallbackId] = {}
        """The unsettled callback of a number."""
        self.reach = ReachIndex()
        self.refusals = RefusalIndex()
        self.deadlines = Deadlines(lambda deadline: record_deadlines.still_due(self, deadline))
        self.freed_agents: dict[AgentId, None] = {}
        self.freed_calls: dict[CallId, None] = {}
        """What this event made free: only these can be part of a new match."""
        self.stepping: dict[CallId, None] = {}
        """Offered calls that this event lets ring at more agents."""
        self.leaving: dict[AgentId, None] = {}
        """Agents whom calls wait for and who may not come free, by what this event told."""

        self.witness: Witness | None = None

        self._effects: list[Effect] = []
        self._changes: dict[Effect, None] = {}
        self._unseen_change = False

    # -- effects -----------------------------------------------------------

    def emit(self, effect: Effect) -> None:
        self._effects.append(effect)

    def take_effects(self) -> list[Effect]:
        """Effects in order, then each record that changed, once."""
        effects = [*self._effects, *self._changes]
        self._effects, self._changes, self._unseen_change = [], {}, False
        return effects

    @property
    def touched(self) -> bool:
        """Something was done since the effects were taken last."""
        return bool(self._effects or self._changes or self._unseen_change)

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

    def fallback_queue(self) -> QueueSettings | None:
        """The last queue of the configuration: it takes who never came to one."""
        return next(reversed(self.queues.values()), None)

    def queue_of(self, callback: Callback) -> QueueId | None:
        """The queue whose agents call this person back."""
        settings = self.queue_settings_of(callback)
        return settings.id if settings else None

    def queue_settings_of(self, callback: Callback) -> QueueSettings | None:
        own = self.queues.get(callback.queue) if callback.queue else None
        return own or self.fallback_queue()

    def distributes(self, callback: Callback) -> bool:
        """The callback is offered to agents like a call, and does not only stand in the list."""
        settings = self.queue_settings_of(callback)
        wanted = settings is not None and callback.comes_by_itself(settings, self.settings)
        return wanted and self.dials_by_itself(callback)

    def dials_by_itself(self, callback: Callback) -> bool:
        """Nobody has to decide first whether its number is dialled, or somebody has."""
        return machine_dials(callback.number, self.settings.dialling, callback.released)

    def is_blocked(self, number: str) -> bool:
        blocked = self.blocked.get(number)
        return blocked is not None and blocked.holds(self.now)

    def is_closed(self, queue: QueueId) -> bool:
        """By the last order that opened or closed it, a person's or one of the opening hours."""
        door = self.doors.get(queue)
        return door is not None and not door.open

    # -- changes -----------------------------------------------------------

    def configure(self, queues: Iterable[QueueSettings], centre: CentreSettings) -> None:
        """Put checked settings in force. A queue that is not among them stays as it was while a
        live call belongs to it: no caller is lost by a change of settings."""
        self.settings = centre
        used = {call.queue for call in self.calls.values()}
        new = {s.id: s for s in queues}
        # The last queue is that of the settings.
        self.queues = {q: s for q, s in self.queues.items() if q in used - new.keys()} | new
        self.paused = {q: None for q in self.paused if q in self.queues}
        for call in self.calls.values():
            if isinstance(call.state, _WAITS):
                self.calls[call.id] = self.opened(call)
        self._index_all()
        self.reach.hopeful = dict.fromkeys(self.reach.due_queues())
        self.freed_agents = {a.id: None for a in self.agents.values() if a.available}

    def put_call(self, call: Call, event: str, *, shown: bool = True) -> None:
        """``shown`` False: nothing that a screen shows has changed."""
        old = self.calls.get(call.id)
        CALL_TABLE.verify(old.state if old else None, event, call.state)
        if isinstance(call.state, cl.Waiting) and (old is None or old.state is not call.state):
            call = self.opened(call)
        call = self._planned(old, call)
        if isinstance(call.state, cl.Ended):
            self.calls.pop(call.id, None)
            _keep(self.recently_ended, call.id, call)
        else:
            self.calls[call.id] = call
        self._index_call(old, call)
        self._keep_pace(old, call)
        if shown:
            self._changes[CallChanged(call.id)] = None
        else:
            self._unseen_change = True

    def _planned(self, old: Call | None, call: Call) -> Call:
        """The record with its next overflow rule for the time waited, which is for as long as the
        call waits in this queue."""
        if not isinstance(call.state, _WAITS) or call.virtual:
            if call.overflow_at is None and not (call.virtual and call.announce_at):
                return call
            announce = None if call.virtual else call.announce_at
            return replace(call, overflow_at=None, overflow_due=False, announce_at=announce)
        comes = old is None or not isinstance(old.state, _WAITS)
        moved = old is None or old.queue != call.queue or call.entered_at is None
        if moved:
            call = replace(call, entered_at=self.now)
        if not comes and not moved:
            return call
        rules = self.settings_of(call).overflow
        return replace(
            call,
            overflow_at=record_deadlines.next_waited(call, rules, self.now),
            overflow_due=False,
        )

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

    def show(self, change: Effect) -> None:
        """A record is to be looked at again, for what stands beside it."""
        self._changes[change] = None

    def put_agent(self, agent: Agent, event: str) -> None:
        old = self.agents.get(agent.id)
        AGENT_TABLE.verify(old.state if old else None, event, agent.state)
        self.agents[agent.id] = agent
        self._index_agent(old, agent)
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
        self.index_callback(callback)
        self._changes[CallbackChanged(callback.id)] = None

    # -- indexes -----------------------------------------------------------

    def _index_call(self, old: Call | None, call: Call) -> None:
        if old is None or old.state is not call.state or not _same_place(old, call):
            if old is not None and isinstance(old.state, _WAITS):
                self.waiting.discard(call.id)
                self.ringing.discard(call.id)
            self._index_state(call)
        self.reach.call_changed(old, call)
        for deadline in record_deadlines.of_call(old, call, self.settings):
            self.deadlines.add(deadline)
        if call.virtual and (old is None or not old.virtual):
            self._watch_calling_hours(call)

    def index_callback(self, callback: Callback) -> None:
        queue = self.queue_of(callback) if self.distributes(callback) else None
        self.reach.callback_changed(callback, queue)
        self.refusals.changed(callback, self.dials_by_itself(callback))
        state = callback.state
        if isinstance(state, cb.Open) and queue is not None:
            self.deadlines.add(Deadline(state.not_before, Due.CALLBACK, callback.id))

    def wrapped_up(self, queue: QueueId | None, spent_s: float) -> None:
        """Work after a call of the queue is over."""
        if queue is not None:
            self.paces[queue] = self._pace(queue).wrapped_up(spent_s)

    def _pace(self, queue: QueueId) -> Pace:
        return self.paces.get(queue) or Pace(queue)

    def _keep_pace(self, old: Call | None, call: Call) -> None:
        """What the queue learns from a call that comes, leaves or ends."""
        was = old is not None and isinstance(old.state, _WAITS)
        if was and old and (old.queue != call.queue or not isinstance(call.state, _WAITS)):
            assert old.queue is not None
            left, pace = self.reach.callers[old.queue], self._pace(old.queue)
            taken = isinstance(call.state, cl.Connecting | cl.Dialing)
            self.paces[old.queue] = pace.served(self.now, left) if taken else pace.gone(left)
        comes = isinstance(call.state, _WAITS) and not (was and old and old.queue == call.queue)
        if comes and call.queue is not None:
            self.paces[call.queue] = self._pace(call.queue).came(self.now)
        if isinstance(call.state, cl.Ended) and call.answered_at is not None and call.queue:
            spent = call.talk_s + call.held_s
            self.paces[call.queue] = self._pace(call.queue).talked(spent)

    def _index_state(self, call: Call) -> None:
        state = call.state
        if isinstance(state, cl.Waiting):
            self.waiting.add(call, self.settings_of(call))
            self.freed_calls[call.id] = None
        elif isinstance(state, cl.Offered):
            settings = self.settings_of(call)
            if self.strategies[settings.id].ring == "all" and call.returns_to is None:
                self.ringing.add(call, settings)

    def _watch_calling_hours(self, call: Call) -> None:
        callback = self.callbacks.get(call.callback) if call.callback else None
        if callback is None or callback.at_any_hour:
            return
        end = calling_until(call.arrived_at, self.settings)
        if end is not None:
            self.deadlines.add(Deadline(end, Due.CALLING_OVER, call.id))

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
        self.reach.agent_changed(old, agent)
        if old is None or old.state is not agent.state or _console_went(old, agent):
            for deadline in record_deadlines.of_agent(agent, self.settings):
                self.deadlines.add(deadline)
        if self.waiting.waiting_for(agent.id) and not takes_calls(agent):
            self.leaving[agent.id] = None

    def _strategies_of(self, agent: Agent) -> list[tuple[QueueId, Strategy]]:
        return [(q, self.strategies[q]) for q in agent.queues if q in self.strategies]

    def _index_all(self) -> None:
        """Build every index anew from the records."""
        self.strategies = {q: strategy_named(s.strategy) for q, s in self.queues.items()}
        self.waiting, self.ringing, self.ready = CallIndex(), CallIndex(), AgentIndex()
        self.offers = {}
        self.reach, self.refusals = ReachIndex(), RefusalIndex()
        self.deadlines = Deadlines(lambda deadline: record_deadlines.still_due(self, deadline))
        for call in self.calls.values():
            self._index_call(None, call)
            if isinstance(call.state, cl.Offered):
                for offer in call.state.offers:
                    self.watch_offer(call.id, offer)
        for agent in self.agents.values():
            self._index_agent(None, agent)
        self.owed = {c.number: c.id for c in self.callbacks.values()}
        for callback in self.callbacks.values():
            self.index_callback(callback)
        for deadline in record_deadlines.of_limits(self):
            self.deadlines.add(deadline)
        self.freed_agents, self.freed_calls, self.leaving = {}, {}, {}
        self.reach.forget_work()

    def restore(self) -> None:
        """After the records, the counters and the time were set from outside."""
        for agent in self.agents.values():
            if not agent.present and agent.away_since is None and agent.state != ag.Offline():
                # Of a version that did not keep the moment: the console is away from now on.
                self.agents[agent.id] = replace(agent, away_since=self.now)
        self._index_all()


def _same_place(old: Call, call: Call) -> bool:
    return old.opening is call.opening and old.priority == call.priority


def _console_went(old: Agent, agent: Agent) -> bool:
    return old.away_since != agent.away_since or old.missing is not agent.missing


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        del kept[next(iter(kept))]
