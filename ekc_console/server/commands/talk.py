"""Commands about the call that an agent is offered or has, and calls out."""

from __future__ import annotations

import secrets

from ekc_console.domain.facts import (
    AgentHungUp,
    CallbackClosed,
    CallHeld,
    CallPlaced,
    CallResumed,
    ConsultAccepted,
    ConsultLeft,
    Fact,
    OfferAccepted,
    OfferRefused,
)
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.ids import CallbackId, CallId, OfferId
from ekc_console.server.calls.operator_lines import OperatorLines
from ekc_console.server.commands.handler import Handler, agent_of, why_no_call
from ekc_console.server.commands.rights import require_callback, require_diallable
from ekc_console.server.core import in_force
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.live.views import Views, consult_offer
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages
from ekc_console.wire.words import words


class TalkCommands:
    def __init__(self, runtime: Runtime, lines: OperatorLines, views: Views) -> None:
        self._runtime = runtime
        self._lines = lines
        self._views = views
        self.handlers: dict[type, Handler] = {
            messages.AcceptOffer: self._accept,
            messages.RejectOffer: self._reject,
            messages.HangUpCall: self._hang_up,
            messages.HoldCall: self._hold,
            messages.ResumeCall: self._resume,
            messages.Dial: self._dial,
            messages.DialCallback: self._dial_callback,
            messages.CloseCallback: self._close_callback,
        }

    async def _accept(self, person: Person, body: messages.AcceptOffer) -> None:
        agent = self._agent(person)
        if isinstance(agent.state, ag.Asked) and body.offer == consult_offer(agent.state.call):
            self._runtime.submit(ConsultAccepted(agent.state.call, person.login))
            return
        if getattr(agent.state, "offer", None) != body.offer:
            raise Refusal("wrong_state", "call.offer_gone")
        self._runtime.submit(OfferAccepted(OfferId(body.offer), person.login))

    async def _reject(self, person: Person, body: messages.RejectOffer) -> None:
        state = self._agent(person).state
        if isinstance(state, ag.Asked) and body.offer == consult_offer(state.call):
            self._runtime.submit(ConsultLeft(state.call, person.login))
            return
        self._runtime.submit(OfferRefused(OfferId(body.offer), person.login))

    async def _hang_up(self, person: Person, body: messages.HangUpCall) -> None:
        if isinstance(self._agent(person).state, ag.Advising):
            self._on_my_call(person, body.call, ConsultLeft(CallId(body.call), person.login))
            return
        self._on_my_call(person, body.call, AgentHungUp(person.login, CallId(body.call)))
        if self._views.engine.out_of_sight:
            self._lines.tell(person.login, words("call.ends_later"))

    async def _hold(self, person: Person, body: messages.HoldCall) -> None:
        self._on_my_call(person, body.call, CallHeld(CallId(body.call), person.login))

    async def _resume(self, person: Person, body: messages.ResumeCall) -> None:
        self._on_my_call(person, body.call, CallResumed(CallId(body.call), person.login))

    async def _dial(self, person: Person, body: messages.Dial) -> None:
        number = in_force.canonical(self._runtime.router, body.number)
        if number is None:
            raise Refusal("bad_value", "dial.not_a_number", text=body.number)
        place_call(self._runtime, person, number)

    async def _dial_callback(self, person: Person, body: messages.DialCallback) -> None:
        callback = self._callback(person, body.callback)
        if isinstance(callback.state, cb.Dialing):
            raise Refusal("wrong_state", "callback.taken")
        if not callback.released:
            require_diallable(self._runtime.router, person, callback.number)
        _place(self._runtime, person, callback.number, callback.id)

    async def _close_callback(self, person: Person, body: messages.CloseCallback) -> None:
        callback = self._callback(person, body.callback)
        if isinstance(callback.state, cb.Dialing):
            raise Refusal("wrong_state", "callback.being_dialled")
        if callback.urgent and not body.why.strip():
            raise Refusal("bad_value", "callback.urgent_needs_why")
        self._runtime.submit(CallbackClosed(callback.id, body.result, person.login, body.why))

    def _on_my_call(self, person: Person, call: str, fact: Fact) -> None:
        state = self._agent(person).state
        # In wrap-up the call of the same id may be another's by now.
        if not isinstance(state, ag.OnCall | ag.Advising) or state.call != call:
            raise Refusal("wrong_state", "call.not_yours")
        self._runtime.submit(fact)

    def _agent(self, person: Person) -> ag.Agent:
        return agent_of(self._runtime.router, person)

    def _callback(self, person: Person, callback: str) -> cb.Callback:
        found = self._runtime.router.callbacks.get(CallbackId(callback))
        if found is None:
            raise Refusal("unknown", "callback.gone")
        require_callback(self._runtime.router, person, found)
        return found


def place_call(runtime: Runtime, person: Person, number: str, about: CallId | None = None) -> None:
    """Have a canonical number called for a person who has no call; ``about``: as in ``CallPlaced``.
    Raises Refusal."""
    require_diallable(runtime.router, person, number)
    _place(runtime, person, number, about=about)


def _place(
    runtime: Runtime,
    person: Person,
    number: str,
    callback: CallbackId | None = None,
    about: CallId | None = None,
) -> None:
    agent = agent_of(runtime.router, person)
    if not agent.has_leg:
        raise Refusal("wrong_state", "line.not_ready")
    if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp):
        raise Refusal("wrong_state", why_no_call(agent.state))
    call = CallId(f"out-{secrets.token_hex(8)}")
    runtime.submit(CallPlaced(call, person.login, number, callback, about))
