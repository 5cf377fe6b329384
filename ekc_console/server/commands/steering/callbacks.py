"""Who is owed a call, and who is to make it, for those who answer for it."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.domain import facts as f
from ekc_console.domain.terms.ids import AgentId, CallbackId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.server.commands.handler import Handler
from ekc_console.server.commands.rights import require_callback
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import require_person
from ekc_console.wire import steering
from ekc_console.wire.words import Words, words


class CallbackOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, runtime: Runtime, views: Views, tell: Callable[[AgentId, Words], None]
    ) -> None:
        """``tell`` is a word to an operator."""
        self._runtime = runtime
        self._views = views
        self._tell = tell
        self.handlers: dict[type, Handler] = {
            steering.GetCallbacks: self._all,
            steering.AssignCallback: self._assign,
        }

    async def _all(self, person: Person, body: steering.GetCallbacks) -> steering.Callbacks:
        return steering.Callbacks(callbacks=self._views.owed(person))

    async def _assign(self, person: Person, body: steering.AssignCallback) -> None:
        router = self._runtime.router
        found = router.callbacks.get(CallbackId(body.callback))
        if found is None:
            raise Refusal("unknown", "callback.gone")
        require_callback(router, person, found)
        agent = AgentId(body.agent) if body.agent else None
        if agent is not None:
            require_person(router, person, "order", agent)
            if agent not in router.agents:
                raise Refusal("unknown", "order.no_such_agent")
        try:
            self._runtime.submit(f.CallbackAssigned(found.id, agent, person.login, body.why))
        except IllegalFact as illegal:
            raise Refusal("wrong_state", "callback.being_dialled") from illegal
        if agent is not None and agent != person.login:
            self._tell(agent, words("callback.assigned", name=person.name, why=body.why))
