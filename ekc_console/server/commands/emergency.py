"""The command that calls an emergency service: in any talk, and without one. Refused to nobody."""

from __future__ import annotations

from ekc_console.domain.facts import EmergencyCalled
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.commands.call import new_party
from ekc_console.server.commands.handler import Handler, agent_of
from ekc_console.server.commands.talk import place_call
from ekc_console.server.core import in_force
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import call_control


class EmergencyCommands:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.handlers: dict[type, Handler] = {call_control.CallEmergency: self._call}

    async def _call(self, person: Person, body: call_control.CallEmergency) -> None:
        router = self._runtime.router
        numbers = in_force.call_handling(router).emergencies
        if not numbers:
            raise Refusal("wrong_state", "emergency.no_number")
        first = body.first or numbers[0]
        if first not in numbers:
            raise Refusal("bad_value", "emergency.not_one", number=first)
        if not body.call:
            state = agent_of(router, person).state
            wrapped_up = state.call if isinstance(state, ag.WrapUp) else None
            place_call(self._runtime, person, first, about=wrapped_up)
            return
        state = agent_of(router, person).state
        if (
            not isinstance(state, ag.Talking | ag.Holding | ag.Consulting)
            or state.call != body.call
        ):
            raise Refusal("wrong_state", "call.not_your_talk")
        call = CallId(body.call)
        present = self._called_now(call)
        if first == present:
            raise Refusal("wrong_state", "emergency.called_already", number=first)
        rest = (number for number in numbers if number not in (first, present))
        lines = tuple((new_party(), number) for number in (first, *rest))
        self._runtime.submit(EmergencyCalled(call, person.login, lines))

    def _called_now(self, call: CallId) -> str:
        """Number of the emergency service that is called for the call already, or on the line."""
        record = self._runtime.router.calls[call]
        match record.state:
            case cl.Consulting(party=line) if record.emergency is not None and line is not None:
                return self._runtime.router.calls[line].called
        return ""
