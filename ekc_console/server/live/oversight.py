"""What a supervisor sees of the whole centre: queues, waiting calls, agents. Pure reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.core import in_force
from ekc_console.server.core.extras import Extras
from ekc_console.server.live.state_names import AGENT_STATES, BUSY
from ekc_console.server.rights.scope import Scope
from ekc_console.wire import supervision


class Oversight:
    def __init__(self, router: Router, extras: Extras, topics: Mapping[str, str]) -> None:
        self._router = router
        self._breaks = in_force.break_titles(router)
        self._extras = extras
        self._topics = topics

    def queues(self, scope: Scope) -> tuple[supervision.QueueState, ...]:
        ready, busy = Counter[QueueId](), Counter[QueueId]()
        for agent in self._router.agents.values():
            if agent.available:
                ready.update(agent.queues)
            elif isinstance(agent.state, BUSY):
                busy.update(agent.queues)
        waiting = Counter[QueueId]()
        longest: dict[QueueId, float] = {}
        for call in self._router.calls.values():
            if isinstance(call.state, ca.Waiting | ca.Offered) and call.queue:
                waiting[call.queue] += 1
                since = call.queued_at or call.arrived_at
                longest[call.queue] = min(since, longest.get(call.queue, since))
        return tuple(
            supervision.QueueState(
                id=queue.id,
                title=queue.title,
                strategy=queue.strategy,
                paused=queue.id in self._router.paused,
                waiting=waiting[queue.id],
                longest_since=longest.get(queue.id),
                agents_ready=ready[queue.id],
                agents_busy=busy[queue.id],
            )
            for queue in self._router.queues.values()
            if scope.has_queue(queue.id)
        )

    def name(self, login: AgentId) -> str:
        return self._extras.names.get(login, login)

    def calls(self, scope: Scope, queue: QueueId | None) -> tuple[supervision.QueuedCall, ...]:
        queues = [queue] if queue else [q for q in self._router.queues if scope.has_queue(q)]
        found = []
        for one in queues:
            offered = [
                c
                for c in self._router.calls.values()
                if isinstance(c.state, ca.Offered) and c.queue == one
            ]
            found += [self._call(c, 0) for c in offered]
            found += [
                self._call(self._router.calls[c], position)
                for position, c in enumerate(self._router.waiting(one), start=1)
            ]
        return tuple(found)

    def _call(self, call: ca.Call, position: int) -> supervision.QueuedCall:
        offers = call.state.offers if isinstance(call.state, ca.Offered) else ()
        return supervision.QueuedCall(
            id=call.id,
            queue=call.queue or "",
            topic_title=self._topics.get(call.topic, call.topic),
            number=numbers.readable(call.number),
            queued_at=call.queued_at or call.arrived_at,
            position=position,
            priority=call.priority,
            skills=call.skills,
            offered_to=tuple(offer.agent for offer in offers),
            assigned=call.assigned if call.assigned and call.opening.only == call.assigned else "",
        )

    def agents(self, scope: Scope, *, offline: bool) -> tuple[supervision.AgentInfo, ...]:
        return tuple(
            self._agent(agent)
            for _, agent in sorted(self._router.agents.items())
            if scope.has_person(agent.id) and (offline or not isinstance(agent.state, ag.Offline))
        )

    def _agent(self, agent: ag.Agent) -> supervision.AgentInfo:
        state, tiers, titles = agent.state, dict(agent.tiers), self._breaks
        reason = state.reason if isinstance(state, ag.OnBreak | ag.NotResponding) else ""
        return supervision.AgentInfo(
            id=agent.id,
            name=self.name(agent.id),
            state=AGENT_STATES[type(state)],
            since=ag.lasts_from(state),
            until=state.until if isinstance(state, ag.WrapUp | ag.OnBreak) else None,
            reason=reason,
            reason_title=titles.get(reason, ""),
            overrun=isinstance(state, ag.OnBreak) and state.overrun,
            pending_break=agent.pending_break or "",
            pending_title=titles.get(agent.pending_break or "", ""),
            pending_logout=agent.pending_logout,
            line_up=agent.has_leg,
            console=agent.present,
            queues=tuple(f"{q}={tiers[q]}" if q in tiers else q for q in agent.queues),
            skills=agent.skills,
            call=getattr(state, "call", ""),
            calls=agent.calls,
        )
