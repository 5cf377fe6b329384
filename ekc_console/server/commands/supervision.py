"""Orders of supervisors, and a call that an operator takes by hand: checked, made facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.domain import facts as f
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.eligibility import at_work, takes_calls
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact, IllegalReason
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.live.oversight import Oversight
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages, supervision

_WORDS: dict[IllegalReason, tuple[messages.RefusalCode, str]] = {
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
_FORCED = {
    "ready": "ставит вас на линию: вызовы предлагаются",
    "break": "отправляет вас на перерыв; идущий вызов закончите",
    "offline": "заканчивает вашу смену; идущий вызов закончите",
}
"""What a supervisor does to an operator, told to her."""
_CANNOT_TAKE = "Сначала закончите текущий звонок."


def _why_not(agent: ag.Agent) -> str:
    if isinstance(agent.state, ag.OnBreak):
        return "Оператор на перерыве: звонок ждал бы его конца."
    if agent.pending_break is not None:
        return "Оператор уходит на перерыв после своего вызова."
    return "Линия оператора не на связи."


class Orders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        runtime: Runtime,
        cards: Cards,
        oversight: Oversight,
        break_limits: Mapping[str, float],
        tell: Callable[[AgentId, str], None],
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
            raise Refusal("wrong_state", "Вы не на смене: откройте рабочее место.")
        if isinstance(agent.state, ag.WrapUp):
            await self._cards.require_saved(agent.state.call, person.login)
        if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp | ag.Offered):
            raise Refusal("wrong_state", _CANNOT_TAKE)
        self._submit(f.CallPicked(person.login, CallId(body.call)), _ELSEWHERE)

    # -- what there is -------------------------------------------------------------

    async def _queues(self, person: Person, body: supervision.GetQueues) -> supervision.Queues:
        return supervision.Queues(queues=self._oversight.queues())

    async def _calls(self, person: Person, body: supervision.GetCalls) -> supervision.QueuedCalls:
        queue = self._queue(body.queue) if body.queue else None
        return supervision.QueuedCalls(calls=self._oversight.calls(queue))

    async def _agents(self, person: Person, body: supervision.GetAgents) -> supervision.Agents:
        return supervision.Agents(agents=self._oversight.agents(offline=body.offline))

    # -- orders --------------------------------------------------------------------

    async def _assign(self, person: Person, body: supervision.AssignCall) -> None:
        fact = f.CallAssigned(CallId(body.call), AgentId(body.agent), person.login, body.why)
        agent = self._runtime.router.agents.get(fact.agent)
        if agent is not None and at_work(agent) and not takes_calls(agent):
            raise Refusal("wrong_state", f"{_why_not(agent)} {self._free()}")
        self._submit(fact, _ELSEWHERE)

    def _free(self) -> str:
        """Who could take a call at once."""
        router = self._runtime.router
        found = [
            f"{info.name} ({info.id})"
            for info in self._oversight.agents(offline=False)
            if router.agents[AgentId(info.id)].available
        ]
        return f"Свободны: {', '.join(found)}." if found else "Свободных сейчас нет."

    async def _reorder(self, person: Person, body: supervision.ReorderCall) -> None:
        if not -100 <= body.priority <= 100:
            raise Refusal("bad_value", f"Приоритет {body.priority}: нужно число от -100 до 100.")
        fact = f.CallReordered(CallId(body.call), body.priority, person.login, body.why)
        self._submit(fact, _ELSEWHERE)

    async def _move(self, person: Person, body: supervision.MoveCall) -> None:
        fact = f.CallMoved(CallId(body.call), self._queue(body.queue), person.login, body.why)
        self._submit(fact, _ELSEWHERE)

    async def _pause(self, person: Person, body: supervision.PauseQueue) -> None:
        self._submit(f.QueuePaused(self._queue(body.queue), person.login, body.why))

    async def _resume(self, person: Person, body: supervision.ResumeQueue) -> None:
        self._submit(f.QueueResumed(self._queue(body.queue), person.login, body.why))

    async def _force(self, person: Person, body: supervision.ForceAgent) -> None:
        """The card of a mandatory wrap-up is not asked for: an agent who is gone cannot save it.
        It stays a draft."""
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
        if fact.agent != person.login:
            why = f": {body.why}" if body.why else ""
            self._tell(fact.agent, f"{person.name} {_FORCED[body.state]}{why}.")

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
