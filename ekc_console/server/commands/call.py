"""Commands about the call that an agent has: transfer, consultation, keys."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from ekc_console.domain.facts import (
    ConsultAsked,
    ConsultCancelled,
    ConsultCompleted,
    ConsultDialled,
    ConsultSwitched,
    Fact,
    ReturnedToMenu,
    TransferredOutside,
    TransferredToAgent,
    TransferredToQueue,
)
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.server.commands.handler import Handler
from ekc_console.server.commands.rights import require_diallable
from ekc_console.server.core import in_force
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import TelephonyEngine
from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages

_KEYS = re.compile(r"[0-9*#A-D]{1,32}")
_OUTSIDE = re.compile(r"\+?[0-9]{2,15}")

_STATES: dict[type, str] = {
    ag.Offline: "offline",
    ag.OnBreak: "break",
    ag.WrapUp: "wrap_up",
    ag.NotResponding: "not_responding",
}


class CallCommands:
    """``menus``: id to title of the scenarios a caller can be sent back to."""

    def __init__(
        self,
        runtime: Runtime,
        engine: TelephonyEngine,
        views: Views,
        menus: Mapping[str, str],
    ) -> None:
        self._runtime = runtime
        self._engine = engine
        self._views = views
        self._menus = menus
        self.handlers: dict[type, Handler] = {
            messages.GetTargets: self._targets,
            messages.TransferCall: self._transfer,
            messages.StartConsult: self._consult,
            messages.SwitchConsult: self._switch,
            messages.CompleteConsult: self._complete,
            messages.CancelConsult: self._cancel,
            messages.SendKeys: self._send_keys,
        }

    async def _targets(self, person: Person, body: messages.GetTargets) -> messages.Targets:
        return messages.Targets(
            queues=self._views.queue_targets(),
            agents=self._views.agent_targets(person),
            menus=tuple(messages.MenuTarget(id=m, title=title) for m, title in self._menus.items()),
            emergency=self._emergency(),
            outside=person.may("dial"),
        )

    def _emergency(self) -> str:
        return in_force.call_handling(self._runtime.router).emergency

    # -- transfer and consultation -----------------------------------------------

    async def _transfer(self, person: Person, body: messages.TransferCall) -> None:
        call, me = self._mine(person, body.call), person.login
        match body.kind:
            case "queue":
                if QueueId(body.target) not in self._runtime.router.queues:
                    raise Refusal("unknown", "queue.none")
                self._runtime.submit(TransferredToQueue(call, me, QueueId(body.target)))
            case "agent":
                to = self._free_agent(person, body.target)
                self._runtime.submit(TransferredToAgent(call, me, to))
            case "number":
                number = self._number(person, body.target)
                self._runtime.submit(TransferredOutside(call, me, new_party(), number))
            case "menu":
                if body.target not in self._menus:
                    raise Refusal("unknown", "call.no_such_menu")
                self._runtime.submit(ReturnedToMenu(call, me, body.target))

    async def _consult(self, person: Person, body: messages.StartConsult) -> None:
        call, me = self._mine(person, body.call), person.login
        fact: Fact
        if body.kind == "agent":
            fact = ConsultAsked(call, me, self._free_agent(person, body.target))
        else:
            fact = ConsultDialled(call, me, new_party(), self._number(person, body.target))
        self._runtime.submit(fact)

    async def _switch(self, person: Person, body: messages.SwitchConsult) -> None:
        call = self._consulted(person, body.call, answered=body.heard == "all")
        if self._runtime.router.calls[call].emergency is not None:
            raise Refusal("wrong_state", "emergency.caller_stays")
        self._runtime.submit(ConsultSwitched(call, person.login, body.heard))

    async def _complete(self, person: Person, body: messages.CompleteConsult) -> None:
        call = self._consulted(person, body.call, answered=True)
        self._runtime.submit(ConsultCompleted(call, person.login))

    async def _cancel(self, person: Person, body: messages.CancelConsult) -> None:
        call = self._consulted(person, body.call, answered=False)
        self._runtime.submit(ConsultCancelled(call, person.login))

    # -- keys --------------------------------------------------------------------

    async def _send_keys(self, person: Person, body: messages.SendKeys) -> None:
        if not _KEYS.fullmatch(body.keys):
            raise Refusal("bad_value", "call.bad_keys")
        agent = self._runtime.router.agents.get(person.login)
        state = agent.state if agent else None
        if not isinstance(state, ag.Talking | ag.Consulting) or state.call != body.call:
            raise Refusal("wrong_state", "call.keys_unheard")
        for leg in self._heard_legs(CallId(body.call)):
            await self._engine.send_keys(leg, body.keys)

    def _heard_legs(self, call: CallId) -> list[str]:
        """Outside lines with which the agent of the call talks."""
        state = self._runtime.router.calls[call].state
        if not isinstance(state, cl.Consulting):
            return [call]
        legs: list[str] = [call] if state.heard in ("caller", "all") else []
        if state.party is not None and state.open and state.heard in ("party", "all"):
            legs.append(state.party)
        return legs

    # -- checks ------------------------------------------------------------------

    def _mine(self, person: Person, call: str) -> CallId:
        agent = self._runtime.router.agents.get(person.login)
        state = agent.state if agent else None
        if isinstance(state, ag.Consulting):
            raise Refusal("wrong_state", "consult.first")
        if not isinstance(state, ag.Talking | ag.Holding) or state.call != call:
            raise Refusal("wrong_state", "call.not_your_talk")
        return state.call

    def _consulted(self, person: Person, call: str, *, answered: bool) -> CallId:
        agent = self._runtime.router.agents.get(person.login)
        state = agent.state if agent else None
        if not isinstance(state, ag.Consulting) or state.call != call:
            raise Refusal("wrong_state", "consult.gone")
        consulting = self._runtime.router.calls[state.call].state
        if answered and isinstance(consulting, cl.Consulting) and not consulting.open:
            raise Refusal("wrong_state", "consult.not_answered")
        return state.call

    def _free_agent(self, person: Person, login: str) -> AgentId:
        agent = self._runtime.router.agents.get(AgentId(login))
        if agent is None or login == person.login:
            raise Refusal("unknown", "consult.no_such_agent")
        if not agent.available:
            name = self._views.name(agent.id)
            state = _STATES.get(type(agent.state), "busy" if agent.has_leg else "no_line")
            if isinstance(agent.state, ag.Ready):
                state = "busy" if agent.pending_logout else "no_console"
            raise Refusal("wrong_state", "consult.agent_not_free", name=name, state=state)
        return agent.id

    def _number(self, person: Person, text: str) -> str:
        if in_force.is_emergency(self._runtime.router, text):
            return text
        if not person.may("dial"):
            raise Refusal("not_allowed", "right.no_transfer_out")
        number = in_force.canonical(self._runtime.router, text)
        if number is None or not _OUTSIDE.fullmatch(number):
            raise Refusal("bad_value", "dial.not_a_number", text=text)
        require_diallable(self._runtime.router, person, number)
        return number


def new_party() -> CallId:
    """Name of a line to somebody who is called for a caller."""
    return CallId(f"party-{secrets.token_hex(8)}")
