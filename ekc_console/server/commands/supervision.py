"""Orders of supervisors, and a call that an operator takes by hand: checked, made facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.domain import facts as f
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.eligibility import at_work, takes_calls
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact, IllegalReason
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler, given_meanwhile, why_no_call
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.live.oversight import Oversight
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import Scope, require_person, require_queue, scope
from ekc_console.wire import messages, supervision
from ekc_console.wire.words import Words, words

_WORDS: dict[IllegalReason, tuple[messages.RefusalCode, str]] = {
    "unknown_call": ("unknown", "call.gone"),
    "unknown_agent": ("unknown", "order.no_such_agent"),
    "unknown_queue": ("unknown", "queue.none"),
    "not_at_work": ("wrong_state", "order.agent_away"),
    "same_queue": ("wrong_state", "call.same_queue"),
    "not_yours": ("not_allowed", "call.other_queue"),
    "no_leg": ("wrong_state", "line.not_ready"),
    "assigned": ("wrong_state", "call.assigned"),
}
_ELSEWHERE = "call.waits_no_more"
_FORCED = {
    "ready": "shift.forced_ready",
    "break": "shift.forced_break",
    "offline": "shift.forced_end",
}
"""What a supervisor does to an operator, told to her."""


def _why_not(agent: ag.Agent) -> str:
    """Key of the words."""
    if isinstance(agent.state, ag.OnBreak):
        return "order.agent_on_break"
    if agent.pending_break is not None:
        return "order.agent_goes_on_break"
    return "order.agent_without_line"


class Orders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        runtime: Runtime,
        cards: Cards,
        oversight: Oversight,
        break_limits: Mapping[str, float],
        tell: Callable[[AgentId, Words], None],
    ) -> None:
        """``break_limits``: seconds by the break's code, 0 for no limit. ``tell`` is a word to an
        operator."""
        self._tell = tell
        self._runtime = runtime
        self._cards = cards
        self._oversight = oversight
        self._break_limits = break_limits
        self.handlers: dict[type, Handler] = {
            supervision.PickCall: self._pick,
            supervision.GetQueues: self._queues,
            supervision.GetCalls: self._calls,
            supervision.GetAgents: self._agents,
            supervision.AssignCall: self._assign,
            supervision.ReorderCall: self._reorder,
            supervision.MoveCall: self._move,
            supervision.PauseQueue: self._pause,
            supervision.ResumeQueue: self._resume,
            supervision.ForceAgent: self._force,
        }

    # -- an operator's own ---------------------------------------------------------

    async def _pick(self, person: Person, body: supervision.PickCall) -> None:
        agent = self._runtime.router.agents.get(person.login)
        if agent is None or isinstance(agent.state, ag.Offline):
            raise Refusal("wrong_state", "shift.not_begun")
        if isinstance(agent.state, ag.WrapUp):
            await self._cards.require_saved(agent.state.call, person.login)
        if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp | ag.Offered):
            raise Refusal("wrong_state", why_no_call(agent.state))
        call = CallId(body.call)
        fact = f.CallPicked(person.login, call, ordered=self._takes_from_others(person, call))
        self._submit(fact, _ELSEWHERE)

    def _takes_from_others(self, person: Person, call: CallId) -> bool:
        record = self._runtime.router.calls.get(call)
        taken = scope(self._runtime.router, person, "take_over")
        return record is not None and taken.has_queue(record.queue)

    # -- what there is -------------------------------------------------------------

    async def _queues(self, person: Person, body: supervision.GetQueues) -> supervision.Queues:
        return supervision.Queues(queues=self._oversight.queues(self._watched(person)))

    async def _calls(self, person: Person, body: supervision.GetCalls) -> supervision.QueuedCalls:
        queue = self._queue(body.queue) if body.queue else None
        if queue is not None:
            require_queue(self._runtime.router, person, "watch", queue)
        calls = self._oversight.calls(self._watched(person), queue)
        return supervision.QueuedCalls(calls=calls)

    async def _agents(self, person: Person, body: supervision.GetAgents) -> supervision.Agents:
        agents = self._oversight.agents(self._watched(person), offline=body.offline)
        return supervision.Agents(agents=agents)

    def _watched(self, person: Person) -> Scope:
        return scope(self._runtime.router, person, "watch")

    # -- orders --------------------------------------------------------------------

    async def _assign(self, person: Person, body: supervision.AssignCall) -> None:
        login = AgentId(body.agent) if body.agent else None
        self._require_call(person, CallId(body.call))
        if login is not None:
            require_person(self._runtime.router, person, "order", login)
            agent = self._runtime.router.agents.get(login)
            if agent is not None and at_work(agent) and not takes_calls(agent):
                raise Refusal("wrong_state", _why_not(agent), free=self._free(person))
        call = self._runtime.router.calls.get(CallId(body.call))
        if given := given_meanwhile(call.assigned if call else None, body):
            raise Refusal("wrong_state", "call.assigned_already", name=self._oversight.name(given))
        self._submit(f.CallAssigned(CallId(body.call), login, person.login, body.why), _ELSEWHERE)

    def _free(self, person: Person) -> str:
        """Who could take a call at once; empty: nobody."""
        router = self._runtime.router
        found = [
            f"{info.name} ({info.id})"
            for info in self._oversight.agents(self._watched(person), offline=False)
            if router.agents[AgentId(info.id)].available
        ]
        return ", ".join(found)

    async def _reorder(self, person: Person, body: supervision.ReorderCall) -> None:
        if not -100 <= body.priority <= 100:
            raise Refusal("bad_value", "order.priority", priority=body.priority)
        self._require_call(person, CallId(body.call))
        fact = f.CallReordered(CallId(body.call), body.priority, person.login, body.why)
        self._submit(fact, _ELSEWHERE)

    async def _move(self, person: Person, body: supervision.MoveCall) -> None:
        self._require_call(person, CallId(body.call))
        fact = f.CallMoved(CallId(body.call), self._queue(body.queue), person.login, body.why)
        self._require_seen(body)
        self._submit(fact, _ELSEWHERE)

    def _require_seen(self, body: supervision.MoveCall) -> None:
        """Raises Refusal for a call that another one has moved elsewhere since it was seen."""
        call = self._runtime.router.calls.get(CallId(body.call))
        if call is None or call.queue is None or not body.seen:
            return
        if call.queue not in (body.seen, body.queue):
            title = self._runtime.router.queues[call.queue].title
            raise Refusal("wrong_state", "call.moved_already", queue=title)

    async def _pause(self, person: Person, body: supervision.PauseQueue) -> None:
        self._submit(f.QueuePaused(self._ordered_queue(person, body.queue), person.login, body.why))

    async def _resume(self, person: Person, body: supervision.ResumeQueue) -> None:
        self._submit(
            f.QueueResumed(self._ordered_queue(person, body.queue), person.login, body.why)
        )

    async def _force(self, person: Person, body: supervision.ForceAgent) -> None:
        """The card of a mandatory wrap-up is not asked for: an agent who is gone cannot save it.
        It stays a draft."""
        require_person(self._runtime.router, person, "order", AgentId(body.agent))
        limit_s = 0.0
        if body.state == "break":
            if body.reason not in self._break_limits:
                known = ", ".join(self._break_limits)
                raise Refusal(
                    "bad_value", "shift.no_break_of_these", reason=body.reason, known=known
                )
            limit_s = self._break_limits[body.reason]
        fact = f.AgentForced(
            AgentId(body.agent), body.state, person.login, body.reason, limit_s, body.why
        )
        self._submit(fact, "order.agent_off")
        if fact.agent != person.login:
            told = words(_FORCED[body.state], name=person.name, why=body.why)
            self._tell(fact.agent, told)

    def _require_call(self, person: Person, call: CallId) -> None:
        """Raises Refusal for a call of a queue that the person does not answer for."""
        record = self._runtime.router.calls.get(call)
        if record is not None:
            require_queue(self._runtime.router, person, "order", record.queue)

    def _ordered_queue(self, person: Person, queue: str) -> QueueId:
        found = self._queue(queue)
        require_queue(self._runtime.router, person, "order", found)
        return found

    def _queue(self, queue: str) -> QueueId:
        if QueueId(queue) not in self._runtime.router.queues:
            known = ", ".join(self._runtime.router.queues)
            raise Refusal("unknown", "queue.not_one_of", queue=queue, known=known)
        return QueueId(queue)

    def _submit(self, fact: f.Fact, otherwise: str = "server.not_now") -> None:
        """Raises Refusal; ``otherwise`` is the key where no reason of the core has one."""
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            code, key = _WORDS.get(illegal.reason, ("wrong_state", otherwise))
            raise Refusal(code, key) from illegal
