"""Who is owed a call, and who is to make it, for those who answer for it."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms import hours
from ekc_console.domain.terms.dialling import NEVER_RELEASED
from ekc_console.domain.terms.ids import AgentId, CallbackId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.server.commands.handler import Handler, given_meanwhile
from ekc_console.server.commands.rights import require_callback, require_diallable
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
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
        self,
        runtime: Runtime,
        views: Views,
        clock: Clock,
        tell: Callable[[AgentId, Words], None],
    ) -> None:
        """``tell`` is a word to an operator."""
        self._runtime = runtime
        self._views = views
        self._clock = clock
        self._tell = tell
        self.handlers: dict[type, Handler] = {
            steering.GetCallbacks: self._all,
            steering.AssignCallback: self._assign,
            steering.PostponeCallback: self._postpone,
            steering.ReleaseCallback: self._release,
        }

    @property
    def _router(self) -> Router:
        return self._runtime.router

    async def _all(self, person: Person, body: steering.GetCallbacks) -> steering.Callbacks:
        return steering.Callbacks(callbacks=self._views.owed(person))

    async def _assign(self, person: Person, body: steering.AssignCallback) -> None:
        found = self._found(person, body.callback)
        agent = AgentId(body.agent) if body.agent else None
        if agent is not None:
            require_person(self._router, person, "order", agent)
            if agent not in self._router.agents:
                raise Refusal("unknown", "order.no_such_agent")
        if given := given_meanwhile(found.assigned, body):
            name = self._views.name(given)
            raise Refusal("wrong_state", "callback.assigned_already", name=name)
        self._submit(f.CallbackAssigned(found.id, agent, person.login, body.why))
        if agent is not None and agent != person.login:
            self._tell(agent, words("callback.assigned", name=person.name, why=body.why))

    async def _postpone(self, person: Person, body: steering.PostponeCallback) -> None:
        found, now = self._found(person, body.callback), self._clock.now()
        if body.until is not None and not now < body.until <= now + steering.POSTPONED_S:
            days = round(steering.POSTPONED_S / 86_400)
            raise Refusal("bad_value", "callback.bad_time", days=days)
        if body.instead_of is not None and not self._stands(found, body.instead_of):
            raise Refusal("conflict", "callback.ordered_otherwise")
        self._submit(f.CallbackPostponed(found.id, body.until, person.login, body.why))

    def _stands(self, found: Callback, until: float) -> bool:
        """It is put off until then, and nobody has said another time since."""
        at = hours.calling_from(until, self._router.centre)
        return found.state == cb.Open(at, chosen=True)

    async def _release(self, person: Person, body: steering.ReleaseCallback) -> None:
        found = self._found(person, body.callback)
        machine = in_force.dial_decision(self._router, "machine", found.number)
        if machine.allowed or (body.released and found.released):
            raise Refusal("wrong_state", "callback.not_held")
        if body.released:
            kind = in_force.dial_decision(self._router, person.role, found.number).kind
            if kind in NEVER_RELEASED:
                raise Refusal("bad_value", "callback.never_released", kind=kind)
            require_diallable(self._router, person, found.number)
        self._submit(f.CallbackReleased(found.id, person.login, body.released, body.why))

    def _found(self, person: Person, callback: str) -> Callback:
        """Raises Refusal."""
        found = self._router.callbacks.get(CallbackId(callback))
        if found is None:
            raise Refusal("unknown", "callback.gone")
        require_callback(self._router, person, found)
        return found

    def _submit(self, fact: f.Fact) -> None:
        """Raises Refusal."""
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            key = "callback.urgent" if illegal.reason == "urgent" else "callback.being_dialled"
            raise Refusal("wrong_state", key) from illegal
