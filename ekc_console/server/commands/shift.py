"""Commands about the shift: ready, breaks, the way of the voice, the end of a wrap-up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from ekc_console.domain.facts import AgentLoggedOut, AgentPaused, AgentReady, WrapUpFinished
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.domain.terms.ids import CallId
from ekc_console.errors import EkcError
from ekc_console.server.calls.operator_lines import OperatorLines
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler, agent_of
from ekc_console.server.commands.rights import require_diallable, require_role
from ekc_console.server.core import in_force
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages


class ShiftCommands:
    """``break_limits``: seconds by the break's code, 0 for no limit."""

    def __init__(
        self,
        runtime: Runtime,
        lines: OperatorLines,
        cards: Cards,
        break_limits: Mapping[str, float],
        log_out: Callable[[Person], Awaitable[None]],
    ) -> None:
        self._runtime = runtime
        self._lines = lines
        self._cards = cards
        self._break_limits = break_limits
        self._log_out = log_out
        self.handlers: dict[type, Handler] = {
            messages.GoReady: self._go_ready,
            messages.GoBreak: self._go_break,
            messages.LogOut: self._end_shift,
            messages.OpenLine: self._open_line,
            messages.CallMyPhone: self._call_my_phone,
            messages.StandBy: self._stand_by,
            messages.FinishWrapUp: self._finish_wrap_up,
        }

    async def _go_ready(self, person: Person, body: messages.GoReady) -> None:
        agent = self._agent(person)
        state = agent.state
        if not agent.queues:
            raise Refusal("wrong_state", "shift.no_queues")
        if isinstance(state, ag.WrapUp):
            await self._require_saved(state.call, person)
        self._runtime.submit(AgentReady(person.login))

    async def _go_break(self, person: Person, body: messages.GoBreak) -> None:
        if body.reason not in self._break_limits:
            raise Refusal("bad_value", "shift.no_such_break", reason=body.reason)
        limit_s = self._break_limits[body.reason]
        self._runtime.submit(AgentPaused(person.login, body.reason, limit_s))

    async def _end_shift(self, person: Person, body: messages.LogOut) -> None:
        """Whoever leaves in a wrap-up leaves: the card stays a draft, to be finished later. The
        console of somebody who was refused would be gone all the same."""
        agent = self._runtime.router.agents.get(person.login)
        if agent is not None and not isinstance(agent.state, ag.Offline):
            if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp | ag.NotResponding):
                raise Refusal("wrong_state", "shift.call_first")
            self._runtime.submit(AgentLoggedOut(person.login))
        await self._log_out(person)

    async def _open_line(self, person: Person, body: messages.OpenLine) -> messages.Line:
        if isinstance(self._agent(person).state, ag.Offline):
            raise Refusal("wrong_state", "shift.over")
        return await self._lines.open(person.login, body.reached)

    async def _call_my_phone(self, person: Person, body: messages.CallMyPhone) -> None:
        number = self._own_number(person, body.number)
        await self._lines.keep_phone(person.login, number)

    async def _stand_by(self, person: Person, body: messages.StandBy) -> None:
        if isinstance(self._agent(person).state, ag.Offline):
            raise Refusal("wrong_state", "shift.over")
        number = self._own_number(person, body.number) if body.number else ""
        await self._lines.stand_by(person.login, number)

    def _own_number(self, person: Person, text: str) -> str:
        """Of a telephone that the server calls for the operator's voice."""
        if isinstance(self._agent(person).state, ag.Offline):
            raise Refusal("wrong_state", "shift.over")
        # ``StandBy`` with a number is what ``CallMyPhone`` is.
        require_role(self._runtime.router, person, messages.CallMyPhone(number=text))
        number = in_force.canonical(self._runtime.router, text)
        if number is None:
            raise Refusal("bad_value", "line.not_a_number", text=text)
        if kind_of(number) == "emergency":
            raise Refusal("bad_value", "line.emergency")
        require_diallable(self._runtime.router, person, number)
        return number

    async def _finish_wrap_up(self, person: Person, body: messages.FinishWrapUp) -> None:
        agent = self._agent(person)
        if not isinstance(agent.state, ag.WrapUp):
            return
        await self._require_saved(agent.state.call, person)
        self._runtime.submit(WrapUpFinished(person.login))

    async def _require_saved(self, call: CallId, person: Person) -> None:
        """Of the card of a wrap-up. While the store is in trouble nobody can save one, and callers
        do not wait for the disk: the card is kept at the console, which sends it again."""
        try:
            await self._cards.require_saved(call, person.login)
        except EkcError:
            if self._runtime.saved:
                raise

    def _agent(self, person: Person) -> ag.Agent:
        return agent_of(self._runtime.router, person)
