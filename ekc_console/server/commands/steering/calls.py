"""A call that a supervisor ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.domain import facts as f
from ekc_console.domain.state import call as ca
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.state_table import IllegalFact, IllegalReason
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import require_person, require_queue
from ekc_console.wire import messages, steering
from ekc_console.wire.words import Words, words

_WORDS: Mapping[IllegalReason, tuple[messages.RefusalCode, str]] = {
    "emergency": ("wrong_state", "emergency.caller_stays"),
    "unknown_call": ("unknown", "call.gone"),
}


_UNANSWERED = (ca.InMenu, ca.Waiting, ca.Offered)


class CallOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        runtime: Runtime,
        names: Mapping[AgentId, str],
        tell: Callable[[AgentId, Words], None],
    ) -> None:
        """``names``: of people, by login; ``tell`` is a word to an operator."""
        self._runtime = runtime
        self._names = names
        self._tell = tell
        self.handlers: dict[type, Handler] = {steering.EndCall: self._end}

    async def _end(self, person: Person, body: steering.EndCall) -> None:
        call = self._runtime.router.calls.get(CallId(body.call))
        if call is None or isinstance(call.state, ca.Ending):
            raise Refusal("unknown", "order.call_over")
        self._require(person, call)
        if not body.why.strip():
            raise Refusal("bad_value", "order.say_why")
        if not body.talk and not isinstance(call.state, _UNANSWERED):
            raise Refusal("wrong_state", "order.answered")
        agent = call.agent
        if not body.sure:
            name = self._names.get(agent, agent) if agent else ""
            raise Refusal("conflict", "order.ends_call", name=name)
        try:
            self._runtime.submit(f.CallCut(call.id, person.login, body.why))
        except IllegalFact as illegal:
            code, key = _WORDS.get(illegal.reason, ("wrong_state", "order.call_over"))
            raise Refusal(code, key) from illegal
        if agent and agent != person.login:
            self._tell(agent, words("call.cut", name=person.name, why=body.why))

    def _require(self, person: Person, call: Call) -> None:
        """Raises Refusal for a talk of other teams' people and a caller of others' queues."""
        if call.agent is not None:
            require_person(self._runtime.router, person, "order", call.agent)
        else:
            require_queue(self._runtime.router, person, "order", call.queue)
