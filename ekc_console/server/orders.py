"""Orders of supervisors, and a call that an operator takes by hand: checked, made facts."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.domain import agent as ag
from ekc_console.domain import facts as f
from ekc_console.domain.ids import AgentId, CallId, QueueId
from ekc_console.domain.state_table import IllegalFact, IllegalReason
from ekc_console.server.cards import Cards
from ekc_console.server.handler import Handler, require_supervisor
from ekc_console.server.oversight import Oversight
from ekc_console.server.refusal import Refusal
from ekc_console.server.runtime import Runtime
from ekc_console.server.views import Person
from ekc_console.wire import messages as wire
from ekc_console.wire import orders

_WORDS: dict[IllegalReason, tuple[wire.RefusalCode, str]] = {
    "unknown_call": ("unknown", "Такого звонка нет."),
    "unknown_agent": ("unknown", "Такого оператора сегодня на смене не было."),
    "unknown_queue": ("unknown", "Такой очереди нет."),
    "not_at_work": (
        "wrong_state",
        "Оператор не на смене, не отвечает или его рабочее место не на связи.",
    ),
    "same_queue": ("wrong_state", "Звонок уже стоит в этой очереди."),
    "not_yours": ("not_allowed", "Звонок стоит в очереди, которую вы не обслуживаете."),
    "no_leg": ("wrong_state", "Линия ещё не готова: дождитесь соединения с сервером."),
    "assigned": ("wrong_state", "Руководитель отдал этот звонок другому оператору."),
}
_ELSEWHERE = "Звонок уже не ждёт: его взяли или он закончен."
_CANNOT_TAKE = "Сначала закончите текущий звонок."


class Orders:
    """``handlers`` go into :class:`ekc_console.server.commands.Commands`."""

    def __init__(
        self,
        runtime: Runtime,
        cards: Cards,
        oversight: Oversight,
        break_limits: Mapping[str, float],
    ) -> None:
        """``break_limits``: seconds by the break's code, 0 for no limit."""
        self._runtime = runtime
        self._cards = cards
        self._oversight = oversight
        self._break_limits = break_limits
        self.handlers: dict[type, Handler] = {
            orders.PickCall: self._pick,
            orders.GetQueues: self._queues,
            orders.GetCalls: self._calls,
            orders.GetAgents: self._agents,
            orders.AssignCall: self._assign,
            orders.ReorderCall: self._reorder,
            orders.MoveCall: self._move,
            orders.PauseQueue: self._pause,
            orders.ResumeQueue: self._resume,
            orders.ForceAgent: self._force,
        }

    # -- an operator's own ---------------------------------------------------------

    async def _pick(self, person: Person, body: orders.PickCall) -> None:
        if person.role == "volunteer":
            raise Refusal("not_allowed", "Волонтёры получают звонки только из очереди.")
        agent = self._runtime.router.agents.get(person.login)
        if agent is None or isinstance(agent.state, ag.Offline):
            raise Refusal("wrong_state", "Вы не на смене: откройте рабочее место.")
        if isinstance(agent.state, ag.WrapUp):
            await self._cards.require_saved(agent.state.call, person.login)
        if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp | ag.Offered):
            raise Refusal("wrong_state", _CANNOT_TAKE)
        self._submit(f.CallPicked(person.login, CallId(body.call)), _ELSEWHERE)

    # -- what there is -------------------------------------------------------------

    async def _queues(self, person: Person, body: orders.GetQueues) -> orders.Queues:
        require_supervisor(person)
        return orders.Queues(queues=self._oversight.queues())

    async def _calls(self, person: Person, body: orders.GetCalls) -> orders.QueuedCalls:
        require_supervisor(person)
        queue = self._queue(body.queue) if body.queue else None
        return orders.QueuedCalls(calls=self._oversight.calls(queue))

    async def _agents(self, person: Person, body: orders.GetAgents) -> orders.Agents:
        require_supervisor(person)
        return orders.Agents(agents=self._oversight.agents(offline=body.offline))

    # -- orders --------------------------------------------------------------------

    async def _assign(self, person: Person, body: orders.AssignCall) -> None:
        require_supervisor(person)
        fact = f.CallAssigned(CallId(body.call), AgentId(body.agent), person.login, body.why)
        self._submit(fact, _ELSEWHERE)

    async def _reorder(self, person: Person, body: orders.ReorderCall) -> None:
        require_supervisor(person)
        if not -100 <= body.priority <= 100:
            raise Refusal("bad_value", f"Приоритет {body.priority}: нужно число от -100 до 100.")
        fact = f.CallReordered(CallId(body.call), body.priority, person.login, body.why)
        self._submit(fact, _ELSEWHERE)

    async def _move(self, person: Person, body: orders.MoveCall) -> None:
        require_supervisor(person)
        fact = f.CallMoved(CallId(body.call), self._queue(body.queue), person.login, body.why)
        self._submit(fact, _ELSEWHERE)

    async def _pause(self, person: Person, body: orders.PauseQueue) -> None:
        require_supervisor(person)
        self._submit(f.QueuePaused(self._queue(body.queue), person.login, body.why))

    async def _resume(self, person: Person, body: orders.ResumeQueue) -> None:
        require_supervisor(person)
        self._submit(f.QueueResumed(self._queue(body.queue), person.login, body.why))

    async def _force(self, person: Person, body: orders.ForceAgent) -> None:
        """The card of a mandatory wrap-up is not asked for: an agent who is gone cannot save it.
        It stays a draft."""
        require_supervisor(person)
        limit_s = 0.0
        if body.state == "break":
            if body.reason not in self._break_limits:
                known = ", ".join(self._break_limits)
                raise Refusal(
                    "bad_value", f"Нет такой причины перерыва: «{body.reason}». Есть: {known}."
                )
            limit_s = self._break_limits[body.reason]
        fact = f.AgentForced(
            AgentId(body.agent), body.state, person.login, body.reason, limit_s, body.why
        )
        self._submit(fact, "Оператор не на смене.")

    def _queue(self, queue: str) -> QueueId:
        if QueueId(queue) not in self._runtime.router.queues:
            known = ", ".join(self._runtime.router.queues)
            raise Refusal("unknown", f"Нет очереди «{queue}». Есть: {known}.")
        return QueueId(queue)

    def _submit(self, fact: f.Fact, otherwise: str = "Сейчас это невозможно.") -> None:
        """Raises Refusal; ``otherwise`` words what no reason of the core does."""
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            code, message = _WORDS.get(illegal.reason, ("wrong_state", otherwise))
            raise Refusal(code, message) from illegal
